using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Fairground.Kernel;
using Fairground.Kernel.Keys;
using Fairground.Kernel.Storage;
using Fairground.Ledger.Statements;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fairground.Payments.CloseDay;

/// <summary>A day that was closed: the trial balance of the whole ledger, signed.</summary>
internal sealed class DailyClose
{
    /// <summary>yyyy-MM-dd, a day of UTC.</summary>
    public required string Day { get; init; }

    public DateTimeOffset MadeAt { get; init; }

    /// <summary>The JSON that was signed, to the byte.</summary>
    public required string Document { get; init; }

    /// <summary>A JWS, compact, ES256, under the server's key for papers that stay.</summary>
    public required string Signed { get; init; }

    /// <summary>The last transfer up to which everything is in these sums: the next close begins behind it. Null in closes of an older version.</summary>
    public Guid? ThroughId { get; init; }

    /// <summary>The closing balances that were signed, by purpose and asset; what the next day opens with.</summary>
    public IReadOnlyList<TrialRow> Closings => [.. System.Text.Json.Nodes.JsonNode.Parse(Document)!["rows"]!.AsArray().Select(r =>
        new TrialRow((string)r!["purpose"]!, (string)r["asset"]!, 0, 0, 0, long.Parse((string)r["closing"]!, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)))];
}

/// <summary>Closes days on one node at a time, a quarter of an hour after their end.</summary>
internal sealed class CloseWorker(IServiceScopeFactory scopes, Leases leases, TimeProvider time, ILogger<CloseWorker> logger)
    : LeasedWorker("payments.daily_close", TimeSpan.FromMinutes(1), leases, time, logger)
{
    protected override async Task<bool> RunOnce(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<DayCloser>().CloseNext(ct);
    }
}

/// <summary>
/// Adds the ledger up at the end of each day and signs the sums, each with the hash of the one before: whoever keeps one of them can show later that nothing
/// before it was rewritten.
/// </summary>
internal sealed class DayCloser(PayoutsContext context, TrialBalance balances, SigningKeys keys, TimeProvider time)
{
    public const string Type = "fairground-daily-close+jws";

    // What was decided before midnight is written by then.
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(15);

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Closes the oldest day that is over and open, one day at a time; true where one was. The first close is of yesterday.</summary>
    public async Task<bool> CloseNext(CancellationToken ct)
    {
        var last = await context.Closes.AsNoTracking().OrderByDescending(c => c.Day).FirstOrDefaultAsync(ct);
        var yesterday = DateOnly.FromDateTime((time.GetUtcNow() - Grace).UtcDateTime).AddDays(-1);
        var day = last is null ? yesterday : DateOnly.ParseExact(last.Day, "yyyy-MM-dd", CultureInfo.InvariantCulture).AddDays(1);
        if (day > yesterday) return false;
        await keys.EnsureLoaded(ct);
        var from = new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero);
        // Behind the last close there is a day to add up; before it there is a ledger.
        var rows = last?.ThroughId is { } before ? await balances.Behind(before, last.Closings, from, from.AddDays(1), ct) : await Rows(day, ct);
        var through = await balances.Through(last?.ThroughId ?? Guid.Empty, from.AddDays(1), ct);
        var document = Write(day, rows, last is null ? null : Hash(last.Signed));
        context.Closes.Add(new DailyClose { Day = Name(day), MadeAt = time.GetUtcNow(), Document = document, Signed = Sign(document), ThroughId = through });
        await context.SaveChangesAsync(ct);
        return true;
    }

    /// <summary>The sums of a day as they are now, from the first transfer on.</summary>
    public Task<IReadOnlyList<TrialRow>> Rows(DateOnly day, CancellationToken ct)
    {
        var from = new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero);
        return balances.Of(from, from.AddDays(1), ct);
    }

    /// <summary>The document, version 1: members in this order, amounts as strings of minor units, no blanks. Pure.</summary>
    public static string Write(DateOnly day, IReadOnlyList<TrialRow> rows, string? previous) => JsonSerializer.Serialize(
        new
        {
            v = 1,
            day = Name(day),
            previous,
            rows = rows.Select(r => new { purpose = r.Purpose, asset = r.Asset, opening = Text(r.Opening), debits = Text(r.Debits), credits = Text(r.Credits), closing = Text(r.Closing) }),
            sums = rows.GroupBy(r => r.Asset).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => new { asset = g.Key, debits = Text(g.Sum(r => r.Debits)), credits = Text(g.Sum(r => r.Credits)), closing = Text(g.Sum(r => r.Closing)) }),
        },
        Json);

    /// <summary>SHA-256 in hex, by which the next close names this one.</summary>
    public static string Hash(string signed) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(signed)));

    /// <summary>Whether a close says what it was signed for. The keys are those of <c>/.well-known/jwks.json</c>. Pure.</summary>
    public static bool Holds(DailyClose close, System.Text.Json.Nodes.JsonObject jwks)
    {
        if (close.Signed.Split('.') is not [var head, var body, var signature]) return false;
        if (Encoding.UTF8.GetString(Base64Url.DecodeFromChars(body)) != close.Document) return false;
        var kid = (string?)System.Text.Json.Nodes.JsonNode.Parse(Base64Url.DecodeFromChars(head))?["kid"];
        if (jwks["keys"]?.AsArray().FirstOrDefault(k => (string?)k?["kid"] == kid) is not { } key) return false;
        using var ecdsa = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = Base64Url.DecodeFromChars((string)key["x"]!), Y = Base64Url.DecodeFromChars((string)key["y"]!) } });
        return ecdsa.VerifyData(Encoding.ASCII.GetBytes($"{head}.{body}"), Base64Url.DecodeFromChars(signature), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    private static string Name(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Text(long minor) => minor.ToString(CultureInfo.InvariantCulture);

    private string Sign(string document)
    {
        var head = Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(new { alg = "ES256", kid = keys.Kid, typ = Type }));
        var signed = $"{head}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(document))}";
        return $"{signed}.{Base64Url.EncodeToString(keys.SignData(Encoding.ASCII.GetBytes(signed)))}";
    }
}
