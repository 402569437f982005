using System.Globalization;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Modules;
using Fairground.Kernel.Storage;
using Fairground.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Documents.AuditDocuments;

/// <summary>What must hold between documents and the ledger: numbers without a gap, no transfer without its documents, sums to the last unit.</summary>
internal sealed class DocumentsAudit(Database database, Chart chart, IServiceScopeFactory scopes) : SqlAudit(database)
{
    protected override IReadOnlyList<SqlCheck> Checks =>
    [
        new("documents numbers", "the numbers of every series of documents run from 1 to its last without a gap",
            """
            select cast(s.kind as text), cast(s.last as text) from documents_series s
            left join (select issuer_id, kind, year, count(*) as n, min(number) as least, max(number) as most from documents_document group by issuer_id, kind, year) d on d.issuer_id = s.issuer_id and d.kind = s.kind and d.year = s.year
            where coalesce(d.n, 0) <> s.last or coalesce(d.least, 1) <> 1 or coalesce(d.most, 0) <> s.last
            union all select d.code, 'of no series' from documents_document d where not exists (select 1 from documents_series s where s.issuer_id = d.issuer_id and s.kind = d.kind and s.year = d.year)
            """),
        new("documents sums", "the documents of every transfer add up to it, and there are as many as were noted",
            """
            select cast(t.movement as text), cast(t.amount as text) from documents_source s join ledger_transfer t on t.id = s.transfer_id
            left join (select source_id, count(*) as n, sum(gross_minor) as total from documents_document group by source_id) d on d.source_id = s.transfer_id
            where coalesce(d.n, 0) <> s.documents or (s.documents > 0 and d.total <> t.amount)
            """),
        new("documents due", "every transfer that calls for documents was looked at",
            $"select cast(t.movement as text), cast(t.amount as text) from documents_progress p join ledger_transfer t on t.id > p.began_after and t.id < p.seen_until where t.movement in ({Codes()}) and not exists (select 1 from documents_source s where s.transfer_id = t.id)"),
    ];

    // Numbers that the chart declares; 0 is none of them.
    private string Codes()
    {
        using var scope = scopes.CreateScope();
        var names = scope.ServiceProvider.GetServices<IPapers>().SelectMany(p => p.Movements).ToHashSet(StringComparer.Ordinal);
        return string.Join(", ", chart.Movements.Where(m => names.Contains(m.Name)).Select(m => m.Code.ToString(CultureInfo.InvariantCulture)).Append("0"));
    }
}

/// <summary>Computes the hash of every document again, along each series.</summary>
internal sealed class HashesAudit(IServiceScopeFactory scopes) : IAuditCheck
{
    public async Task<IReadOnlyList<AuditFinding>> Run(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<DocumentsContext>();
        var (wrong, first, previous) = (0, "", (Series: (Guid.Empty, default(PaperKind), 0), Hash: DocumentSeries.NoHash));
        var documents = context.Documents.AsNoTracking().OrderBy(d => d.IssuerId).ThenBy(d => d.Kind).ThenBy(d => d.Year).ThenBy(d => d.Number);
        await foreach (var document in documents.AsAsyncEnumerable().WithCancellation(ct))
        {
            var series = (document.IssuerId, document.Kind, document.Year);
            if (series != previous.Series) previous = (series, DocumentSeries.NoHash);
            if (!Holds(document, previous.Hash))
            {
                wrong++;
                if (first.Length == 0) first = document.Code;
            }
            previous = (series, document.Hash);
        }
        var text = "every document has the hash of what it says and of the one before it, and its columns say the same";
        return [new AuditFinding("documents hashes", wrong == 0, wrong == 0 ? text : $"{text}: {wrong.ToString(CultureInfo.InvariantCulture)} do not, the first is {first}")];
    }

    /// <summary>True where a document is what was hashed, follows the one before, and its columns say the same. Pure.</summary>
    internal static bool Holds(Document d, string previous)
    {
        if (d.PreviousHash != previous || d.Hash != DocumentText.Hash(previous, d.Body)) return false;
        var c = d.Content;
        return (c.Code, c.Kind, c.Currency, c.Net, c.Tax, c.Gross) == (d.Code, d.Kind, d.Currency, d.Net, d.Tax, d.GrossMinor) && c.Code == Document.CodeOf(d.Kind, d.Year, d.Number)
            && c.Supply == d.Supply && c.Lines.Sum(l => l.Net) == d.Net && c.Lines.Sum(l => l.Tax) == d.Tax && c.Taxes.Sum(t => t.Base) == d.Net && c.Taxes.Sum(t => t.Tax) == d.Tax;
    }
}
