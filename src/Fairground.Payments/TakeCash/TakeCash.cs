using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Serialization;
using Fairground.Kernel;
using Fairground.Kernel.Messaging;
using Fairground.Ledger;
using Fairground.Ledger.GroupCommit;
using Fairground.Ledger.Protection;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Payments.TakeCash;

/// <summary>A person wants a code to show at a till.</summary>
internal sealed record MakeTillCode(CommandKey Key, TillCode Code) : IHotCommand;

/// <summary>The code's id.</summary>
internal sealed record TillCodeMade(Guid CodeId);

/// <summary>Decides <see cref="MakeTillCode"/>. Refusals: <c>protection.excluded</c>, <c>protection.on_break</c> for cash that comes in, <c>till.code_taken</c> where the digits are somebody's at this moment.</summary>
internal sealed class MakeTillCodeRule : HotRule<MakeTillCode, TillCodeMade>
{
    public override void Needs(MakeTillCode command, LoadPlan plan) => plan.Guard(command.Code.UserId).Row(TillCode.Table, command.Code.Id);

    public override Decision Decide(MakeTillCode command, GroupState state, DateTimeOffset now)
    {
        if (!command.Code.PaysOut && Guarding.CheckDeposit(state, command.Code.UserId, now) is { } kept) return Refuse(kept);
        if (state.Row(TillCode.Table, command.Code.Id) is { } other && other.IsGood(now)) return Refuse(TillRefusals.CodeTaken);
        return Accept(new TillCodeMade(command.Code.Id)).Change(TillCode.Table, command.Code);
    }
}

/// <summary>Staff takes cash for a code, or hands it out.</summary>
/// <param name="UserId">Whose code it is, as it was read; the code says it again.</param>
internal sealed record UseTillCode(CommandKey Key, Guid CodeId, Guid EntryId, Guid ShopId, Guid StaffId, Guid UserId, Money Amount, string Day, long MostAtOnce, long MostInDay) : IHotCommand;

/// <summary>What was taken or handed out; enough to give the same answer again.</summary>
internal sealed record TillCodeUsed(Guid EntryId, bool PaysOut, long Amount);

/// <summary>
/// Decides <see cref="UseTillCode"/>. Refusals in this order: <c>till.code_invalid</c>, <c>till.own_code</c>, <c>till.amount_invalid</c>, <c>till.amount_differs</c>; for cash that comes in <c>protection.excluded</c>,
/// <c>protection.on_break</c>, <c>till.day_full</c>; for cash that goes out <c>till.wallet_short</c>, <c>till.no_cash</c>.
/// </summary>
internal sealed class UseTillCodeRule : HotRule<UseTillCode, TillCodeUsed>
{
    public override void Needs(UseTillCode command, LoadPlan plan)
    {
        var currency = command.Amount.Currency.Code;
        plan.Row(TillCode.Table, command.CodeId).Row(TillEntry.Table, command.EntryId).Row(TillDay.Table, TillDay.IdOf(command.ShopId, currency, command.Day)).Guard(command.UserId)
            .Account(SharedAccounts.WalletOf(command.UserId, currency)).Account(TillPostings.TillOf(command.ShopId, currency)).Account(PaymentsPostings.DebtOf(command.UserId, currency));
    }

    public override Decision Decide(UseTillCode command, GroupState state, DateTimeOffset now)
    {
        var (amount, currency) = (command.Amount.Minor, command.Amount.Currency.Code);
        if (state.Row(TillCode.Table, command.CodeId) is not { } code || !code.IsGood(now) || code.UserId != command.UserId || code.Currency != currency) return Refuse(TillRefusals.CodeInvalid);
        if (code.UserId == command.StaffId) return Refuse(TillRefusals.OwnCode);
        if (amount <= 0 || amount > command.MostAtOnce) return Refuse(TillRefusals.AmountInvalid, ("most", new Money(command.MostAtOnce, command.Amount.Currency)));
        if (code.Amount > 0 && code.Amount != amount) return Refuse(TillRefusals.AmountDiffers);
        var day = state.Row(TillDay.Table, TillDay.IdOf(command.ShopId, currency, command.Day)) ?? new TillDay(TillDay.IdOf(command.ShopId, currency, command.Day), command.ShopId, currency, command.Day, 0, 0, 0);
        var (wallet, till) = (SharedAccounts.WalletOf(code.UserId, currency), TillPostings.TillOf(command.ShopId, currency));
        if (code.PaysOut)
        {
            if (!state.CanPay(wallet, amount)) return Refuse(TillRefusals.WalletShort);
            // What the shop kept of a payout is its own by now: it hands out no more than it still owes.
            if (Math.Min(day.Took - day.Paid, -state.Balance(till)) < amount) return Refuse(TillRefusals.NoCash);
        }
        else
        {
            if (Guarding.CheckDeposit(state, code.UserId, now) is { } kept) return Refuse(kept);
            if (day.Took + amount > command.MostInDay) return Refuse(TillRefusals.DayFull, ("left", new Money(Math.Max(0, command.MostInDay - day.Took), command.Amount.Currency)));
        }
        var decision = Accept(new TillCodeUsed(command.EntryId, code.PaysOut, amount))
            .Change(TillCode.Table, code with { UsedAt = now })
            .Change(TillEntry.Table, new TillEntry(command.EntryId, command.ShopId, command.StaffId, code.UserId, code.PaysOut, amount, currency, command.Day, now))
            .Change(TillDay.Table, day with { Took = day.Took + (code.PaysOut ? 0 : amount), Paid = day.Paid + (code.PaysOut ? amount : 0), Entries = day.Entries + 1 })
            .Publish(new CashTaken(command.EntryId, code.UserId, command.ShopId, amount, currency, code.PaysOut));
        if (code.PaysOut) return decision.Post(TillPostings.CashOut, wallet, till, amount, command.EntryId);
        decision.Post(TillPostings.CashIn, till, wallet, amount, command.EntryId);
        var collected = Math.Min(state.Available(wallet) + amount, -state.Balance(PaymentsPostings.DebtOf(code.UserId, currency)));
        return collected > 0 ? decision.Post(PaymentsPostings.Collected, wallet, PaymentsPostings.DebtOf(code.UserId, currency), collected, code.UserId) : decision;
    }
}

/// <summary>Cash was taken for a wallet, or handed out of it. Payloads are part of the contract: only add.</summary>
internal sealed record CashTaken(Guid EntryId, Guid UserId, Guid ShopId, long Amount, string Currency, bool PaysOut) : IDomainEvent
{
    public const string Name = "payments.cash.taken";

    [JsonIgnore]
    public string Topic => Name;
}

/// <summary>A code as its person shows it.</summary>
internal sealed record ShownCode(string Digits, TillCode Code);

/// <summary>Makes codes, and uses them; for the calls and the pages.</summary>
internal sealed class TillDesk(PaymentsContext context, GroupCommitter ledger, TillGuesses guesses, TillOptions options, PaymentsOptions payments, TimeProvider time)
{
    private const int Digits = 8;

    public bool IsOn => options.IsOn;

    public Currency Currency => payments.DefaultCurrency;

    /// <summary>Refusals: <c>till.off</c>, <c>till.amount_invalid</c>, those of <see cref="MakeTillCodeRule"/>.</summary>
    /// <param name="amount">Null where the till says how much; needed for cash that goes out.</param>
    public async Task<Result<ShownCode>> Make(Guid userId, bool paysOut, Money? amount, CancellationToken ct)
    {
        if (!options.IsOn) return TillRefusals.Off;
        if (amount is { } given ? given.Currency != Currency || !given.IsPositive || given.Minor > Most(options.MostAtOnce) : paysOut) return TillRefusals.AmountInvalid;
        var now = time.GetUtcNow();
        for (var tries = 0; tries < 5; tries++)
        {
            var digits = RandomNumberGenerator.GetInt32(100_000_000).ToString("D8", CultureInfo.InvariantCulture);
            var code = new TillCode(TillCode.IdOf(digits), userId, paysOut, amount?.Minor ?? 0, Currency.Code, now, now + TillCode.Lifetime, null);
            var made = await ledger.Submit<TillCodeMade>(new MakeTillCode(CommandKey.System("payments.till_code", Ids.New().ToString("N")), code));
            if (made.Refusal is { } no && no.Code != TillRefusals.CodeTaken.Code) return no;
            if (!made.Refused) return new ShownCode(digits, code);
        }
        return TillRefusals.CodeTaken;
    }

    /// <summary>Refusals: <c>till.off</c>, <c>till.too_many_tries</c>, those of <see cref="UseTillCodeRule"/>, <c>idempotency.key_reused</c>, the ledger's.</summary>
    public async Task<Result<(TillCodeUsed Used, bool Replayed)>> Use(Guid shopId, Guid staffId, string? digits, Money amount, string key, CancellationToken ct)
    {
        if (!options.IsOn) return TillRefusals.Off;
        var typed = new string([.. (digits ?? "").Where(char.IsAsciiDigit)]);
        if (typed.Length != Digits) return TillRefusals.CodeInvalid;
        if (amount.Currency.Code is null || amount.Currency != Currency) return TillRefusals.AmountInvalid;
        if (await guesses.Take(shopId, staffId, ct) is { } tooMany) return tooMany;
        var used = await Look(shopId, staffId, typed, amount, key, ct);
        if (used.Refusal is not { Code: var code } || (code != TillRefusals.CodeInvalid.Code && code != TillRefusals.AmountDiffers.Code)) await guesses.TakeBack(shopId, staffId, ct);
        return used.Refusal is { } refusal ? refusal : (used.Value, used.Replayed);
    }

    private async Task<HotResult<TillCodeUsed>> Look(Guid shopId, Guid staffId, string typed, Money amount, string key, CancellationToken ct)
    {
        var id = TillCode.IdOf(typed);
        if (await context.TillCodes.AsNoTracking().FirstOrDefaultAsync(c => c.Id == id, ct) is not { } code) return new HotResult<TillCodeUsed>(null, TillRefusals.CodeInvalid.ToRefusal(), false);
        var command = CommandKey.For(staffId, key, "payments.till", shopId.ToString("N"), id.ToString("N"), amount.Minor.ToString(CultureInfo.InvariantCulture));
        return await ledger.Submit<TillCodeUsed>(new UseTillCode(command, id, Ids.New(), shopId, staffId, code.UserId, amount, TillDay.DayOf(time.GetUtcNow()), Most(options.MostAtOnce), Most(options.MostInDay)));
    }

    /// <summary>A shop's till on a day, with its entries, the newest first. Refusals: <c>till.off</c>, <c>till.day_invalid</c>.</summary>
    public async Task<Result<(TillDay Day, IReadOnlyList<TillEntry> Entries)>> Report(Guid shopId, string? day, CancellationToken ct)
    {
        if (!options.IsOn) return TillRefusals.Off;
        var chosen = string.IsNullOrEmpty(day) ? TillDay.DayOf(time.GetUtcNow()) : day;
        if (!DateOnly.TryParseExact(chosen, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)) return TillRefusals.DayInvalid;
        var id = TillDay.IdOf(shopId, Currency.Code, chosen);
        var sums = await context.TillDays.AsNoTracking().FirstOrDefaultAsync(d => d.Id == id, ct) ?? new TillDay(id, shopId, Currency.Code, chosen, 0, 0, 0);
        return (sums, await context.TillEntries.AsNoTracking().Where(e => e.ShopId == shopId && e.Currency == Currency.Code && e.Day == chosen).OrderByDescending(e => e.Id).Take(500).ToListAsync(ct));
    }

    private long Most(long whole) => checked(whole * Currency.MinorPerUnit);
}
