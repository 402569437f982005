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

    /// <summary>The file's bytes. What came back before it was first taken is left out of it; from then on it is the same for ever. Refusals: <c>payout.file_not_found</c>, <c>payout.file_empty</c>.</summary>
    public async Task<Result<BankFile>> Take(Guid fileId, CancellationToken ct)
    {
        if (await context.Files.AsNoTracking().FirstOrDefaultAsync(f => f.Id == fileId, ct) is not { } file) return PayoutRefusals.FileNotFound;
        if (file.TakenAt is null && await LeaveOut(fileId, ct) is { } none) return none;
        file = await context.Files.AsNoTracking().FirstAsync(f => f.Id == fileId, ct);
        var content = await Write(file, ct);
        if (Hash(content) != file.Sha256) throw new InvalidOperationException($"Bank file {file.Id} is no longer what it was.");
        return new BankFile($"payouts-{file.Currency}-{file.ExecutesOn}-{file.Id.ToString("N")[^6..]}.xml", content);
    }

    // Whoever takes it first: the file's row is locked, so that of two at once the second finds it taken.
    private async Task<Refusal?> LeaveOut(Guid fileId, CancellationToken ct)
    {
        await using var transaction = await context.BeginWriteAsync(ct);
        var now = time.GetUtcNow();
        if (await context.Files.Where(f => f.Id == fileId && f.TakenAt == null).ExecuteUpdateAsync(set => set.SetProperty(f => f.TakenAt, (DateTimeOffset?)now), ct) == 0) return null;
        var payouts = await context.Payouts.AsNoTracking().Where(p => p.BatchId == fileId).Select(p => new { p.Id, p.Amount, p.State }).ToListAsync(ct);
        var left = payouts.Where(p => p.State == PayoutState.Returned).ToList();
        // Nothing is kept: it stands there empty, and nobody can take it.
        if (left.Count == payouts.Count) return PayoutRefusals.FileEmpty;
        if (left.Count > 0)
        {
            context.LeftOut.AddRange(left.Select(p => new PayoutLeftOut { PayoutId = p.Id, BatchId = fileId }));
            await context.SaveChangesAsync(ct);
            var (count, total) = (payouts.Count - left.Count, payouts.Where(p => p.State != PayoutState.Returned).Aggregate(0L, (sum, p) => checked(sum + p.Amount)));
            await context.Files.Where(f => f.Id == fileId).ExecuteUpdateAsync(set => set.SetProperty(f => f.Payouts, count).SetProperty(f => f.Total, total), ct);
            var sha = Hash(await Write(await context.Files.AsNoTracking().FirstAsync(f => f.Id == fileId, ct), ct));
            await context.Files.Where(f => f.Id == fileId).ExecuteUpdateAsync(set => set.SetProperty(f => f.Sha256, sha), ct);
        }
        await transaction.CommitAsync(ct);
        return null;
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
        var payouts = await context.Payouts.AsNoTracking().Where(p => p.BatchId == file.Id && !context.LeftOut.Any(l => l.PayoutId == p.Id)).OrderBy(p => p.Id)
            .Join(context.BankDetails.AsNoTracking(), p => p.BankDetailsId, d => d.Id, (p, d) => new { Payout = p, Details = d }).ToListAsync(ct);
        return CreditTransferFile.Write(file, [.. payouts.Select(p => (p.Payout, p.Details))]);
    }

    private static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
