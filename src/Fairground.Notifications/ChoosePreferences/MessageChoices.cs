using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Notifications.ChoosePreferences;

/// <summary>What a person wants to be told by which way, and when not. What concerns the account's safety always goes out.</summary>
internal sealed class MessagePreference
{
    public Guid UserId { get; init; }

    /// <summary>What is switched off, <c>kind:channel</c> with blanks between.</summary>
    public required string Off { get; set; }

    /// <summary>Minutes after midnight in the person's zone; null where there are no quiet hours.</summary>
    public int? QuietFrom { get; set; }

    public int? QuietUntil { get; set; }

    /// <summary>When the daily summary of what is about draws goes out by e-mail, in minutes after midnight; null where each goes out at once.</summary>
    public int? DigestAt { get; set; }

    public required string TimeZone { get; set; }

    public DateTimeOffset ChangedAt { get; set; }

    /// <summary>UTC where this machine does not know the one that was chosen.</summary>
    public TimeZoneInfo Zone => TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out var found) ? found : TimeZoneInfo.Utc;

    public bool Wants(MessageKind kind, string channel) => kind == MessageKind.Account || !Off.Split(' ').Contains($"{MessageChoices.Wire(kind)}:{channel}");

    /// <summary>The first summary after this moment, or null where messages of this kind go out at once: wins and the account never wait for one.</summary>
    public DateTimeOffset? NextDigest(MessageKind kind, DateTimeOffset now)
    {
        if (kind != MessageKind.Draws || DigestAt is not { } minute) return null;
        var today = TimeZoneInfo.ConvertTime(now, Zone).Date.AddMinutes(minute);
        return Earliest(kind, At(today) > now ? At(today) : At(today.AddDays(1)));
    }

    // An hour that the clocks leave out in spring is the one after it.
    private DateTimeOffset At(DateTime local)
    {
        var there = Zone.IsInvalidTime(local) ? local.AddHours(1) : local;
        return new DateTimeOffset(there, Zone.GetUtcOffset(there));
    }

    /// <summary>When a message that is not urgent may go out: now, or at the end of the quiet hours.</summary>
    public DateTimeOffset Earliest(MessageKind kind, DateTimeOffset now)
    {
        if (kind == MessageKind.Account || QuietFrom is not { } from || QuietUntil is not { } until || from == until) return now;
        var local = TimeZoneInfo.ConvertTime(now, Zone);
        var minute = (local.Hour * 60) + local.Minute;
        var quiet = from < until ? minute >= from && minute < until : minute >= from || minute < until;
        if (!quiet) return now;
        var wait = until > minute ? until - minute : until + (24 * 60) - minute;
        return now + TimeSpan.FromMinutes(wait) - TimeSpan.FromSeconds(local.Second) - TimeSpan.FromMilliseconds(local.Millisecond);
    }
}

/// <summary>A person's choices, as asked for and as shown.</summary>
/// <param name="Off">What is switched off: <c>draws:email</c>, <c>wins:push</c> …</param>
/// <param name="QuietFrom">Such as <c>22:00</c>; missing where there are no quiet hours.</param>
/// <param name="TimeZone">IANA name, such as <c>Asia/Almaty</c>; UTC where it is missing.</param>
/// <param name="DigestAt">Such as <c>18:00</c>: e-mails about draws come together, once a day at this time; missing where each comes at once.</param>
public sealed record MessageChoicesView(IReadOnlyList<string>? Off = null, string? QuietFrom = null, string? QuietUntil = null, string? TimeZone = null, string? DigestAt = null);

/// <summary>Keeps people's choices.</summary>
internal sealed class MessageChoices(NotificationsContext context, IConsents consents, TimeProvider time)
{
    /// <summary>What can be chosen, with the words for it. The account's own messages are not among them.</summary>
    public static readonly IReadOnlyList<(MessageKind Kind, string Wording)> Kinds = [(MessageKind.Draws, Key("Draws that are coming, their results, and money that comes back")), (MessageKind.Wins, Key("Prizes that you have won"))];

    public static readonly IReadOnlyList<(string Channel, string Wording)> Channels = [("email", Key("E-mail")), ("sms", "SMS"), ("push", Key("This device")), ("messenger", Key("Messenger"))];

    public static string Wire(MessageKind kind) => kind switch { MessageKind.Draws => "draws", MessageKind.Wins => "wins", MessageKind.Offers => "offers", _ => "account" };

    public async Task<MessageChoicesView> Read(Guid userId, CancellationToken ct) =>
        await context.Preferences.AsNoTracking().FirstOrDefaultAsync(p => p.UserId == userId, ct) is { } kept ? View(kept) : new MessageChoicesView([], null, null, "UTC");

    /// <summary>Replaces them. Refusals: <c>message.choice_unknown</c>, <c>message.necessary</c>, <c>message.quiet_invalid</c>, <c>message.digest_invalid</c>, <c>message.time_zone_unknown</c>.</summary>
    public async Task<Result<MessageChoicesView>> Save(Guid userId, MessageChoicesView wish, CancellationToken ct)
    {
        var off = (wish.Off ?? []).Distinct().Order(StringComparer.Ordinal).ToList();
        if (off.Exists(o => o.StartsWith("account:", StringComparison.Ordinal))) return NotificationRefusals.Necessary;
        if (off.Exists(o => !Kinds.Any(k => Channels.Any(c => o == $"{Wire(k.Kind)}:{c.Channel}")))) return NotificationRefusals.ChoiceUnknown;
        var (from, until) = (Minutes(wish.QuietFrom), Minutes(wish.QuietUntil));
        if (from == -1 || until == -1 || from is null != until is null) return NotificationRefusals.QuietInvalid;
        var digest = Minutes(wish.DigestAt);
        if (digest == -1) return NotificationRefusals.DigestInvalid;
        var zone = string.IsNullOrWhiteSpace(wish.TimeZone) ? "UTC" : wish.TimeZone.Trim();
        if (zone.Length > 64 || !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _)) return NotificationRefusals.TimeZoneUnknown;
        var kept = await Kept(userId, ct);
        var now = time.GetUtcNow();
        (kept.Off, kept.QuietFrom, kept.QuietUntil, kept.DigestAt, kept.TimeZone, kept.ChangedAt) = (string.Join(' ', off), from, until, digest, zone, now);
        // What waits for a summary follows the new choice: with the next one, or by itself.
        foreach (var waits in await context.Messages.Where(m => m.UserId == userId && m.Digest == DigestPart.Collected && m.State == MessageState.Queued).ToListAsync(ct))
        {
            if (kept.NextDigest(waits.Kind, now) is { } due) waits.NextTryAt = due;
            else (waits.Digest, waits.NextTryAt) = (DigestPart.Alone, kept.Earliest(waits.Kind, now));
        }
        await context.SaveChangesAsync(ct);
        return View(kept);
    }

    /// <summary>Switches one way off; again is the same.</summary>
    public async Task SwitchOff(Guid userId, MessageKind kind, string channel, CancellationToken ct)
    {
        // What is sent only with a yes is stopped by taking the yes back.
        if (kind == MessageKind.Offers)
        {
            await consents.Withdraw(userId, IConsents.Offers, channel, "unsubscribe", ct);
            return;
        }
        var kept = await Kept(userId, ct);
        if (kind == MessageKind.Account || !kept.Wants(kind, channel)) return;
        (kept.Off, kept.ChangedAt) = ($"{kept.Off} {Wire(kind)}:{channel}".Trim(), time.GetUtcNow());
        await context.SaveChangesAsync(ct);
    }

    private async Task<MessagePreference> Kept(Guid userId, CancellationToken ct)
    {
        if (await context.Preferences.FirstOrDefaultAsync(p => p.UserId == userId, ct) is { } kept) return kept;
        var made = new MessagePreference { UserId = userId, Off = "", TimeZone = "UTC" };
        context.Preferences.Add(made);
        return made;
    }

    private static MessageChoicesView View(MessagePreference kept) => new(kept.Off.Split(' ', StringSplitOptions.RemoveEmptyEntries), Clock(kept.QuietFrom), Clock(kept.QuietUntil), kept.TimeZone, Clock(kept.DigestAt));

    private static string? Clock(int? minutes) => minutes is { } m ? $"{m / 60:00}:{m % 60:00}" : null;

    private static int? Minutes(string? clock) => string.IsNullOrWhiteSpace(clock) ? null
        : TimeOnly.TryParseExact(clock.Trim(), "HH:mm", System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.None, out var at) ? (at.Hour * 60) + at.Minute : -1;
}
