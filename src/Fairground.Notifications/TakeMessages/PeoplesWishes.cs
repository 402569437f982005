using Fairground.Kernel.Contracts;
using Fairground.Kernel.Languages;
using Fairground.Notifications.ChoosePreferences;
using Fairground.Notifications.PushToBrowsers;
using Fairground.Notifications.ReachMessengers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Notifications.TakeMessages;

/// <summary>What the people of a group of messages have chosen, and the browsers and chats they let us send to. Groups of codes ask for nothing.</summary>
internal sealed class PeoplesWishes
{
    private readonly Dictionary<Guid, MessagePreference> choices = [];
    private IReadOnlyDictionary<Guid, Person> people = new Dictionary<Guid, Person>();
    private readonly List<QueuedPush> pushes = [];
    private ILookup<Guid, Guid> browsers = Array.Empty<(Guid, Guid)>().ToLookup(p => p.Item1, p => p.Item2);
    private readonly List<MessengerMessage> chatted = [];
    private readonly Dictionary<Guid, Guid> chats = [];
    private readonly Dictionary<string, IReadOnlySet<Guid>> agreed = [];

    private PeoplesWishes()
    {
    }

    /// <param name="intoChats">There is a messenger to send to: what nobody sends would wait for ever.</param>
    public static async Task<PeoplesWishes> Of(IServiceScopeFactory scopes, IReadOnlyCollection<Message> messages, bool intoChats)
    {
        var wishes = new PeoplesWishes();
        var personal = messages.Where(m => m is { UserId: not null, Code: null }).ToList();
        if (personal.Count == 0) return wishes;
        await using var scope = scopes.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<NotificationsContext>();
        wishes.people = await scope.ServiceProvider.GetRequiredService<IPeople>().FindMany([.. personal.Select(m => m.UserId!.Value).Distinct()], CancellationToken.None);
        foreach (var people in personal.Select(r => r.UserId!.Value).Distinct().Chunk(500))
        {
            foreach (var choice in await context.Preferences.AsNoTracking().Where(p => people.Contains(p.UserId)).ToListAsync()) wishes.choices[choice.UserId] = choice;
        }
        var offered = personal.Where(r => r.Kind == MessageKind.Offers).Select(r => r.UserId!.Value).ToHashSet();
        if (offered.Count > 0)
        {
            var consents = scope.ServiceProvider.GetRequiredService<IConsents>();
            foreach (var (channel, _) in MessageChoices.Channels) wishes.agreed[channel] = await consents.Agreed(offered, IConsents.Offers, channel, CancellationToken.None);
        }
        var subscribed = new List<(Guid, Guid)>();
        foreach (var people in personal.Select(r => r.UserId!.Value).Distinct().Chunk(500))
        {
            if (intoChats)
            {
                foreach (var chat in await context.Messengers.AsNoTracking().Where(c => people.Contains(c.UserId)).ToListAsync()) wishes.chats[chat.UserId] = chat.Id;
            }
            subscribed.AddRange((await context.PushSubscriptions.Where(s => people.Contains(s.UserId)).Select(s => new { s.UserId, s.Id }).ToListAsync()).Select(s => (s.UserId, s.Id)));
        }
        wishes.browsers = subscribed.ToLookup(s => s.Item1, s => s.Item2);
        return wishes;
    }

    /// <summary>What goes to browsers and chats of the messages that were gone over.</summary>
    public MessageCopies Copies => new(pushes, chatted);

    /// <summary>In which language and time zone this one is read.</summary>
    public (Language Language, TimeZoneInfo Zone) ReaderOf(Message message, Language ofRequest) =>
        message.UserId is not { } id ? (ofRequest, TimeZoneInfo.Utc) : (Language.Find(people.GetValueOrDefault(id)?.Language) ?? ofRequest, choices.GetValueOrDefault(id)?.Zone ?? TimeZoneInfo.Utc);

    /// <summary>Leaves out what the person does not want sent, and puts off what would come in quiet hours.</summary>
    public void Apply(StoredMessage row, DateTimeOffset now)
    {
        if (row.OneTime || row.UserId is not { } person) return;
        var choice = choices.GetValueOrDefault(person);
        var earliest = choice?.Earliest(row.Kind, now) ?? now;
        bool Wanted(string channel) => row.Kind == MessageKind.Offers ? agreed.GetValueOrDefault(channel)?.Contains(person) == true : choice?.Wants(row.Kind, channel) != false;
        if (!Wanted(row.Channel == ContactChannel.Email ? "email" : "sms")) row.StayHere();
        else if (row.Channel == ContactChannel.Email && choice?.NextDigest(row.Kind, now) is { } due)
        {
            // The summary is pushed in its stead.
            row.Collect(due);
            return;
        }
        else if (row.State == MessageState.Queued) row.NextTryAt = earliest;
        if (chats.TryGetValue(person, out var chat) && Wanted("messenger")) chatted.Add(MessengerMessage.Of(row.Id, chat, earliest));
        if (Wanted("push")) pushes.AddRange(browsers[person].Select(b => QueuedPush.Of(row.Id, b, earliest)));
    }
}
