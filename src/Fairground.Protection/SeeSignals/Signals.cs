using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Storage;
using Fairground.Ledger.Protection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fairground.Protection.SeeSignals;

/// <summary>A sign of harm about a person, open until an operator has answered it.</summary>
internal sealed class Signal
{
    public Guid Id { get; init; }

    public Guid Person { get; init; }

    public required string Kind { get; init; }

    public int Figure { get; set; }

    public int Threshold { get; set; }

    /// <summary>The last thing that counted towards it.</summary>
    public DateTimeOffset LastAt { get; set; }

    public DateTimeOffset FoundAt { get; init; }

    public DateTimeOffset? AnsweredAt { get; set; }

    public Guid? AnsweredBy { get; set; }

    public string? Answer { get; set; }
}

/// <summary>A sign as the operator sees it.</summary>
/// <param name="Kind"><c>chasing</c>, <c>night</c>, <c>raised-limits</c> or <c>declined-payments</c>.</param>
public sealed record SignalInfo(Guid SignalId, Guid PersonId, string Name, string Kind, int Figure, int Threshold, DateTimeOffset LastAt, DateTimeOffset FoundAt, DateTimeOffset? AnsweredAt, string? Answer);

/// <summary>What the operator did about a sign.</summary>
public sealed record SignalAnswerRequest(string? Answer);

/// <summary>What the ledger shows: money chased, buying at night, raised limits.</summary>
internal sealed class LedgerSigns(GuardReader guards) : IHarmSigns
{
    public async Task<IReadOnlyList<HarmSign>> Find(SignalRule rule, int dayOffsetMinutes, DateTimeOffset now, CancellationToken ct)
    {
        var chasing = await guards.Chasing(now.AddDays(-1), rule.ChasingTopUps, ct);
        var night = await guards.AtNight(now.AddDays(-7), rule.NightPurchases, rule.NightFromHour, rule.NightToHour, dayOffsetMinutes, ct);
        var raised = await guards.Raised(now.AddDays(-30), rule.RaisedLimits, ct);
        return
        [
            .. chasing.Select(f => new HarmSign(f.Person, "chasing", f.Figure, rule.ChasingTopUps, f.LastAt)),
            .. night.Select(f => new HarmSign(f.Person, "night", f.Figure, rule.NightPurchases, f.LastAt)),
            .. raised.Select(f => new HarmSign(f.Person, "raised-limits", f.Figure, rule.RaisedLimits, f.LastAt)),
        ];
    }
}

/// <summary>Looks for signs, keeps them, and lets operators answer.</summary>
internal sealed class SignalBook(ProtectionContext context, IEnumerable<IHarmSigns> signs, IJurisdiction jurisdiction, IPeople people, ILooks looks, TimeProvider time)
{
    private const int LongestAnswer = 500;

    /// <summary>Looks for signs by the rules of the chosen place. A sign that was answered comes again only for what happened after the answer.</summary>
    public async Task Look(CancellationToken ct)
    {
        if (await jurisdiction.Chosen(ct) is not { } place) return;
        var now = time.GetUtcNow();
        foreach (var source in signs)
        {
            foreach (var sign in await source.Find(place.Pack.Signals, place.Pack.DayOffsetMinutes, now, ct))
            {
                var last = await context.Signals.Where(s => s.Person == sign.Person && s.Kind == sign.Kind).OrderByDescending(s => s.FoundAt).FirstOrDefaultAsync(ct);
                if (last is { AnsweredAt: null }) (last.Figure, last.Threshold, last.LastAt) = (sign.Figure, sign.Threshold, sign.LastAt);
                else if (last?.AnsweredAt is not { } answered || sign.LastAt > answered)
                    context.Signals.Add(new Signal { Id = Ids.New(), Person = sign.Person, Kind = sign.Kind, Figure = sign.Figure, Threshold = sign.Threshold, LastAt = sign.LastAt, FoundAt = now });
                await context.SaveChangesAsync(ct);
            }
        }
    }

    /// <summary>Open ones first found first; or those answered, newest first. At most 200. Whoever is on the list sees that it was looked at.</summary>
    public async Task<IReadOnlyList<SignalInfo>> List(bool answered, Guid by, CancellationToken ct)
    {
        var query = answered
            ? context.Signals.AsNoTracking().Where(s => s.AnsweredAt != null).OrderByDescending(s => s.AnsweredAt)
            : context.Signals.AsNoTracking().Where(s => s.AnsweredAt == null).OrderBy(s => s.FoundAt);
        var rows = await query.Take(200).ToListAsync(ct);
        var known = await people.FindMany([.. rows.Select(r => r.Person).Distinct()], ct);
        await looks.Looked([.. known.Keys], by, "signs", ct);
        return [.. rows.Select(s => new SignalInfo(s.Id, s.Person, known.GetValueOrDefault(s.Person)?.DisplayName ?? "Somebody", s.Kind, s.Figure, s.Threshold, s.LastAt, s.FoundAt, s.AnsweredAt, s.Answer))];
    }

    /// <summary>Refuses with <c>protection.signal_not_found</c>, <c>protection.answer_invalid</c>.</summary>
    public async Task<Refusal?> Answer(Guid signalId, Guid by, string? answer, CancellationToken ct)
    {
        var text = answer?.Trim() ?? "";
        if (text.Length is < 3 or > LongestAnswer) return SignalRefusals.AnswerInvalid;
        var signal = await context.Signals.FirstOrDefaultAsync(s => s.Id == signalId && s.AnsweredAt == null, ct);
        if (signal is null) return SignalRefusals.NotFound;
        (signal.AnsweredAt, signal.AnsweredBy, signal.Answer) = (time.GetUtcNow(), by, text);
        await context.SaveChangesAsync(ct);
        return null;
    }
}

/// <summary>Looks every few minutes.</summary>
internal sealed class SignalWorker(IServiceScopeFactory scopes, Leases leases, TimeProvider time, ILogger<SignalWorker> logger)
    : LeasedWorker("protection.signals", TimeSpan.FromMinutes(5), leases, time, logger)
{
    protected override async Task<bool> RunOnce(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<SignalBook>().Look(ct);
        return false;
    }
}

/// <summary>Why a call about signs refuses. Codes are stable.</summary>
internal static class SignalRefusals
{
    public static readonly RefusalKind NotFound = new("protection.signal_not_found", 404, "There is no such open sign.");
    public static readonly RefusalKind AnswerInvalid = new("protection.answer_invalid", 422, "Say in 3 to 500 characters what you did.");
}
