using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
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

/// <summary>Writes the audit, one record after the other.</summary>
internal sealed class AuditBook(IServiceScopeFactory scopes, TimeProvider time, IHttpContextAccessor? requests = null) : IAuditTrail
{
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
    public async Task Add(IdentityContext context, AuditEntry entry, CancellationToken ct)
    {
        // The update locks the row: whoever writes next waits until this one is committed.
        await context.Database.ExecuteSqlRawAsync("update identity_audit_head set last = last + 1 where id = 1", ct);
        var seq = await context.AuditHeads.AsNoTracking().Select(h => h.Last).SingleAsync(ct);
        var previous = await context.Audit.AsNoTracking().Where(r => r.Seq == seq - 1).Select(r => r.Hash).FirstOrDefaultAsync(ct) ?? new byte[32];
        context.Audit.Add(AuditRecord.Of(entry with { Why = Short(entry.Why), Before = Short(entry.Before), After = Short(entry.After) }, seq, time.GetUtcNow(), previous));
        await context.SaveChangesAsync(ct);
        if (requests?.HttpContext is { } http) http.Items[Marked] = true;
    }

    /// <summary>True where this request has written its own record.</summary>
    public static bool HasRecorded(HttpContext http) => http.Items.ContainsKey(Marked);

    private static string? Short(string? text) => text?.Length > LongestText ? text[..LongestText] : text;
}

/// <summary>Reads the audit.</summary>
internal sealed class AuditReader(IdentityContext context)
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
        var lines = rows.Take(PageSize).Select(r => new AuditLine(
            r.Record.Seq, r.Record.At, r.Record.Actor, r.Name ?? "", r.Record.OnBehalfOf, r.Record.What, r.Record.About, r.Record.Why, r.Record.Before, r.Record.After, Convert.ToHexStringLower(r.Record.Hash))).ToList();
        return new Page<AuditLine>(lines, rows.Count > PageSize ? Cursor.Write($"{lines[^1].Seq}") : null);
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
