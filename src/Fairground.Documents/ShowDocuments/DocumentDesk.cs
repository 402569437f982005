using System.Globalization;
using System.Security.Claims;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Fairground.Kernel.Keys;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Documents.ShowDocuments;

/// <summary>A document in a list.</summary>
/// <param name="Code">The number as it is printed.</param>
/// <param name="Title">What the first line is called; empty where the kind of supply says it all.</param>
/// <param name="Issuer">The issuer's name on it.</param>
/// <param name="Buyer">The buyer's name on it; null where the buyer was erased, or is not named.</param>
public sealed record DocumentSummary(Guid DocumentId, string Code, PaperKind Kind, DateOnly IssuedOn, string Supply, string Title, string Issuer, string? Buyer, Money Net, Money Tax, Money Gross);

/// <summary>A document.</summary>
/// <param name="Content">What it says, the buyer's name opened where it may be.</param>
/// <param name="Written">The text that is stored, in which a person's name is sealed.</param>
/// <param name="PreviousHash">Of the document before it in its series.</param>
/// <param name="Hash">SHA-256 over <c>fairground/document/v1</c>, a line feed, the hash before, a line feed, and the text, lower-case hex.</param>
public sealed record DocumentAnswer(Guid DocumentId, DocumentContent Content, string Written, string PreviousHash, string Hash);

/// <summary>What somebody asks of a list, as it stands in an address.</summary>
/// <param name="From">The first day of issue, yyyy-mm-dd.</param>
/// <param name="To">The last day, likewise.</param>
/// <param name="Kind"><c>receipt</c>, <c>invoice</c> or <c>credit-note</c>.</param>
internal sealed record DocumentsAsked(string? From, string? To, string? Kind);

/// <summary>Whose documents.</summary>
internal abstract record DocumentsOf
{
    /// <summary>A person's own, under every id that the person has had.</summary>
    public sealed record Person(IReadOnlyList<Guid> Ids) : DocumentsOf;

    /// <summary>Those that an organisation issued.</summary>
    public sealed record IssuedBy(Guid Id) : DocumentsOf;

    /// <summary>Those that were issued to an organisation.</summary>
    public sealed record GivenTo(Guid Id) : DocumentsOf;

    /// <summary>All of the market's.</summary>
    public sealed record Everybody : DocumentsOf;
}

/// <summary>Finds documents for whoever may see them.</summary>
internal sealed class DocumentDesk(DocumentsContext context, IPeople people, IOrganisations organisations, ILooks looks, PersonKeys keys)
{
    public const int LargestPage = 200;

    /// <summary>Newest first. Persons are named to themselves and to those who sold to them; the staff sees a name by opening the document, which leaves a note. Refusals: <c>documents.period_invalid</c>, <c>documents.kind_unknown</c>, <c>request.cursor_invalid</c>.</summary>
    public async Task<Result<Page<DocumentSummary>>> List(ClaimsPrincipal? reader, DocumentsOf whose, DocumentsAsked asked, string? cursor, int? limit, CancellationToken ct)
    {
        if (!TryDay(asked.From, out var from) || !TryDay(asked.To, out var to) || from > to) return DocumentsRefusals.PeriodInvalid;
        PaperKind? kind = null;
        if (!string.IsNullOrWhiteSpace(asked.Kind) && (kind = KindOf(asked.Kind)) is null) return DocumentsRefusals.KindUnknown;
        var read = Cursor.Read(cursor);
        if (read.Refusal is { } no) return no;
        Guid? before = null;
        if (read.Value is { } key)
        {
            if (!Guid.TryParse(key, out var last)) return CommonRefusals.CursorInvalid;
            before = last;
        }
        var take = Math.Clamp(limit ?? 50, 1, LargestPage);
        var rows = Of(whose);
        if (from is { } first) rows = rows.Where(d => d.IssuedOn >= first);
        if (to is { } end) rows = rows.Where(d => d.IssuedOn <= end);
        if (kind is { } one) rows = rows.Where(d => d.Kind == one);
        if (before is { } id) rows = rows.Where(d => d.Id.CompareTo(id) < 0);
        var found = await rows.OrderByDescending(d => d.Id).Take(take + 1).ToListAsync(ct);
        var shown = found.Take(take).ToList();
        var named = whose is DocumentsOf.Person || reader?.IsOperator() == false;
        var opened = named ? await Open(shown, ct) : [.. shown.Select(d => d.PersonId is null ? d.Content : d.Content with { Buyer = d.Content.Buyer with { Name = null } })];
        return new Page<DocumentSummary>([.. shown.Zip(opened, Summary)], found.Count > take ? Cursor.Write(shown[^1].Id.ToString()) : null);
    }

    /// <summary>One document, for its buyer, for owners of the issuer and of the buyer, and for operators; to everybody else there is none. Refusal: <c>documents.not_found</c>.</summary>
    public async Task<Result<DocumentAnswer>> Find(ClaimsPrincipal user, Guid documentId, CancellationToken ct)
    {
        if (await context.Documents.AsNoTracking().FirstOrDefaultAsync(d => d.Id == documentId, ct) is not { } document || !await MaySee(user, document, ct)) return DocumentsRefusals.NotFound;
        return new DocumentAnswer(document.Id, (await Open([document], ct))[0], document.Body, document.PreviousHash, document.Hash);
    }

    /// <summary>The documents that an organisation issued in a month, in the order of their issue; persons are not named.</summary>
    public IAsyncEnumerable<Document> Issued(Guid organisationId, int year, int month)
    {
        var (first, last) = ((year * 10_000) + (month * 100), (year * 10_000) + (month * 100) + 31);
        return context.Documents.AsNoTracking().Where(d => d.IssuerId == organisationId && d.IssuedOn >= first && d.IssuedOn <= last).OrderBy(d => d.IssuedOn).ThenBy(d => d.Id).AsAsyncEnumerable();
    }

    /// <summary>The kind with this name, or null.</summary>
    public static PaperKind? KindOf(string? name) => name?.Trim() switch { "receipt" => PaperKind.Receipt, "invoice" => PaperKind.Invoice, "credit-note" => PaperKind.CreditNote, _ => null };

    private static DocumentSummary Summary(Document d, DocumentContent c)
    {
        var currency = Currency.Of(d.Currency);
        return new DocumentSummary(d.Id, d.Code, d.Kind, c.IssuedOn, d.Supply, c.Lines[0].Name, c.Seller.Name ?? "", c.Buyer.Name, new Money(d.Net, currency), new Money(d.Tax, currency), d.Gross);
    }

    private IQueryable<Document> Of(DocumentsOf whose)
    {
        var all = context.Documents.AsNoTracking();
        switch (whose)
        {
            case DocumentsOf.Person person:
                var ids = person.Ids;
                return all.Where(d => d.PersonId != null && ids.Contains(d.PersonId.Value));
            case DocumentsOf.IssuedBy issuer:
                return all.Where(d => d.IssuerId == issuer.Id);
            case DocumentsOf.GivenTo buyer:
                return all.Where(d => d.OrganisationId == buyer.Id);
            default:
                return all;
        }
    }

    private async Task<bool> MaySee(ClaimsPrincipal user, Document document, CancellationToken ct)
    {
        if (user.TryUserId() is not { } self) return false;
        if (document.PersonId is { } person && !user.IsProgram() && (await people.IdsOf(self, ct)).Contains(person)) return true;
        if (await organisations.MayAct(user, document.IssuerId, Access.OrganisationOwner, ct)) return await Looked(user, document, ct);
        if (document.OrganisationId is { } buyer && await organisations.MayAct(user, buyer, Access.OrganisationOwner, ct)) return true;
        return user.IsOperator() && !user.IsProgram() && await Looked(user, document, ct);
    }

    // Whoever is of the staff and looks at a person's paper leaves a note of it.
    private async Task<bool> Looked(ClaimsPrincipal user, Document document, CancellationToken ct)
    {
        if (document.PersonId is { } person && user.IsOperator()) await looks.Looked(person, user.UserId(), "document", ct);
        return true;
    }

    // Names of persons are opened with their keys; where a key was destroyed there is no name any more.
    private async Task<IReadOnlyList<DocumentContent>> Open(IReadOnlyList<Document> documents, CancellationToken ct)
    {
        var known = await keys.Find(context, [.. documents.Select(d => d.PersonId).OfType<Guid>().Distinct()], ct);
        return [.. documents.Select(d =>
        {
            var content = d.Content;
            if (d.PersonId is not { } person) return content;
            return content with { Buyer = content.Buyer with { Name = known.GetValueOrDefault(person)?.Open(content.Buyer.Name) } };
        })];
    }

    private static bool TryDay(string? text, out int? day)
    {
        day = null;
        if (string.IsNullOrWhiteSpace(text)) return true;
        if (!DateOnly.TryParseExact(text.Trim(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var read)) return false;
        day = (read.Year * 10_000) + (read.Month * 100) + read.Day;
        return true;
    }
}
