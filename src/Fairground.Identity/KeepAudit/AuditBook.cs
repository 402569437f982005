using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Fairground.Kernel.Keys;
using Fairground.Kernel.Modules;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Identity.KeepAudit;

/// <summary>An audit record as operators read it.</summary>
/// <param name="ActorName">Of the operator.</param>
/// <param name="Hash">In hex; each record's covers the one before.</param>
public sealed record AuditLine(long Seq, DateTimeOffset At, Guid Actor, string ActorName, Guid? OnBehalfOf, string What, string? About, string? Why, string? Before, string? After, string Hash);

/// <summary>What to look for; what is missing matches all.</summary>
/// <param name="What">The beginning of what was done: <c>person.</c></param>
/// <param name="About">The id of what it was about.</param>
public sealed record AuditFilter(string? What, string? About, Guid? Actor, DateTimeOffset? From, DateTimeOffset? Until);

/// <summary>
/// Writes the audit, one record after the other. What a record about a person says in words is sealed under that person's key, and the chain is over what is
/// stored: once the key is gone the words are, and the chain still holds.
/// </summary>
internal sealed class AuditBook(IServiceScopeFactory scopes, PersonKeys keys, TimeProvider time, IHttpContextAccessor? requests = null) : IAuditTrail
{
    /// <summary>What is written, and shown, where the person's key is gone.</summary>
    public const string Gone = "erased";

    private const int LongestText = 2_000;
    private static readonly object Marked = new();

    public async Task Record(AuditEntry entry, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<IdentityContext>();
        await using var transaction = await context.BeginWriteAsync(ct);
        await Add(context, entry, ct);
        await transaction.CommitAsync(ct);
    }

    /// <summary>Adds a record inside the caller's writing transaction, so that the deed and its record are one. Saves the caller's changes with it.</summary>
    /// <param name="marks">False where the record does not tell what the request did.</param>
    public async Task Add(IdentityContext context, AuditEntry entry, CancellationToken ct, bool marks = true)
    {
        // The update locks the row: whoever writes next waits until this one is committed.
        await context.Database.ExecuteSqlRawAsync("update identity_audit_head set last = last + 1 where id = 1", ct);
        var seq = await context.AuditHeads.AsNoTracking().Select(h => h.Last).SingleAsync(ct);
        var previous = await context.Audit.AsNoTracking().Where(r => r.Seq == seq - 1).Select(r => r.Hash).FirstOrDefaultAsync(ct) ?? new byte[32];
        context.Audit.Add(AuditRecord.Of(await Sealed(context, entry, ct), seq, time.GetUtcNow(), previous));
        await context.SaveChangesAsync(ct);
        if (marks && requests?.HttpContext is { } http) http.Items[Marked] = true;
    }

    /// <summary>True where this request has written its own record.</summary>
    public static bool HasRecorded(HttpContext http) => http.Items.ContainsKey(Marked);

    /// <summary>Whose words a record may hold: the person it was done for, or is about; null where it is about no person.</summary>
    internal static Guid? PersonOf(string? about, Guid? onBehalfOf) => onBehalfOf ?? (Guid.TryParse(about, out var id) ? id : null);

    private async Task<AuditEntry> Sealed(IdentityContext context, AuditEntry entry, CancellationToken ct)
    {
        var (why, before, after) = (Short(entry.Why), Short(entry.Before), Short(entry.After));
        if (PersonOf(entry.About, entry.OnBehalfOf) is not { } person || !await context.Users.AnyAsync(u => u.Id == person, ct)) return entry with { Why = why, Before = before, After = after };
        return await keys.Of(context, person, ct) is { } key
            ? entry with { Why = key.Seal(why), Before = key.Seal(before), After = key.Seal(after) }
            : entry with { Why = why is null ? null : Gone, Before = before is null ? null : Gone, After = after is null ? null : Gone };
    }

    private static string? Short(string? text) => text?.Length > LongestText ? text[..LongestText] : text;
}

/// <summary>Reads the audit.</summary>
internal sealed class AuditReader(IdentityContext context, PersonKeys keys)
{
    public const int PageSize = 50;

    /// <summary>Newest first. Refuses with <c>request.cursor_invalid</c>.</summary>
    public async Task<Result<Page<AuditLine>>> List(AuditFilter filter, string? cursor, CancellationToken ct)
    {
        var read = Cursor.Read(cursor);
        if (read.Refused) return read.Refusal!;
        var before = long.MaxValue;
        if (read.Value is { } key && !long.TryParse(key, System.Globalization.CultureInfo.InvariantCulture, out before)) return CommonRefusals.CursorInvalid;
        var rows = await Filtered(filter).Where(r => r.Seq < before).OrderByDescending(r => r.Seq).Take(PageSize + 1)
            .Select(r => new { Record = r, Name = context.Users.Where(u => u.Id == r.Actor).Select(u => u.DisplayName).FirstOrDefault() }).ToListAsync(ct);
        var opened = await keys.Find(context, [.. rows.Select(r => AuditBook.PersonOf(r.Record.About, r.Record.OnBehalfOf)).OfType<Guid>().Distinct()], ct);
        var lines = rows.Take(PageSize).Select(r => Describe(r.Record, r.Name ?? "", opened)).ToList();
        return new Page<AuditLine>(lines, rows.Count > PageSize ? Cursor.Write($"{lines[^1].Seq}") : null);
    }

    /// <summary>A record as it is read, its words opened where the key is there.</summary>
    internal static AuditLine Describe(AuditRecord record, string actor, IReadOnlyDictionary<Guid, PersonKey> keys)
    {
        var key = AuditBook.PersonOf(record.About, record.OnBehalfOf) is { } person ? keys.GetValueOrDefault(person) : null;
        string? Words(string? text) => key is not null ? key.Open(text) : PersonKey.IsSealed(text) ? AuditBook.Gone : text;
        return new AuditLine(
            record.Seq, record.At, record.Actor, actor, record.OnBehalfOf, record.What, record.About, Words(record.Why), Words(record.Before), Words(record.After), Convert.ToHexStringLower(record.Hash));
    }

    private IQueryable<AuditRecord> Filtered(AuditFilter filter)
    {
        var query = context.Audit.AsNoTracking();
        if (filter.What is { Length: > 0 } what) query = query.Where(r => r.What.StartsWith(what));
        if (filter.About?.Trim().ToLowerInvariant() is { Length: > 0 } about) query = query.Where(r => r.About == about);
        if (filter.Actor is { } actor) query = query.Where(r => r.Actor == actor);
        if (filter.From is { } from) query = query.Where(r => r.At >= from);
        if (filter.Until is { } until) query = query.Where(r => r.At < until);
        return query;
    }
}

/// <summary>Recomputes the chain.</summary>
internal sealed class AuditChain(IdentityContext context) : IAuditCheck
{
    private const string Check = "audit of operators";

    public async Task<IReadOnlyList<AuditFinding>> Run(CancellationToken ct)
    {
        var (expected, previous) = (1L, new byte[32]);
        await foreach (var record in context.Audit.AsNoTracking().OrderBy(r => r.Seq).AsAsyncEnumerable().WithCancellation(ct))
        {
            if (record.Seq != expected) return [new AuditFinding(Check, false, $"record {expected} is missing")];
            if (!record.HashAfter(previous).AsSpan().SequenceEqual(record.Hash)) return [new AuditFinding(Check, false, $"record {record.Seq} is not what was written, or not in its place")];
            (expected, previous) = (expected + 1, record.Hash);
        }
        var last = await context.AuditHeads.AsNoTracking().Select(h => h.Last).SingleAsync(ct);
        return [last == expected - 1 ? new AuditFinding(Check, true, $"{last} records, one chain") : new AuditFinding(Check, false, $"{last} were written, {expected - 1} are there")];
    }
}
