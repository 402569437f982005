using Fairground.Documents.KeepTaxProfile;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Keys;
using Fairground.Kernel.Storage;
using Fairground.Ledger.Statements;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Documents.IssueDocuments;

/// <summary>Reads the ledger on, and issues what its transfers call for: numbered one after the other, each once, in one transaction with the mark that its transfer was looked at.</summary>
internal sealed class Issuing(
    DocumentsContext context, JournalReader journal, IEnumerable<IPapers> papers, IOrganisations organisations, IPeople people, IJurisdiction jurisdiction, PersonKeys keys, DocumentsOptions options, TimeProvider time)
{
    /// <summary>Transfers, and about so many documents, at once: so few that a buyer on the one writer of SQLite waits some milliseconds.</summary>
    public const int AtOnce = 100;

    // Where nothing calls for a document for so long, the mark is moved on all the same: what lies behind it is not read again.
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(10);

    // A transfer whose id was made long before it could be read is found by a second look.
    private static readonly TimeSpan SecondLook = TimeSpan.FromHours(25);

    /// <summary>Goes on from where the last round ended; true where more is waiting.</summary>
    public async Task<bool> GoOn(CancellationToken ct)
    {
        var progress = await Begin(ct);
        var until = Ids.Ago(options.Settle);
        var lines = await journal.Between(progress.SeenUntil, until, Movements, AtOnce, ct);
        if (lines.Count == 0)
        {
            if (Later(progress.SeenUntil, Ids.Ago(options.Settle + (2 * Silence))) != progress.SeenUntil) await Issue(lines, Ids.Ago(options.Settle + Silence), ct);
            return false;
        }
        return await Issue(lines, lines[^1].TransferId, ct) < lines.Count || lines.Count == AtOnce;
    }

    /// <summary>Looks at the last day again for transfers that were passed by.</summary>
    public async Task LookAgain(CancellationToken ct)
    {
        var progress = await Begin(ct);
        var from = Later(progress.BeganAfter, Ids.Ago(SecondLook));
        while (true)
        {
            var lines = await journal.Between(from, progress.SeenUntil, Movements, 1000, ct);
            if (lines.Count == 0) return;
            for (var rest = await Unseen(lines, ct); rest.Count > 0;) rest = [.. rest.Skip(await Issue([.. rest.Take(AtOnce)], null, ct))];
            from = lines[^1].TransferId;
        }
    }

    private List<string> Movements => [.. papers.SelectMany(p => p.Movements)];

    // Where documents are kept from now on: what was sold before has been documented elsewhere.
    private async Task<IssuingProgress> Begin(CancellationToken ct)
    {
        if (await context.Progress.AsNoTracking().SingleOrDefaultAsync(ct) is { } known) return known;
        await using var transaction = await context.BeginWriteAsync(ct);
        if (await context.Progress.AsNoTracking().SingleOrDefaultAsync(ct) is { } other) return other;
        var from = Ids.Ago(TimeSpan.FromMinutes(1) + options.Settle);
        var made = new IssuingProgress { BeganAfter = from, SeenUntil = from };
        context.Progress.Add(made);
        await context.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        context.ChangeTracker.Clear();
        return made;
    }

    // Gives how many of the lines were done: fewer where one transfer calls for many documents, as a lot of a thousand winners does.
    private async Task<int> Issue(IReadOnlyList<JournalLine> all, Guid? seenUntil, CancellationToken ct)
    {
        var facts = await Gather(await Unseen(all, ct), ct);
        var documents = 0;
        var read = all.TakeWhile((line, i) => (documents += facts.Due.GetValueOrDefault(line.TransferId)?.Count ?? 0) <= AtOnce || i == 0).ToList();
        if (seenUntil is not null && read.Count < all.Count) seenUntil = read[^1].TransferId;
        var taken = read.ConvertAll(line => line.TransferId).ToHashSet();
        await using var transaction = await context.BeginWriteAsync(ct);
        var progress = await Locked(ct);
        // Another node may have done it since.
        var seen = await Seen(read, ct);
        var batch = new List<Document>();
        var now = time.GetUtcNow();
        foreach (var line in facts.Lines.Where(l => taken.Contains(l.TransferId) && !seen.Contains(l.TransferId)))
        {
            var due = facts.Due.GetValueOrDefault(line.TransferId) ?? [];
            for (var part = 0; part < due.Count; part++) await Add(line, due[part], part, facts, batch, now, ct);
            context.Sources.Add(new DocumentSource { TransferId = line.TransferId, Documents = due.Count, At = now });
        }
        if (seenUntil is { } until) progress.SeenUntil = Later(progress.SeenUntil, until);
        await context.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        context.ChangeTracker.Clear();
        return read.Count;
    }

    private async Task Add(JournalLine line, PaperDue paper, int part, Gathered facts, List<Document> batch, DateTimeOffset now, CancellationToken ct)
    {
        var issuedOn = facts.Day(now);
        var series = await Series(paper.Issuer, paper.Kind, issuedOn.Year, ct);
        var originals = paper.Kind == PaperKind.CreditNote ? await Originals(line, paper, batch, ct) : [];
        var draft = new Draft(
            paper, line.Asset, facts.Profiles.GetValueOrDefault(paper.Issuer), facts.Names.GetValueOrDefault(paper.Issuer) ?? "",
            paper.BuyerKind == PaperBuyer.Organisation ? facts.Profiles.GetValueOrDefault(paper.Buyer!.Value) : null, await BuyerName(paper, facts, ct), facts.GoodsRates, facts.Day(line.At), originals);
        var number = series.Last + 1;
        var code = Document.CodeOf(paper.Kind, issuedOn.Year, number);
        var content = Drafting.Write(draft, code, issuedOn);
        var body = DocumentText.Write(content);
        var hash = DocumentText.Hash(series.LastHash, body);
        var document = new Document
        {
            Id = Ids.DeriveBeside(line.TransferId, "documents", line.TransferId.ToString("N"), part.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            IssuerId = paper.Issuer, Kind = paper.Kind, Year = issuedOn.Year, Number = number, Code = code, PersonId = paper.BuyerKind == PaperBuyer.Person ? paper.Buyer : null,
            OrganisationId = paper.BuyerKind == PaperBuyer.Organisation ? paper.Buyer : null, Supply = paper.Supply, Reference = line.Reference, SourceId = line.TransferId, SourcePart = part, Currency = line.Asset,
            Net = content.Net, Tax = content.Tax, GrossMinor = content.Gross, IssuedOn = (issuedOn.Year * 10_000) + (issuedOn.Month * 100) + issuedOn.Day, IssuedAt = now, SuppliedAt = line.At,
            Body = body, PreviousHash = series.LastHash, Hash = hash,
        };
        (series.Last, series.LastHash) = (number, hash);
        context.Documents.Add(document);
        batch.Add(document);
    }

    // Whoever holds this row issues, and nobody else: numbers are given one after the other.
    private Task<IssuingProgress> Locked(CancellationToken ct) => context.Store.Kind == DatabaseKind.Postgres
        ? context.Progress.FromSqlRaw("select * from documents_progress where id = 1 for update").SingleAsync(ct)
        : context.Progress.SingleAsync(ct);

    private async Task<DocumentSeries> Series(Guid issuer, PaperKind kind, int year, CancellationToken ct)
    {
        var known = context.Series.Local.FirstOrDefault(s => s.IssuerId == issuer && s.Kind == kind && s.Year == year) ?? await context.Series.FirstOrDefaultAsync(s => s.IssuerId == issuer && s.Kind == kind && s.Year == year, ct);
        return known ?? context.Series.Add(new DocumentSeries { IssuerId = issuer, Kind = kind, Year = year, LastHash = DocumentSeries.NoHash }).Entity;
    }

    private async Task<IReadOnlyList<Document>> Originals(JournalLine line, PaperDue paper, List<Document> batch, CancellationToken ct)
    {
        var (person, organisation) = (paper.BuyerKind == PaperBuyer.Person ? paper.Buyer : null, paper.BuyerKind == PaperBuyer.Organisation ? paper.Buyer : null);
        var stored = await context.Documents.AsNoTracking()
            .Where(d => d.Reference == line.Reference && d.IssuerId == paper.Issuer && d.Supply == paper.Supply && d.PersonId == person && d.OrganisationId == organisation).OrderBy(d => d.Id).ToListAsync(ct);
        List<Document> all = [.. stored, .. batch.Where(d => d.Reference == line.Reference && d.IssuerId == paper.Issuer && d.Supply == paper.Supply && d.PersonId == person && d.OrganisationId == organisation)];
        var given = all.FindAll(d => d.Kind != PaperKind.CreditNote);
        if (paper.Supply != Supplies.Fee) return given;
        // Of several fees under one payment, the one that comes back, and each comes back once; else each that was given.
        var takenBack = all.Where(d => d.Kind == PaperKind.CreditNote).SelectMany(d => d.Content.TakesBack).Select(o => o.Id).ToHashSet();
        var open = given.FindAll(d => !takenBack.Contains(d.Id));
        return open.FindLast(d => d.GrossMinor == line.Amount) is { } same ? [same] : open.Count > 0 ? open : given;
    }

    private async Task<string?> BuyerName(PaperDue paper, Gathered facts, CancellationToken ct)
    {
        if (paper.Buyer is not { } buyer) return null;
        var name = facts.Names.GetValueOrDefault(buyer);
        if (paper.BuyerKind != PaperBuyer.Person || name is null) return name;
        if (!facts.Keys.TryGetValue(buyer, out var key))
        {
            if (await keys.Of(context, buyer, ct) is not { } made) return null;
            facts.Keys[buyer] = key = made;
        }
        return key.Seal(name);
    }

    private async Task<Gathered> Gather(IReadOnlyList<JournalLine> lines, CancellationToken ct)
    {
        var due = new Dictionary<Guid, IReadOnlyList<PaperDue>>();
        var moved = lines.Where(l => Currency.TryParse(l.Asset, out _)).Select(l => new Moved(l.TransferId, l.Movement.Name, l.From, l.To, new Money(l.Amount, Currency.Of(l.Asset)), l.At, l.Reference)).ToList();
        foreach (var source in papers)
        {
            var asked = moved.Where(m => source.Movements.Contains(m.Movement)).ToList();
            if (asked.Count == 0) continue;
            foreach (var (id, some) in await source.Due(asked, ct)) due[id] = some;
        }
        var all = due.Values.SelectMany(d => d).ToList();
        var parties = all.Select(p => p.Issuer).Concat(all.Where(p => p.BuyerKind == PaperBuyer.Organisation).Select(p => p.Buyer!.Value)).Distinct().ToList();
        var persons = all.Where(p => p.BuyerKind == PaperBuyer.Person).Select(p => p.Buyer!.Value).Distinct().ToList();
        var names = (await people.FindMany(persons, ct)).ToDictionary(p => p.Key, p => p.Value.DisplayName);
        foreach (var party in parties)
            if (await organisations.Find(party, ct) is { } organisation) names[party] = organisation.Name;
        var versions = await context.Profiles.AsNoTracking().Where(p => parties.Contains(p.OrganisationId)).ToListAsync(ct);
        var goods = all.SelectMany(p => p.Lines).Select(l => l.ProductId).OfType<Guid>().Distinct().ToList();
        var rates = goods.Count == 0 ? [] : await context.GoodsRates.AsNoTracking().Where(r => goods.Contains(r.ProductId)).ToDictionaryAsync(r => r.ProductId, r => r.Rate, ct);
        return new Gathered(
            lines, due, versions.GroupBy(v => v.OrganisationId).ToDictionary(g => g.Key, g => g.MaxBy(v => v.Version)!), names, rates,
            (await keys.Find(context, persons, ct)).ToDictionary(), TimeSpan.FromMinutes((await jurisdiction.Chosen(ct))?.Pack.DayOffsetMinutes ?? 0));
    }

    private async Task<IReadOnlyList<JournalLine>> Unseen(IReadOnlyList<JournalLine> lines, CancellationToken ct)
    {
        var seen = await Seen(lines, ct);
        return [.. lines.Where(l => !seen.Contains(l.TransferId))];
    }

    private async Task<HashSet<Guid>> Seen(IReadOnlyList<JournalLine> lines, CancellationToken ct)
    {
        var ids = lines.Select(l => l.TransferId).ToList();
        return [.. await context.Sources.AsNoTracking().Where(s => ids.Contains(s.TransferId)).Select(s => s.TransferId).ToListAsync(ct)];
    }

    // As the databases order them: byte by byte.
    private static Guid Later(Guid a, Guid b) => a.ToByteArray(true).AsSpan().SequenceCompareTo(b.ToByteArray(true)) >= 0 ? a : b;

    private sealed record Gathered(
        IReadOnlyList<JournalLine> Lines, Dictionary<Guid, IReadOnlyList<PaperDue>> Due, Dictionary<Guid, TaxProfile> Profiles, Dictionary<Guid, string> Names, Dictionary<Guid, string> GoodsRates, Dictionary<Guid, PersonKey> Keys, TimeSpan Offset)
    {
        public DateOnly Day(DateTimeOffset at) => DateOnly.FromDateTime((at.ToUniversalTime() + Offset).DateTime);
    }
}
