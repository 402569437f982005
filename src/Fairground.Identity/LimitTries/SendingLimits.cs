using Fairground.Kernel;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;

namespace Fairground.Identity.LimitTries;

/// <summary>How many codes leave: 5 a day for a contact, 20 an hour for a client address. Off where the development inbox is on.</summary>
internal sealed class SendingLimits(IConfiguration configuration)
{
    private static readonly Rule Contact = new("code to ", 5, TimeSpan.FromDays(1));
    private static readonly Rule Client = new("codes from ", 20, TimeSpan.FromHours(1));

    /// <summary>Nothing is really sent then, and a load test registers thousands at once from one address.</summary>
    public bool Off { get; } = configuration["FAIRGROUND_DEV_INBOX"] == "1";

    /// <summary>Counts one code; the refusal <c>people.codes_capped</c> says how long to wait. Inside the caller's writing transaction.</summary>
    public async Task<Refusal?> Take(IdentityContext context, string contact, string? client, DateTimeOffset now, CancellationToken ct)
    {
        if (Off) return null;
        if (client is not null && await Take(context, Client, client, now, ct) is { } tooManyFromHere) return tooManyFromHere;
        return await Take(context, Contact, contact, now, ct);
    }

    private static async Task<Refusal?> Take(IdentityContext context, Rule rule, string about, DateTimeOffset now, CancellationToken ct)
    {
        var (name, at, cutoff) = (rule.Prefix + about, now.ToUnixTimeMilliseconds(), (now - rule.Window).ToUnixTimeMilliseconds());
        // One statement, so that requests sent at once are counted one after another on either engine.
        var rows = await context.Database.SqlQuery<LimitUse>($"""
            insert into identity_limit (name, used, since) values ({name}, 1, {at})
            on conflict (name) do update set
                used = case when identity_limit.since <= {cutoff} then 1 else identity_limit.used + 1 end,
                since = case when identity_limit.since <= {cutoff} then excluded.since else identity_limit.since end
            returning used, since
            """).ToListAsync(ct);
        var use = rows.Single();
        if (use.Used <= rule.Cap) return null;
        var seconds = (use.Since - cutoff + 999) / 1000;
        return PeopleRefusals.CodesCapped.With(("retryAfterSeconds", Math.Max(1, seconds)));
    }

    private sealed record Rule(string Prefix, int Cap, TimeSpan Window);
}

/// <summary>A counter as its statement returns it.</summary>
internal sealed class LimitUse
{
    public int Used { get; init; }

    public long Since { get; init; }
}
