using System.Globalization;
using Fairground.Kernel.Modules;
using Fairground.Kernel.Storage;

namespace Fairground.Kernel.Files;

/// <summary>What must always hold of files: their bytes are there, and whatever refers to a file finds it. Contents are compared by <c>fairground files check</c>.</summary>
internal sealed class FileAudit(Database database, FileStores stores, FileRows rows, IEnumerable<IFileReferences> references, PictureShaper shaper) : IAuditCheck
{
    // Asking for an object's length is a request over the network; the newest are where something would be wrong first.
    private const int MostAsked = 1000;
    private const int AtOnce = 8;

    public async Task<IReadOnlyList<AuditFinding>> Run(CancellationToken ct)
    {
        var totals = await rows.Totals(ct);
        var findings = new List<AuditFinding> { await InDatabase(totals, ct) };
        if (totals.FirstOrDefault(t => t.Store == FileStores.S3) is { } remote) findings.Add(await InBucket(remote, ct));
        findings.Add(await Referred(ct));
        findings.Add(await Pictures(ct));
        return findings;
    }

    private async Task<AuditFinding> InDatabase(IReadOnlyList<StoreTotal> totals, CancellationToken ct)
    {
        var wrong = await Count("select count(*) from kernel_file f where f.store = 'database' and f.length <> (select coalesce(sum(length(c.data)), 0) from kernel_file_chunk c where c.file_id = f.id)", ct);
        var left = await Count("select count(*) from kernel_file where leftover is not null", ct);
        var here = totals.FirstOrDefault(t => t.Store == FileStores.Database);
        var text = $"{here?.Files ?? 0} files in the database{(left > 0 ? $"; {left} moved files have an old copy left, which the next 'fairground files move' removes" : "")}";
        return new AuditFinding("files: each file in the database has all its pieces", wrong == 0, wrong == 0 ? text : $"{wrong} do not; 'fairground files check' names them");
    }

    private async Task<AuditFinding> InBucket(StoreTotal total, CancellationToken ct)
    {
        const string Check = "files: each file in the S3 store is there in its full length";
        if (stores.Find(FileStores.S3) is not { } bucket) return new AuditFinding(Check, false, $"{total.Files} files lie in an S3 store, and no FAIRGROUND_S3_BUCKET is set");
        var (wrong, asked) = (0, 0);
        try
        {
            var newest = await rows.Newest(FileStores.S3, MostAsked, ct);
            asked = newest.Count;
            await Parallel.ForEachAsync(newest, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct }, async (file, stop) =>
            {
                if (await bucket.Length(file.Id, stop) != file.Length) Interlocked.Increment(ref wrong);
            });
        }
        catch (Exception error) when (error is Amazon.Runtime.AmazonClientException or Amazon.Runtime.AmazonServiceException or HttpRequestException)
        {
            return new AuditFinding(Check, false, $"the store does not answer: {error.Message}");
        }
        return new AuditFinding(Check, wrong == 0, wrong == 0 ? $"{asked} of {total.Files} files looked at, the newest" : $"{wrong} of {asked} are not; 'fairground files check' names them");
    }

    private async Task<AuditFinding> Referred(CancellationToken ct)
    {
        var broken = new List<string>();
        foreach (var module in references) broken.AddRange((await module.Broken(ct)).Select(b => $"{b.Value} in {b.Key}"));
        return new AuditFinding("files: whatever refers to a file finds it", broken.Count == 0, broken.Count == 0 ? $"{references.Sum(r => r.Columns.Count)} columns looked at" : string.Join(", ", broken));
    }

    private async Task<AuditFinding> Pictures(CancellationToken ct)
    {
        var (waiting, failed) = (await Count("select count(*) from kernel_picture where due_at is not null", ct), await Count("select count(*) from kernel_picture where due_at is null and error is not null", ct));
        var wrong = await Count("select count(*) from kernel_picture_size s where not exists (select 1 from kernel_file f where f.id = s.made_file_id)", ct);
        var text = $"{waiting} pictures wait for their sizes, {failed} could not be read{(shaper.IsThere ? "" : "; libvips is not here, so originals are shown in full size")}";
        return new AuditFinding("files: each size made of a picture is there", wrong == 0, wrong == 0 ? text : $"{wrong} are not");
    }

    private async Task<long> Count(string sql, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await using var command = FileRows.Command(connection, null, sql);
        return Convert.ToInt64(await command.ExecuteScalarAsync(ct), CultureInfo.InvariantCulture);
    }
}
