using System.Globalization;
using Fairground.Kernel.Modules;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fairground.Identity.ErasePerson;

/// <summary>
/// The ids of those who were erased, in a file beside the database: a copy of the database from before that knows them still, and the server erases them again
/// when such a copy was brought back. The file holds ids and instants, nothing of the people.
/// </summary>
internal sealed class ErasedList(IConfiguration configuration, ILogger<ErasedList> logger) : IDisposable
{
    public const string Setting = "FAIRGROUND_ERASED_LIST";

    private readonly SemaphoreSlim turn = new(1, 1);

    /// <summary><c>FAIRGROUND_ERASED_LIST</c>, else <c>erased.txt</c> in the data folder.</summary>
    public string Path { get; } = configuration[Setting] is { Length: > 0 } given
        ? System.IO.Path.GetFullPath(given)
        : System.IO.Path.Combine(System.IO.Path.GetFullPath(configuration["FAIRGROUND_DATA"] is { Length: > 0 } folder ? folder : "data"), "erased.txt");

    public async Task Add(IReadOnlyCollection<Guid> ids, DateTimeOffset at, CancellationToken ct)
    {
        if (!Directory.Exists(System.IO.Path.GetDirectoryName(Path)))
        {
            logger.LogWarning("There is no folder for {Path}: a copy of the database from before this erasure would bring the person back", Path);
            return;
        }
        await turn.WaitAsync(ct);
        try
        {
            await File.AppendAllLinesAsync(Path, ids.Select(id => string.Create(CultureInfo.InvariantCulture, $"{id} {at.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}")), ct);
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose() => turn.Dispose();

    public async Task<IReadOnlyCollection<Guid>> Read(CancellationToken ct)
    {
        if (!File.Exists(Path)) return [];
        var ids = new HashSet<Guid>();
        await foreach (var line in File.ReadLinesAsync(Path, ct))
        {
            if (Guid.TryParse(line.Split(' ')[0], out var id)) ids.Add(id);
        }
        return ids;
    }
}

/// <summary>At start: whoever is on the list and in the database again is erased again, and whoever was erased a moment before a crash is put on the list.</summary>
internal sealed class EraseAgain(ErasedList list, IServiceScopeFactory scopes, TimeProvider time, ILogger<EraseAgain> logger) : BackgroundService
{
    private static readonly TimeSpan Again = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (!await TryBoth(stoppingToken)) await Task.Delay(Again, time, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops; the next start goes on.
        }
    }

    // A database that is away for a moment must not end the server, nor leave somebody whom we promised to forget.
    private async Task<bool> TryBoth(CancellationToken ct)
    {
        try
        {
            await Both(ct);
            return true;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            logger.LogError(error, "Whoever was erased before this database was brought back could not be erased again; it is tried again in a minute");
            return false;
        }
    }

    internal async Task Both(CancellationToken ct)
    {
        var listed = await list.Read(ct);
        foreach (var id in listed)
        {
            await using var scope = scopes.CreateAsyncScope();
            if (!await scope.ServiceProvider.GetRequiredService<IdentityContext>().Users.AnyAsync(u => u.Id == id && u.ErasedAt == null, ct)) continue;
            await scope.ServiceProvider.GetRequiredService<Erasures>().EraseAgain(id, ct);
            logger.LogWarning("{Person} was erased before this database was brought back, and is erased again", id);
        }
        await using var last = scopes.CreateAsyncScope();
        var gone = await last.ServiceProvider.GetRequiredService<IdentityContext>().Users.Where(u => u.ErasedAt != null).Select(u => u.Id).ToListAsync(ct);
        var missing = gone.Where(id => !listed.Contains(id)).ToList();
        if (missing.Count > 0) await list.Add(missing, time.GetUtcNow(), ct);
    }
}

/// <summary>Nothing of an erased person is left where it can be read.</summary>
internal sealed class ErasureAudit(IdentityContext context) : IAuditCheck
{
    private const string Check = "erased people";

    public async Task<IReadOnlyList<AuditFinding>> Run(CancellationToken ct)
    {
        var gone = context.Users.AsNoTracking().Where(u => u.ErasedAt != null);
        var count = await gone.CountAsync(ct);
        var left = await gone.CountAsync(u => u.DisplayName != FairgroundUser.Erased || u.HolderSalt != "" || u.PasswordHash != null || u.TotpSecret != null, ct)
            + await context.Passkeys.CountAsync(k => gone.Any(u => u.Id == k.UserId), ct)
            + await context.Members.CountAsync(m => gone.Any(u => u.Id == m.UserId), ct);
        return [left == 0 ? new AuditFinding(Check, true, $"{count} were erased, and nothing of them is left") : new AuditFinding(Check, false, $"{left} rows of erased people are left")];
    }
}
