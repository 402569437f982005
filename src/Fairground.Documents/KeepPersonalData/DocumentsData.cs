using System.Runtime.CompilerServices;
using Fairground.Documents.ShowDocuments;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;

namespace Fairground.Documents.KeepPersonalData;

/// <summary>
/// Documents are kept by law and never changed. A person's name in them is sealed under the person's key, so it goes with the key (decision 0015); numbers, days, amounts, goods and the id stay.
/// Joined accounts are read together, so nothing moves.
/// </summary>
internal sealed class DocumentsData(DocumentDesk desk) : IPersonalData
{
    public IReadOnlyCollection<string> Tables { get; } = ["documents_document"];

    public Task Write(IReadOnlyList<Guid> person, IDataArchive archive, CancellationToken ct) =>
        archive.Add("documents", "Receipts, invoices and credit notes that were made out to you.", Rows(person, ct), ct);

    public Task<IReadOnlyList<Refusal>> HoldsBack(IReadOnlyList<Guid> person, CancellationToken ct) => Task.FromResult<IReadOnlyList<Refusal>>([]);

    public Task Erase(IReadOnlyList<Guid> person, CancellationToken ct) => Task.CompletedTask;

    public Task<IReadOnlyList<Refusal>> KeepsApart(Guid from, Guid into, CancellationToken ct) => Task.FromResult<IReadOnlyList<Refusal>>([]);

    public Task Join(Guid from, Guid into, CancellationToken ct) => Task.CompletedTask;

    private async IAsyncEnumerable<DocumentSummary> Rows(IReadOnlyList<Guid> person, [EnumeratorCancellation] CancellationToken ct)
    {
        for (string? cursor = null; ;)
        {
            var page = (await desk.List(null, new DocumentsOf.Person(person), new DocumentsAsked(null, null, null), cursor, DocumentDesk.LargestPage, ct)).Value;
            foreach (var row in page.Items) yield return row;
            if (page.Next is null) yield break;
            cursor = page.Next;
        }
    }
}
