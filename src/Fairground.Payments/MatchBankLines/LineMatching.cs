using System.Globalization;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Ledger.GroupCommit;
using Fairground.Payments.EndPayouts;
using Fairground.Payments.KeepPayees;
using Fairground.Payments.ReadBankStatement;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Payments.MatchBankLines;

/// <summary>
/// Finds what a line of the bank's statement is: a person's transfer, a payout that arrived or came back, or what a payment company says that it paid. Every effect has a key that follows from the line or the
/// payout, so matching again, on another node or after a crash, changes nothing. What is not found out waits for a person.
/// </summary>
internal sealed class LineMatching(PayoutsContext context, GroupCommitter committer, PayoutEnds ends, IContacts contacts, IEnumerable<IPaymentGateway> gateways, TimeProvider time)
{
    private const int Batch = 200;

    private const int DaysBetweenKinds = 5;

    // From a company's account to ours, over a weekend and a holiday.
    private const int DaysOnTheWay = 10;

    /// <summary>Goes over all lines that wait; how many were matched.</summary>
    public async Task<int> MatchAll(CancellationToken ct)
    {
        var matched = 0;
        for (var after = Guid.Empty; ;)
        {
            var last = after;
            var some = await context.Lines.AsNoTracking().Where(l => l.State == BankLineState.Waiting && l.Id.CompareTo(last) > 0).OrderBy(l => l.Id).Take(Batch).ToListAsync(ct);
            foreach (var line in some)
                if (await Match(line, ct)) matched++;
            if (some.Count < Batch) return matched;
            after = some[^1].Id;
        }
    }

    /// <summary>The office says whose transfer it is. Refusals: <c>bank.line_not_found</c>, <c>bank.line_settled</c>, <c>bank.line_outgoing</c>, <c>bank.person_unknown</c>.</summary>
    public async Task<Refusal?> CreditTo(Guid lineId, string? contact, CancellationToken ct)
    {
        var found = await Waiting(lineId, incoming: true, ct);
        if (found.Refusal is { } no) return no;
        if (await contacts.PersonAt(contact, ct) is not { } person) return BankRefusals.PersonUnknown;
        return await Credit(found.Value, person, ct);
    }

    /// <summary>The office says that a gateway paid its debt with it. Refusals: those of <see cref="CreditTo"/> but the last, <c>bank.gateway_unknown</c>, <c>bank.fee_invalid</c>.</summary>
    /// <param name="fee">What the gateway kept, in the line's currency as a decimal; none where empty, and <c>bank.fee_reported</c> where its reports say it.</param>
    public async Task<Refusal?> SettleBy(Guid lineId, string? gateway, string? fee, CancellationToken ct)
    {
        var found = await Waiting(lineId, incoming: true, ct);
        if (found.Refusal is { } no) return no;
        var line = found.Value;
        if (!Money.TryParseDecimal(string.IsNullOrWhiteSpace(fee) ? "0" : fee, line.Money.Currency, out var kept) || kept.Minor < 0) return BankRefusals.FeeInvalid;
        if (string.IsNullOrWhiteSpace(gateway)) return BankRefusals.GatewayUnknown;
        var (name, currency) = (gateway.Trim(), line.Currency);
        if (kept.Minor > 0 && await context.GatewayLines.AnyAsync(l => l.Gateway == name && l.Currency == currency, ct)) return BankRefusals.FeeReported;
        var announced = await Announced(line).Where(l => l.Gateway == name).OrderBy(l => l.At).ThenBy(l => l.Id).FirstOrDefaultAsync(ct);
        return await Settle(line, name, kept.Minor, announced, ct);
    }

    /// <summary>The office says that it is cash of a shop's till. Refusals: those of <see cref="CreditTo"/> but the last, <c>bank.till_owes_less</c>.</summary>
    public async Task<Refusal?> HandedOverBy(Guid lineId, Guid shopId, CancellationToken ct)
    {
        var found = await Waiting(lineId, incoming: true, ct);
        if (found.Refusal is { } no) return no;
        var handed = await committer.Submit<CashHandedOver>(HandOverCash.Of(found.Value, shopId));
        if (handed.Refusal is { } refusal) return refusal;
        await Settle(lineId, BankLineState.Matched, "till", handed.Value.ShopId, null, ct);
        return null;
    }

    /// <summary>The office says that it is none of the market's. Refusals: <c>bank.line_not_found</c>, <c>bank.line_settled</c>, <c>payout.reason_missing</c>.</summary>
    public async Task<Refusal?> SetAside(Guid lineId, string? reason, CancellationToken ct)
    {
        if (Reason.Clean(reason) is not { } why) return PayoutRefusals.ReasonMissing;
        var found = await Waiting(lineId, incoming: false, ct);
        if (found.Refusal is { } no) return no;
        await Settle(lineId, BankLineState.SetAside, null, null, why, ct);
        return null;
    }

    private async Task<Result<BankLine>> Waiting(Guid lineId, bool incoming, CancellationToken ct)
    {
        if (await context.Lines.AsNoTracking().FirstOrDefaultAsync(l => l.Id == lineId, ct) is not { } line) return BankRefusals.LineNotFound;
        if (line.State == BankLineState.Matched) return BankRefusals.LineSettled;
        if (incoming && line.Direction == BankDirection.Out) return BankRefusals.LineOutgoing;
        return line;
    }

    private async Task<bool> Match(BankLine line, CancellationToken ct)
    {
        var references = BankReference.FindAll(line.Reference).Concat(BankReference.FindAll(line.Purpose)).Distinct().ToList();
        var payouts = references.Where(r => r[4] == BankReference.Payout).ToList();
        if (payouts.Count == 1) return await MatchPayout(line, payouts[0], ct);
        if (line.Direction == BankDirection.Out) return false;
        var people = await context.References.AsNoTracking().Where(r => references.Contains(r.Reference)).ToListAsync(ct);
        if (people.Count == 0) return await MatchGateway(line, ct);
        // Two people named in one transfer, or another currency than was agreed: nobody guesses.
        if (people.Count > 1) return await Note(line, "names more than one person", ct);
        if (people[0].Currency != line.Currency) return await Note(line, $"was announced in {people[0].Currency}", ct);
        if (await StandsElsewhere(line, people[0].UserId, ct)) return await Note(line, "may be a transfer that a file of another kind has brought already", ct);
        return await Credit(line, people[0].UserId, ct) is null;
    }

    // A bank that gives both kinds of file says the same transfer in different words, and may book it on another day: it must not be credited twice.
    private async Task<bool> StandsElsewhere(BankLine line, Guid person, CancellationToken ct)
    {
        var format = await context.Statements.Where(s => s.Id == line.StatementId).Select(s => s.Format).FirstAsync(ct);
        var alike = await context.Lines.AsNoTracking().Where(l => l.MatchedKind == "top_up" && l.MatchedId == person && l.Amount == line.Amount && l.Currency == line.Currency)
            .Join(context.Statements.Where(s => s.Format != format), l => l.StatementId, s => s.Id, (l, s) => l.BookedOn).ToListAsync(ct);
        var day = Day(line.BookedOn);
        return alike.Exists(other => Math.Abs(Day(other) - day) <= DaysBetweenKinds);

        static int Day(string booked) => DateOnly.ParseExact(booked, "yyyy-MM-dd", CultureInfo.InvariantCulture).DayNumber;
    }

    private async Task<bool> MatchPayout(BankLine line, string reference, CancellationToken ct)
    {
        if (await context.Payouts.AsNoTracking().FirstOrDefaultAsync(p => p.Reference == reference, ct) is not { } payout) return false;
        if (payout.Amount != line.Amount || payout.Currency != line.Currency) return await Note(line, $"names a payout of {payout.Money}", ct);
        var back = line.Direction == BankDirection.In;
        var kind = back ? "payout_return" : "payout";
        if (await context.Lines.AnyAsync(l => l.MatchedId == payout.Id && l.MatchedKind == kind && l.Id != line.Id, ct)) return await Note(line, "this payout has its line already", ct);
        var ended = back ? await ends.Returned(payout.Id, line.ReturnReason is { Length: > 0 } why ? why : line.Purpose.Length > 0 ? line.Purpose : "returned by the bank", ct) : await ends.Paid(payout.Id, ct);
        if (ended.Refusal is { Kind.IsTransient: false } no) return await Note(line, no.Code, ct);
        if (ended.Refused) return false;
        await Settle(line.Id, BankLineState.Matched, kind, payout.Id, null, ct);
        return true;
    }

    // A company's report announced it, and the line names the company or the payout: the amount alone could be anybody's.
    private async Task<bool> MatchGateway(BankLine line, CancellationToken ct)
    {
        var text = $"{line.Counterparty} {line.Purpose} {line.Reference} {line.BankReference}";
        var announced = (await Announced(line).AsNoTracking().OrderBy(l => l.At).ThenBy(l => l.Id).ToListAsync(ct)).FindAll(l => Names(l).Any(name => text.Contains(name, StringComparison.OrdinalIgnoreCase)));
        if (announced.Select(l => l.Gateway).Distinct().Count() != 1) return false;
        var named = announced.Find(l => l.PayoutRef is { } payout && text.Contains(payout, StringComparison.OrdinalIgnoreCase)) ?? announced[0];
        return await Settle(line, named.Gateway, 0, named, ct) is null;

        IEnumerable<string> Names(GatewayLine payout) => (gateways.FirstOrDefault(g => g.Name == payout.Gateway)?.PaysAs ?? [payout.Gateway]).Concat(payout.PayoutRef is { } own ? [own] : []);
    }

    // Payouts of companies that this line may be.
    private IQueryable<GatewayLine> Announced(BankLine line)
    {
        var day = new DateTimeOffset(DateOnly.ParseExact(line.BookedOn, "yyyy-MM-dd", CultureInfo.InvariantCulture), TimeOnly.MinValue, TimeSpan.Zero);
        var (from, to, gross) = (day.AddDays(-DaysOnTheWay), day.AddDays(2), -line.Amount);
        return context.GatewayLines.Where(l => l.Kind == GatewayLineKind.Payout && l.State == BankLineState.Waiting && l.Currency == line.Currency && l.Gross == gross && l.At >= from && l.At < to);
    }

    private async Task<Refusal?> Settle(BankLine line, string gateway, long fee, GatewayLine? announced, CancellationToken ct)
    {
        var settled = await committer.Submit<TransferCredited>(SettleGateway.Of(line, gateway, fee));
        if (settled.Refusal is { } refusal) return refusal;
        await Settle(line.Id, BankLineState.Matched, "gateway", settled.Value.UserId, gateway, ct);
        if (announced is null) return null;
        var now = time.GetUtcNow();
        await context.GatewayLines.Where(l => l.Id == announced.Id && l.State == BankLineState.Waiting).ExecuteUpdateAsync(set => set
            .SetProperty(l => l.State, BankLineState.Matched).SetProperty(l => l.MatchedKind, "bank_line").SetProperty(l => l.MatchedId, (Guid?)line.Id).SetProperty(l => l.SettledAt, (DateTimeOffset?)now), ct);
        return null;
    }

    private async Task<Refusal?> Credit(BankLine line, Guid person, CancellationToken ct)
    {
        var credited = await committer.Submit<TransferCredited>(CreditTransfer.Of(line, person));
        if (credited.Refusal is { } no) return no;
        // Where somebody was faster the stored answer says whose it is.
        await Settle(line.Id, BankLineState.Matched, "top_up", credited.Value.UserId, null, ct);
        return null;
    }

    private Task<int> Settle(Guid lineId, BankLineState state, string? kind, Guid? id, string? note, CancellationToken ct) => context.Lines.Settle(lineId, state, kind, id, note, time.GetUtcNow(), ct);

    private async Task<bool> Note(BankLine line, string note, CancellationToken ct)
    {
        await context.Lines.Say(line, note, ct);
        return false;
    }
}
