using Fairground.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Identity.LimitTries;

/// <summary>
/// How many wrong codes a day are looked at: 15 for a contact, whether anybody has it or not; and, for codes that open accounts, a breaker for the
/// whole server: 200 wrong ones within 15 minutes that outnumber the right ones by two to one are somebody trying one code on many accounts.
/// Counted in the database, which all nodes share.
/// </summary>
internal sealed class CodeGuesses(IdentityContext context)
{
    private const int MostADay = 15;
    private const int BreakerFloor = 200;
    private const int WrongToRight = 2;
    private const string Breaker = "wrong codes";

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    /// <summary><c>people.guesses_capped</c>, <c>people.codes_paused</c>, or null.</summary>
    /// <param name="contact">Whose code it is.</param>
    /// <param name="opens">True where the code opens an account that exists.</param>
    /// <param name="now">The instant.</param>
    /// <param name="ct">Ends the work.</param>
    public async Task<Refusal?> MayGuess(string contact, bool opens, DateTimeOffset now, CancellationToken ct)
    {
        var name = Name(contact);
        var rows = await context.Limits.AsNoTracking().Where(l => l.Name == name || l.Name == Breaker).ToListAsync(ct);
        if (rows.FirstOrDefault(l => l.Name == name) is { Used: >= MostADay } day && day.Since > now - Day) return PeopleRefusals.GuessesCapped.With(("retryAfterSeconds", Seconds(day.Since + Day - now)));
        if (!opens || rows.FirstOrDefault(l => l.Name == Breaker) is not { Used: >= BreakerFloor } wrong || wrong.Since <= now - Window) return null;
        var since = now - Window;
        var right = await context.Codes.CountAsync(c => c.UsedAt > since && c.CodeHash != Array.Empty<byte>(), ct);
        return wrong.Used > right * WrongToRight ? PeopleRefusals.CodesPaused.With(("retryAfterSeconds", Seconds(wrong.Since + Window - now))) : null;
    }

    /// <summary>Counts a wrong code. Inside the caller's transaction.</summary>
    public async Task CountWrong(string contact, bool opens, DateTimeOffset now, CancellationToken ct)
    {
        await Counter.Add(context, Name(contact), 1, Day, now, ct);
        if (opens) await Counter.Add(context, Breaker, 1, Window, now, ct);
    }

    /// <summary>Counts a guess before it is looked at, where there is no row to lock; <see cref="TakeBack"/> when it was right.</summary>
    public async Task<Refusal?> Take(string contact, DateTimeOffset now, CancellationToken ct)
    {
        if (await MayGuess(contact, true, now, ct) is { } refusal) return refusal;
        var use = await Counter.Add(context, Name(contact), 1, Day, now, ct);
        return use.Used > MostADay ? PeopleRefusals.GuessesCapped.With(("retryAfterSeconds", Seconds(DateTimeOffset.FromUnixTimeMilliseconds(use.Since) + Day - now))) : null;
    }

    public Task TakeBack(string contact, CancellationToken ct) => Counter.TakeBack(context, Name(contact), ct);

    private static string Name(string contact) => "wrong codes of " + contact;

    private static long Seconds(TimeSpan left) => Math.Max(1, (long)Math.Ceiling(left.TotalSeconds));
}

/// <summary>A counter in the database that starts again when its window is over. One statement, so that requests sent at once are counted one after another on either engine.</summary>
internal static class Counter
{
    public static async Task<LimitUse> Add(IdentityContext context, string name, int amount, TimeSpan window, DateTimeOffset now, CancellationToken ct)
    {
        var (at, cutoff) = (now.ToUnixTimeMilliseconds(), (now - window).ToUnixTimeMilliseconds());
        var rows = await context.Database.SqlQuery<LimitUse>($"""
            insert into identity_limit (name, used, since) values ({name}, {amount}, {at})
            on conflict (name) do update set
                used = case when identity_limit.since <= {cutoff} then {amount} else identity_limit.used + {amount} end,
                since = case when identity_limit.since <= {cutoff} then excluded.since else identity_limit.since end
            returning used, since
            """).ToListAsync(ct);
        return rows.Single();
    }

    public static Task TakeBack(IdentityContext context, string name, CancellationToken ct) =>
        context.Limits.Where(l => l.Name == name && l.Used > 0).ExecuteUpdateAsync(set => set.SetProperty(l => l.Used, l => l.Used - 1), ct);
}

/// <summary>A counter as its statement returns it.</summary>
internal sealed class LimitUse
{
    public int Used { get; init; }

    public long Since { get; init; }
}
