using System.Globalization;
using System.Security.Cryptography;
using Fairground.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Payments.WritePayoutFile;

/// <summary>A bank file as it is given out.</summary>
internal sealed record BankFile(string Name, byte[] Content);

/// <summary>Gathers payouts into bank files and writes them, the same bytes whenever they are asked for.</summary>
internal sealed class PayoutFiles(PayoutsContext context, TimeProvider time)
{
    /// <summary>The most payouts in one file: banks cut larger ones off.</summary>
    public const int Largest = 5_000;

    /// <summary>Puts all payouts of the account's currency that wait into files. Nobody else makes files at the same time; a payout is in one file at most even so.</summary>
    public async Task Make(Guid runId, OperatorAccount from, CancellationToken ct)
    {
        while (await MakeOne(runId, from, ct))
        {
        }
    }

    /// <summary>The file's bytes. Refusal: <c>payout.file_not_found</c>.</summary>
    public async Task<Result<BankFile>> Take(Guid fileId, CancellationToken ct)
    {
        if (await context.Files.AsNoTracking().FirstOrDefaultAsync(f => f.Id == fileId, ct) is not { } file) return PayoutRefusals.FileNotFound;
        var content = await Write(file, ct);
        if (Hash(content) != file.Sha256) throw new InvalidOperationException($"Bank file {file.Id} is no longer what it was.");
        var now = time.GetUtcNow();
        await context.Files.Where(f => f.Id == fileId && f.TakenAt == null).ExecuteUpdateAsync(set => set.SetProperty(f => f.TakenAt, (DateTimeOffset?)now), ct);
        return new BankFile($"payouts-{file.Currency}-{file.ExecutesOn}-{file.Id.ToString("N")[^6..]}.xml", content);
    }

    private async Task<bool> MakeOne(Guid runId, OperatorAccount from, CancellationToken ct)
    {
        await using var transaction = await context.BeginWriteAsync(ct);
        var (id, now) = (Ids.New(), time.GetUtcNow());
        var waiting = await context.Payouts.AsNoTracking().Where(p => p.BatchId == null && p.State == PayoutState.OnItsWay && p.Currency == from.Currency).OrderBy(p => p.Id).Select(p => p.Id).Take(Largest).ToListAsync(ct);
        if (waiting.Count == 0) return false;
        await context.Payouts.Where(p => waiting.Contains(p.Id) && p.BatchId == null && p.State == PayoutState.OnItsWay).ExecuteUpdateAsync(set => set.SetProperty(p => p.BatchId, (Guid?)id), ct);
        var amounts = await context.Payouts.AsNoTracking().Where(p => p.BatchId == id).Select(p => p.Amount).ToListAsync(ct);
        if (amounts.Count == 0) return false;
        var file = new PayoutFile
        {
            Id = id, RunId = runId, Currency = from.Currency, MadeAt = now, ExecutesOn = now.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            Payouts = amounts.Count, Total = amounts.Aggregate(0L, (sum, a) => checked(sum + a)), PayerName = from.Holder, PayerAccount = from.Account.Number, PayerBank = from.Account.BankId, Sha256 = "",
        };
        file.Sha256 = Hash(await Write(file, ct));
        context.Files.Add(file);
        await context.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return amounts.Count == Largest;
    }

    private async Task<byte[]> Write(PayoutFile file, CancellationToken ct)
    {
        var payouts = await context.Payouts.AsNoTracking().Where(p => p.BatchId == file.Id).OrderBy(p => p.Id)
            .Join(context.BankDetails.AsNoTracking(), p => p.BankDetailsId, d => d.Id, (p, d) => new { Payout = p, Details = d }).ToListAsync(ct);
        return CreditTransferFile.Write(file, [.. payouts.Select(p => (p.Payout, p.Details))]);
    }

    private static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
