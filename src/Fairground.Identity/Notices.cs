using Fairground.Kernel;
using Fairground.Kernel.Contracts;

namespace Fairground.Identity;

/// <summary>What a person is told when the ways into the account change, whoever changed them.</summary>
internal static class Notices
{
    /// <summary>To the account's contact and on its page; nothing where the account has no contact any more.</summary>
    public static IReadOnlyCollection<Message> Of(FairgroundUser user, Wording words, DateTimeOffset now) => To(user.Contact, user.Channel, user.Id, words, now);

    public static IReadOnlyCollection<Message> To(string contact, ContactChannel channel, Guid userId, Wording words, DateTimeOffset now) =>
        contact.Length == 0 ? [] : [new Message(Ids.Derive("identity.notice", userId.ToString(), contact, words.Template, $"{now.ToUnixTimeMilliseconds()}"), contact, channel, words, userId)];
}
