using System.Security.Cryptography;
using Fairground.Kernel.Storage;

namespace Fairground.Kernel.Files;

/// <summary>How far a move or a check is.</summary>
/// <param name="Done">Files done, of <paramref name="Files"/>; so also the bytes.</param>
public sealed record FileProgress(long Done, long Files, long BytesDone, long Bytes);

/// <summary>What is wrong with one file.</summary>
public sealed record FileFault(Guid FileId, string Store, string Text);

/// <summary>What a move did.</summary>
/// <param name="Moved">Files that lie in the other store now.</param>
/// <param name="Faults">Files that could not be moved and stayed where they were.</param>
public sealed record MoveReport(long Moved, long Bytes, IReadOnlyList<FileFault> Faults);

/// <summary>What a check found.</summary>
public sealed record CheckReport(IReadOnlyList<StoreTotal> Stores, IReadOnlyList<FileFault> Faults);

/// <summary>
/// Moves files from one store to the other while the server serves. A file is written to the new place, read back from there, and only where its SHA-256 is right does its row point
/// there; the old copy goes last. Ended in between, the next run goes on: half-written copies are written again, old copies that were left are removed.
/// </summary>
public sealed class FileMover
{
    private const string Lease = "kernel.files.move";
    private const int Batch = 100;

    private static readonly TimeSpan LeaseLength = TimeSpan.FromSeconds(30);

    private readonly FileStores stores;
    private readonly FileRows rows;
    private readonly Leases leases;

    internal FileMover(FileStores stores, FileRows rows, Leases leases) => (this.stores, this.rows, this.leases) = (stores, rows, leases);

    /// <summary>Files and bytes in each store.</summary>
    public Task<IReadOnlyList<StoreTotal>> Totals(CancellationToken ct) => rows.Totals(ct);

    /// <summary>Moves everything to a store: <c>database</c> or <c>s3</c>. Refuses with <c>file.store_unknown</c>, <c>file.move_running</c>.</summary>
    public async Task<Result<MoveReport>> Move(string to, IProgress<FileProgress>? progress, CancellationToken ct)
    {
        if (stores.Find(to) is not { } target) return FileRefusals.StoreUnknown;
        if (!await leases.TryHold(Lease, LeaseLength, ct)) return FileRefusals.MoveRunning;
        try
        {
            await RemoveLeftovers(ct);
            var faults = new List<FileFault>();
            var (moved, bytes) = (0L, 0L);
            foreach (var from in stores.All.Where(s => s != target))
            {
                var total = (await rows.Totals(ct)).FirstOrDefault(t => t.Store == from.Name) ?? new StoreTotal(from.Name, 0, 0);
                var (done, doneBytes) = (0L, 0L);
                for (var after = Guid.Empty; ;)
                {
                    var some = await rows.After(after, Batch, from.Name, ct);
                    if (some.Count == 0) break;
                    foreach (var file in some)
                    {
                        if (!await leases.TryHold(Lease, LeaseLength, ct)) return FileRefusals.MoveRunning;
                        if (await MoveOne(file, from, target, ct) is { } fault) faults.Add(fault);
                        else (moved, bytes) = (moved + 1, bytes + file.Length);
                        (done, doneBytes) = (done + 1, doneBytes + file.Length);
                        progress?.Report(new FileProgress(done, Math.Max(total.Files, done), doneBytes, Math.Max(total.Bytes, doneBytes)));
                    }
                    after = some[^1].Id;
                }
            }
            return new MoveReport(moved, bytes, faults);
        }
        finally
        {
            await leases.Release(Lease, CancellationToken.None);
        }
    }

    /// <summary>Reads every file and compares length and SHA-256 with what was written down.</summary>
    public async Task<CheckReport> Check(IProgress<FileProgress>? progress, CancellationToken ct)
    {
        var totals = await rows.Totals(ct);
        var (files, all) = (totals.Sum(t => t.Files), totals.Sum(t => t.Bytes));
        var (done, bytes, faults) = (0L, 0L, new List<FileFault>());
        for (var after = Guid.Empty; ;)
        {
            var some = await rows.After(after, Batch, null, ct);
            if (some.Count == 0) break;
            foreach (var file in some)
            {
                if (await Fault(file, ct) is { } text && await rows.Find(file.Id, ct) is not null) faults.Add(new FileFault(file.Id, file.Store, text));
                (done, bytes) = (done + 1, bytes + file.Length);
                progress?.Report(new FileProgress(done, Math.Max(files, done), bytes, Math.Max(all, bytes)));
            }
            after = some[^1].Id;
        }
        return new CheckReport(totals, faults);
    }

    private async Task RemoveLeftovers(CancellationToken ct)
    {
        for (var left = await rows.Leftovers(Batch, ct); left.Count > 0; left = await rows.Leftovers(Batch, ct))
        {
            foreach (var (id, store) in left)
            {
                if (stores.Find(store) is { } old) await old.Remove(id, ct);
                await rows.Cleared(id, ct);
            }
        }
    }

    private async Task<FileFault?> MoveOne(StoredFile file, IByteStore from, IByteStore to, CancellationToken ct)
    {
        try
        {
            await Copy(file, from, to, ct);
            await using var back = to.OpenRead(file);
            if (await Sum(back, ct) is var (sum, length) && (sum != file.Sha256 || length != file.Length))
            {
                await to.Remove(file.Id, ct);
                return new FileFault(file.Id, from.Name, $"After writing to '{to.Name}' the content was another one ({length} bytes, SHA-256 {sum}).");
            }
        }
        catch (Exception error) when (IsOfAStore(error))
        {
            return new FileFault(file.Id, from.Name, error.Message);
        }
        if (await rows.Moved(file.Id, from.Name, to.Name, ct))
        {
            await from.Remove(file.Id, ct);
            await rows.Cleared(file.Id, ct);
        }
        else if (await rows.Find(file.Id, ct) is null)
        {
            // Swept while it was being moved.
            await to.Remove(file.Id, ct);
        }
        return null;
    }

    private static async Task Copy(StoredFile file, IByteStore from, IByteStore to, CancellationToken ct)
    {
        await using var content = from.OpenRead(file);
        using var writer = await to.Write(file.Id, replaces: true, ct);
        try
        {
            for (var piece = await FileStore.ReadChunk(content, ct); piece.Length > 0; piece = await FileStore.ReadChunk(content, ct)) await writer.Write(piece, ct);
            await writer.Complete(ct);
        }
        catch (Exception error) when (IsOfAStore(error))
        {
            await writer.Abandon(ct);
            throw;
        }
    }

    private async Task<string?> Fault(StoredFile file, CancellationToken ct)
    {
        try
        {
            await using var content = new FollowingStream(stores, rows, file);
            var (sum, length) = await Sum(content, ct);
            return length != file.Length ? $"{length} bytes instead of {file.Length}" : sum != file.Sha256 ? "the content is another one than was kept" : null;
        }
        catch (Exception error) when (IsOfAStore(error))
        {
            return error.Message;
        }
    }

    // What a store may answer; anything else is a fault of ours and ends the move.
    private static bool IsOfAStore(Exception error) => error is IOException or HttpRequestException or Amazon.Runtime.AmazonClientException or Amazon.Runtime.AmazonServiceException;

    private static async Task<(string Sum, long Length)> Sum(Stream content, CancellationToken ct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (buffer, length) = (new byte[128 * 1024], 0L);
        for (var read = await content.ReadAsync(buffer, ct); read > 0; read = await content.ReadAsync(buffer, ct))
        {
            hash.AppendData(buffer, 0, read);
            length += read;
        }
        return (Convert.ToHexStringLower(hash.GetHashAndReset()), length);
    }
}
