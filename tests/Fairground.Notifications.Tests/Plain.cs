using Fairground.Kernel.Contracts;

namespace Fairground.Notifications.Tests;

/// <summary>Messages of these tests: with the very words that a test gives, or about a toy in every language.</summary>
internal static class Plain
{
    public static Message Message(Guid id, string to, ContactChannel channel, string subject, string text, Guid? userId = null, string? code = null, MessageKind kind = MessageKind.Account, MessageTopic? about = null) =>
        new(id, to, channel, new Wording("tests.plain") { ["subject"] = subject, ["text"] = text }, userId, code, kind, about);
}
