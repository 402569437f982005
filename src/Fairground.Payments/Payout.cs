using System.Buffers.Binary;
using System.Globalization;
using Fairground.Kernel;
using Fairground.Ledger.GroupCommit;

namespace Fairground.Payments;

/// <summary>Where a payout stands. It only moves on.</summary>
internal enum PayoutState
{
    /// <summary>Taken from the balance and on its way.</summary>
    OnItsWay = 0,

    /// <summary>The bank has paid it.</summary>
    Paid = 1,

    /// <summary>It came back, and is in the balance again.</summary>
    Returned = 2,
}

/// <summary>Money on its way from an organisation's balance to its bank (S-33).</summary>
/// <param name="BatchId">The bank file that carries it; null until one does.</param>
/// <param name="Amount">Minor units, above zero.</param>
/// <param name="Reference">Stands in the bank file and comes back in the bank's statement.</param>
/// <param name="Reason">Why it came back.</param>
internal sealed record Payout(
    Guid Id, Guid OrganisationId, Guid BankDetailsId, Guid? BatchId, long Amount, string Currency, PayoutState State, string Reference,
    DateTimeOffset MadeAt, DateTimeOffset? PaidAt, DateTimeOffset? ReturnedAt, string? Reason)
{
    public static readonly HotTable<Payout> Table = HotTable<Payout>.Keyed(
        "payments_payout",
        1,
        r => new Payout(r.Uuid(0), r.Uuid(1), r.Uuid(2), r.UuidOrNull(3), r.Long(4), r.Text(5), (PayoutState)r.Int(6), r.Text(7), r.Instant(8), r.InstantOrNull(9), r.InstantOrNull(10), r.TextOrNull(11)),
        new("id", HotType.Uuid, p => p.Id),
        new("organisation_id", HotType.Uuid, p => p.OrganisationId),
        new("bank_details_id", HotType.Uuid, p => p.BankDetailsId),
        new("batch_id", HotType.Uuid, p => p.BatchId),
        new("amount", HotType.Long, p => p.Amount),
        new("currency", HotType.Text, p => p.Currency),
        new("state", HotType.Int, p => (int)p.State),
        new("reference", HotType.Text, p => p.Reference),
        new("made_at", HotType.Long, p => p.MadeAt.ToUnixTimeMilliseconds()),
        new("paid_at", HotType.Long, p => p.PaidAt?.ToUnixTimeMilliseconds()),
        new("returned_at", HotType.Long, p => p.ReturnedAt?.ToUnixTimeMilliseconds()),
        new("reason", HotType.Text, p => p.Reason));

    public Money Money => new(Amount, Kernel.Currency.Of(Currency));

    /// <summary>The name on the wire.</summary>
    public string Wire => State switch { PayoutState.OnItsWay => "on_its_way", PayoutState.Paid => "paid", _ => "returned" };
}

/// <summary>One going-over of who is to be paid. There is one at a time over all nodes: the database holds it.</summary>
internal sealed class PayoutRun
{
    public required Guid Id { get; init; }

    public DateTimeOffset AskedAt { get; init; }

    /// <summary>The operator who asked; null where the schedule did.</summary>
    public Guid? AskedBy { get; init; }

    public DateTimeOffset? FinishedAt { get; set; }

    public int Made { get; set; }

    /// <summary>Balances that were looked at and not paid: below the minimum, unchecked, or without bank details.</summary>
    public int Skipped { get; set; }
}

/// <summary>A bank file of payouts: what it says follows from its rows, which never change, so that it is the same whenever it is taken.</summary>
internal sealed class PayoutFile
{
    public required Guid Id { get; init; }

    public Guid RunId { get; init; }

    public required string Currency { get; init; }

    public DateTimeOffset MadeAt { get; init; }

    /// <summary>The day on which the bank is asked to pay, as yyyy-MM-dd.</summary>
    public required string ExecutesOn { get; init; }

    public int Payouts { get; init; }

    /// <summary>Minor units.</summary>
    public long Total { get; init; }

    public required string PayerName { get; init; }

    public required string PayerAccount { get; init; }

    public required string PayerBank { get; init; }

    /// <summary>Of the file's bytes, in hex.</summary>
    public required string Sha256 { get; set; }

    /// <summary>When an operator first took it.</summary>
    public DateTimeOffset? TakenAt { get; set; }
}

/// <summary>A payout that came back before its bank file was first taken, and stands in it no more.</summary>
internal sealed class PayoutLeftOut
{
    public required Guid PayoutId { get; init; }

    public Guid BatchId { get; init; }
}

/// <summary>References that survive a bank: ISO 11649, <c>RF</c>, two check digits, then twelve digits that a person can type. The first of them says what it is.</summary>
internal static class BankReference
{
    /// <summary>Characters in all.</summary>
    public const int Length = 16;

    /// <summary>A person brings money in by bank transfer.</summary>
    public const char TopUp = '1';

    /// <summary>We pay an organisation.</summary>
    public const char Payout = '2';

    /// <summary>The reference that follows from an id: 11 digits of it behind the first. Pure.</summary>
    public static string Of(char what, Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        Ids.Derive("fairground/bank-reference/v1", id.ToString("N")).TryWriteBytes(bytes, bigEndian: true, out _);
        var digits = (BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]) % 100_000_000_000).ToString("00000000000", CultureInfo.InvariantCulture);
        var body = $"{what}{digits}";
        return $"RF{98 - Mod97($"{body}RF00"):00}{body}";
    }

    public static bool IsValid(ReadOnlySpan<char> text) => text.Length == Length && text[..2] is "RF" && Digits(text[2..]) && Mod97($"{text[4..]}{text[..4]}") == 1;

    /// <summary>The references in a text that somebody typed: blanks and dashes inside do not matter. In order, each once.</summary>
    public static IReadOnlyList<string> FindAll(string? text)
    {
        if (string.IsNullOrEmpty(text)) return [];
        var compact = new string([.. text.ToUpperInvariant().Where(c => !char.IsWhiteSpace(c) && c is not ('-' or '.' or '/'))]);
        var found = new List<string>();
        for (var at = compact.IndexOf("RF", StringComparison.Ordinal); at >= 0 && at + Length <= compact.Length; at = compact.IndexOf("RF", at + 1, StringComparison.Ordinal))
        {
            var reference = compact.Substring(at, Length);
            if (IsValid(reference) && !found.Contains(reference)) found.Add(reference);
        }
        return found;
    }

    /// <summary>In fours, as people read it.</summary>
    public static string Spaced(string reference) => string.Join(' ', reference.Chunk(4).Select(c => new string(c)));

    /// <summary>ISO 7064 MOD 97-10 over digits and letters (A is 10).</summary>
    public static int Mod97(string text)
    {
        var rest = 0;
        foreach (var c in text)
        {
            var value = char.IsAsciiDigit(c) ? c - '0' : char.ToUpperInvariant(c) - 'A' + 10;
            rest = ((value > 9 ? rest * 100 : rest * 10) + value) % 97;
        }
        return rest;
    }

    private static bool Digits(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
            if (!char.IsAsciiDigit(c)) return false;
        return true;
    }
}
