using Fairground.Kernel;
using Fairground.Kernel.Contracts;

namespace Fairground.Identity;

/// <summary>What a person is told when the ways into the account change, whoever changed them.</summary>
internal static class Notices
{
    private const string NotYou = "If it was not you, open Forgotten password on the sign-in page at once: that signs everybody out.";

    /// <summary>To the account's contact and on its page; nothing where the account has no contact any more.</summary>
    public static IReadOnlyCollection<Message> Of(FairgroundUser user, string subject, string text, DateTimeOffset now) => To(user.Contact, user.Channel, user.Id, subject, $"{text} {NotYou}", now);

    public static IReadOnlyCollection<Message> To(string contact, ContactChannel channel, Guid userId, string subject, string text, DateTimeOffset now) =>
        contact.Length == 0 ? [] : [new Message(Ids.Derive("identity.notice", userId.ToString(), contact, subject, $"{now.ToUnixTimeMilliseconds()}"), contact, channel, subject, text, userId)];
}
