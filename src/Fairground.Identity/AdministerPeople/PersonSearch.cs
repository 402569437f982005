using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Fairground.Identity.KeepAudit;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Identity.AdministerPeople;

/// <summary>A person in the operator's list.</summary>
/// <param name="Contact">Cut short: the whole contact stands on the person's page, and looking there is noted.</param>
public sealed record PersonLine(Guid PersonId, string DisplayName, string Contact, bool IsOperator, DateTimeOffset Since, DateTimeOffset? BlockedAt);

/// <summary>Finds people by name, e-mail, number or id (C-37).</summary>
internal sealed class PersonSearch(IdentityContext context)
{
    public const int PageSize = 50;

    /// <summary>Newest first. A contact is found whole, in any spelling; a name by any part. Refuses with <c>request.cursor_invalid</c>.</summary>
    public async Task<Result<Page<PersonLine>>> List(string? query, bool blocked, string? cursor, CancellationToken ct)
    {
        var read = Cursor.Read(cursor);
        if (read.Refused) return read.Refusal!;
        Guid? before = null;
        if (read.Value is { } key)
        {
            if (!Guid.TryParse(key, out var id)) return CommonRefusals.CursorInvalid;
            before = id;
        }
        var people = Matching(query, blocked);
        // Ids are made in the order of time.
        if (before is { } last) people = people.Where(u => u.Id.CompareTo(last) < 0);
        var rows = await people.OrderByDescending(u => u.Id).Take(PageSize + 1).ToListAsync(ct);
        var lines = rows.Take(PageSize).Select(Describe).ToList();
        return new Page<PersonLine>(lines, rows.Count > PageSize ? Cursor.Write($"{lines[^1].PersonId}") : null);
    }

    /// <summary>Everybody who fits, for a file.</summary>
    public IAsyncEnumerable<FairgroundUser> All(string? query, bool blocked) => Matching(query, blocked).OrderBy(u => u.Id).AsAsyncEnumerable();

    private IQueryable<FairgroundUser> Matching(string? query, bool blocked)
    {
        var people = context.Users.AsNoTracking().Where(u => u.ErasedAt == null);
        if (blocked) people = people.Where(u => u.BlockedAt != null);
        var text = query?.Trim() ?? "";
        if (text.Length == 0) return people;
        if (Guid.TryParse(text, out var id)) return people.Where(u => u.Id == id);
        if (Contact.TryParse(text, out var contact)) return people.Where(u => u.NormalizedUserName == contact.Value);
        var (lower, upper) = (text.ToLowerInvariant(), text.ToUpperInvariant());
        // SQLite lowers Latin letters only, so other alphabets are tried in the spellings that names have.
        var title = char.ToUpperInvariant(lower[0]) + lower[1..];
#pragma warning disable CA1304, CA1311, CA1862 // Becomes SQL, which knows no cultures and no comparisons.
        return people.Where(u => u.DisplayName.ToLower().Contains(lower) || u.DisplayName.Contains(title) || u.DisplayName.Contains(upper) || u.DisplayName.Contains(text));
#pragma warning restore CA1304, CA1311, CA1862
    }

    private static PersonLine Describe(FairgroundUser user) => new(user.Id, user.DisplayName, Masks.Contact(user.Contact), user.IsOperator, user.CreatedAt, user.BlockedAt);
}

/// <summary>Cuts personal data short, for lists and records that outlive it.</summary>
internal static class Masks
{
    /// <summary><c>a…@fair.example</c>, <c>+77…02</c>; empty where there is none.</summary>
    public static string Contact(string contact)
    {
        if (contact.Length == 0) return "";
        var at = contact.IndexOf('@', StringComparison.Ordinal);
        return at > 0 ? $"{contact[0]}…{contact[at..]}" : $"{contact[..3]}…{contact[^2..]}";
    }

    /// <summary>The first letter.</summary>
    public static string Name(string name) => $"{System.Globalization.StringInfo.GetNextTextElement(name)}…";
}

/// <summary>Notes who looked at whose data: in the chain of the audit, and for the person's own page.</summary>
internal sealed class Looks(IdentityContext context, AuditBook audit, TimeProvider time) : ILooks
{
    private static readonly TimeSpan OneSitting = TimeSpan.FromMinutes(10);

    /// <summary>Notes it, once for a sitting of ten minutes.</summary>
    public Task Note(Guid person, Guid by, string what, CancellationToken ct) => Looked([person], by, what, ct);

    public async Task Looked(IReadOnlyCollection<Guid> people, Guid by, string what, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var since = now - OneSitting;
        var seen = await context.Looks.AsNoTracking().Where(l => people.Contains(l.Person) && l.By == by && l.What == what && l.At > since).Select(l => l.Person).ToListAsync(ct);
        var fresh = people.Except(seen).Where(person => person != by).ToList();
        if (fresh.Count == 0) return;
        await using var transaction = await context.BeginWriteAsync(ct);
        foreach (var person in fresh)
        {
            context.Looks.Add(new Look { Id = Ids.New(), Person = person, By = by, What = what, At = now });
            // Saves both; looking changes nothing, so it must not hide that the same request did.
            await audit.Add(context, new AuditEntry(by, $"person.look.{what}", $"{person}"), ct, marks: false);
        }
        await transaction.CommitAsync(ct);
    }

    /// <summary>Newest first; at most 100.</summary>
    public async Task<IReadOnlyList<LookLine>> Of(Guid person, CancellationToken ct) =>
        await context.Looks.AsNoTracking().Where(l => l.Person == person).OrderByDescending(l => l.At).Take(100)
            .Select(l => new LookLine(l.What, l.At, context.Users.Where(u => u.Id == l.By).Select(u => u.DisplayName).FirstOrDefault() ?? "")).ToListAsync(ct);
}

/// <summary>Somebody of the operator's staff looked at my data.</summary>
/// <param name="What"><c>page</c>, <c>export</c>, <c>acting</c>, <c>age</c>, <c>signs</c> or <c>payment</c>.</param>
/// <param name="By">The name of whoever looked.</param>
public sealed record LookLine(string What, DateTimeOffset At, string By = "");

/// <summary>Looks at my data, newest first.</summary>
public sealed record LookList(IReadOnlyList<LookLine> Items);
