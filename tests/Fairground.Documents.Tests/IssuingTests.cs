using System.Data.Common;
using Fairground.Documents.AuditDocuments;
using Fairground.Documents.KeepTaxProfile;
using Fairground.Documents.ShowDocuments;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Keys;
using Fairground.Kernel.Storage;
using Fairground.Ledger;
using Fairground.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Documents.Tests;

/// <summary>Documents follow the ledger: each transfer once, numbers without a gap, nothing changed afterwards.</summary>
[Requirement("S-40"), Requirement("C-10")]
public sealed class IssuingTests
{
    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Engines))]
    public async Task Every_transfer_gets_its_document_once_numbered_by_issuer_kind_and_year(DatabaseKind kind)
    {
        await using var office = await Office.Open(kind);
        await office.Registers(Office.Shop);
        await office.Issues();
        var lot = Ids.New();
        await office.TopsUp(5_000_000);
        await office.Buys(116_000, lot);
        await office.Buys(99, lot);
        await office.Moves(Trade.Silent, SharedAccounts.PayableTo(Office.Shop, "KZT"), Trade.World("KZT"), 99, Ids.New());
        await office.Issues();
        await office.Issues();
        await office.LooksAgain();
        var documents = await office.Documents();
        Assert.Equal(["R-2026-000001", "I-2026-000001", "I-2026-000002"], documents.Select(d => d.Code));
        Assert.Equal([OrganisationInfo.OperatorId, Office.Shop, Office.Shop], documents.Select(d => d.IssuerId));

        // Another year begins in Almaty five hours before it begins in Greenwich, and numbers begin again with it.
        office.Clock.MoveTo(new DateTimeOffset(2026, 12, 31, 19, 0, 0, TimeSpan.Zero));
        await office.Buys(1_000, lot);
        await office.Issues();
        var next = (await office.Documents())[^1];
        Assert.Equal(("I-2027-000001", 20270101, DocumentSeries.NoHash), (next.Code, next.IssuedOn, next.PreviousHash));
        await office.Node.Audit();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Taxes_are_those_of_the_day_on_which_the_money_moved_and_of_the_goods(DatabaseKind kind)
    {
        await using var office = await Office.Open(kind);
        await office.Registers(Office.Shop);
        await office.Issues();
        await office.TopsUp(5_000_000);
        // The last evening of 2025 in Almaty, issued a day later.
        office.Clock.MoveTo(new DateTimeOffset(2025, 12, 31, 18, 59, 0, TimeSpan.Zero));
        await office.Buys(112_000, Ids.New());
        office.Clock.MoveTo(new DateTimeOffset(2025, 12, 31, 19, 0, 0, TimeSpan.Zero));
        await office.Buys(116_000, Ids.New());
        await office.Issues();
        Assert.Equal([(112_000, 100_000, 12_000), (116_000, 100_000, 16_000)], (await office.Documents()).Skip(1).Select(d => (d.GrossMinor, d.Net, d.Tax)));

        await using (var scope = office.Node.Services.CreateAsyncScope())
        {
            var desk = scope.ServiceProvider.GetRequiredService<TaxProfileDesk>();
            Assert.Equal("tax.goods_unknown", (await desk.ChangeGoods(Office.Shop, Ids.New(), "exempt", Office.Buyer, Ct))!.Code);
            Assert.Equal("tax.goods_unknown", (await desk.ChangeGoods(Office.Supplier, Office.Kettle, "exempt", Office.Buyer, Ct))!.Code);
            Assert.Equal("tax.rate_unknown", (await desk.ChangeGoods(Office.Shop, Office.Kettle, "reduced", Office.Buyer, Ct))!.Code);
            Assert.Null(await desk.ChangeGoods(Office.Shop, Office.Kettle, "exempt", Office.Buyer, Ct));
            Assert.Equal([new GoodsRateView(Office.Kettle, "Kettle", "exempt")], await desk.Goods(Office.Shop, Ct));
        }
        // Two kettles for 200.00 exempt, a lid for 100.00 of which 13.79 is tax.
        await office.Buys(30_000, Ids.New());
        await office.Issues();
        var mixed = (await office.Documents())[^1].Content;
        Assert.Equal([new DocumentTax("exempt", "E", 0, 20_000, 0), new DocumentTax("standard", "S", 16_000, 8_621, 1_379)], mixed.Taxes);
        Assert.Equal([("Kettle", 2, 20_000L), ("Lid", 1, 10_000L)], mixed.Lines.Select(l => (l.Name, l.Quantity, l.Gross)));
        await office.Node.Audit();
    }

    [Theory]
    [InlineData("KRW", "KR", "123-45-67890", 11_000, 10_000, 1_000)]
    [InlineData("OMR", "GB", "GB123456789", 12_000, 10_000, 2_000)]
    public async Task Currencies_without_decimals_and_with_three_are_taxed_in_their_own_units(string currency, string country, string number, long gross, long net, long tax)
    {
        await using var office = await Office.Open(DatabaseKind.Sqlite);
        await office.Registers(Office.Shop, country, number);
        await office.Issues();
        await office.TopsUp(gross, currency);
        await office.Buys(gross, Ids.New(), currency);
        await office.Issues();
        var document = (await office.Documents())[^1];
        Assert.Equal((currency, gross, net, tax), (document.Currency, document.GrossMinor, document.Net, document.Tax));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_credit_note_takes_back_what_was_given_with_the_tax_of_that_day(DatabaseKind kind)
    {
        await using var office = await Office.Open(kind);
        await office.Registers(Office.Shop);
        await office.Issues();
        await office.TopsUp(5_000_000);
        var (lot, other) = (Ids.New(), Ids.New());
        office.Clock.MoveTo(new DateTimeOffset(2025, 11, 1, 0, 0, 0, TimeSpan.Zero));
        await office.Buys(112_000, lot);
        await office.Buys(1_000, other);
        office.Clock.MoveTo(new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero));
        // In one round with the sale, and in a later one.
        await office.GivesBack(56_000, lot);
        await office.Issues();
        await office.GivesBack(56_000, lot);
        await office.Issues();
        var documents = await office.Documents();
        var invoice = documents.Single(d => d.Kind == PaperKind.Invoice && d.Reference == lot);
        var notes = documents.Where(d => d.Kind == PaperKind.CreditNote).ToList();
        Assert.Equal(["C-2026-000001", "C-2026-000002"], notes.Select(n => n.Code));
        Assert.All(notes, n => Assert.Equal((56_000, 50_000, 6_000), (n.GrossMinor, n.Net, n.Tax)));
        Assert.All(notes, n => Assert.Equal([new DocumentOrigin(invoice.Id, invoice.Code, invoice.Content.IssuedOn)], n.Content.TakesBack));
        Assert.Equal(-56_000 * 2, notes.SelectMany(n => TaxRegister.Lines(n.Content)).Sum(l => decimal.Parse(l.Split(',')[13], System.Globalization.CultureInfo.InvariantCulture) * 100));
        await office.Node.Audit();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_charge_is_an_invoice_to_the_organisation_and_one_elsewhere_pays_the_tax_itself(DatabaseKind kind)
    {
        await using var office = await Office.Open(kind);
        await office.Registers(OrganisationInfo.OperatorId, "DE", "DE123456789");
        await office.Issues();
        await office.TopsUp(20_000, "EUR");
        await office.Buys(20_000, Ids.New(), "EUR");
        await office.Moves(Trade.Charge, SharedAccounts.PayableTo(Office.Shop, "EUR"), AccountRef.Of(Guid.Empty, SharedAccounts.OperatorRevenue, "EUR"), 11_900, Ids.New());
        await office.Issues();
        var charge = (await office.Documents())[^1].Content;
        Assert.Equal((PaperKind.Invoice, 10_000, 1_900, 11_900, 11_900, "Kettles and Co"), (charge.Kind, charge.Net, charge.Tax, charge.Gross, charge.Due, charge.Buyer.Name));
        Assert.Equal("de/1", charge.Rules);

        // The shop is a business in France now.
        await office.Registers(Office.Shop, "FR", "FR40303265045");
        await office.Moves(Trade.Charge, SharedAccounts.PayableTo(Office.Shop, "EUR"), AccountRef.Of(Guid.Empty, SharedAccounts.OperatorRevenue, "EUR"), 5_000, Ids.New());
        await office.Issues();
        var abroad = (await office.Documents())[^1].Content;
        Assert.Equal((5_000, 0, 5_000, "reverse", "FR40303265045"), (abroad.Net, abroad.Tax, abroad.Gross, abroad.Taxes.Single().TaxCode, abroad.Buyer.TaxId));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Of_two_fees_under_one_payment_the_one_that_comes_back_is_taken_back(DatabaseKind kind)
    {
        await using var office = await Office.Open(kind);
        var payment = Ids.New();
        office.Clock.MoveTo(new DateTimeOffset(2025, 11, 1, 0, 0, 0, TimeSpan.Zero));
        await office.Registers(OrganisationInfo.OperatorId);
        await office.Issues();
        await office.TopsUp(1_000_000);
        await office.Pays(Trade.Fee, 11_200, payment);
        office.Clock.MoveTo(new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero));
        await office.Pays(Trade.Fee, 11_600, payment);
        await office.Issues();
        await office.Gets(Trade.FeeBack, 11_600, payment);
        await office.Issues();
        await office.Gets(Trade.FeeBack, 11_200, payment);
        await office.Issues();
        var documents = await office.Documents();
        var fees = documents.Where(d => d.Supply == Supplies.Fee && d.Kind == PaperKind.Receipt).Select(d => d.Code).ToList();
        Assert.Equal([(11_600, 1_600, fees[1]), (11_200, 1_200, fees[0])], documents.Where(d => d.Kind == PaperKind.CreditNote).Select(d => (d.GrossMinor, d.Tax, d.Content.TakesBack.Single().Code)));
        await office.Node.Audit();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Of_two_fees_of_the_same_amount_each_is_taken_back_once(DatabaseKind kind)
    {
        await using var office = await Office.Open(kind);
        await office.Registers(OrganisationInfo.OperatorId);
        await office.Issues();
        await office.TopsUp(1_000_000);
        // In rounds one after the other, and both in one.
        foreach (var together in new[] { false, true })
        {
            var payment = Ids.New();
            for (var i = 0; i < 2; i++) await office.Pays(Trade.Fee, 10_000, payment);
            await office.Issues();
            for (var i = 0; i < 2; i++)
            {
                await office.Gets(Trade.FeeBack, 10_000, payment);
                if (!together) await office.Issues();
            }
            await office.Issues();
            var documents = (await office.Documents()).Where(d => d.Reference == payment).ToList();
            var fees = documents.Where(d => d.Kind == PaperKind.Receipt).Select(d => d.Code).Order().ToList();
            Assert.Equal(2, fees.Count);
            Assert.Equal(fees, documents.Where(d => d.Kind == PaperKind.CreditNote).Select(d => d.Content.TakesBack.Single().Code).Order());
        }
        await office.Node.Audit();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_transfer_that_calls_for_many_documents_goes_in_a_round_of_its_own(DatabaseKind kind)
    {
        await using var office = await Office.Open(kind);
        await office.Issues();
        await office.TopsUp(5_000_000);
        for (var i = 0; i < 3; i++) await office.Moves(Trade.Shares, SharedAccounts.WalletOf(Office.Buyer, "KZT"), SharedAccounts.PayableTo(Office.Shop, "KZT"), 60, Ids.New());
        Assert.Equal([61, 60, 60], await office.Rounds());
        Assert.Equal(181, (await office.Documents()).Count);
        await office.Node.Audit();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Two_nodes_at_once_issue_each_document_once_and_leave_no_gap(DatabaseKind kind)
    {
        await using var office = await Office.Open(kind);
        await office.Issues();
        await office.TopsUp(100);
        for (var i = 0; i < 230; i++) await office.TopsUp(10 + i);
        await using var other = await Office.Start(office.Database, office.Clock);
        await Task.WhenAll(Tries(() => office.Issues()), Tries(() => office.Issues(other)));
        await office.Issues();
        var documents = await office.Documents();
        Assert.Equal(Enumerable.Range(1, 231).Select(n => (long)n), documents.Select(d => d.Number).Order());
        Assert.Equal(231, documents.Select(d => d.SourceId).Distinct().Count());
        await office.Node.Audit();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_transfer_that_was_passed_by_is_found_by_the_second_look(DatabaseKind kind)
    {
        await using var office = await Office.Open(kind);
        await office.Issues();
        var early = Ids.New();
        await office.TopsUp(100);
        await office.Issues();
        // Its id is older than what was read already, as that of a command that waited long in a queue.
        await office.Node.Submit<Done>(new Move(Ledger.GroupCommit.CommandKey.System("tests", early.ToString("N")), Trade.In, Trade.World("KZT"), SharedAccounts.WalletOf(Office.Buyer, "KZT"), 77, Ids.New(), early));
        await office.Issues();
        Assert.Single(await office.Documents());
        Assert.Contains(await office.Node.Findings(), f => f is { Check: "documents due", Holds: false });
        await office.LooksAgain();
        Assert.Equal([100, 77], (await office.Documents()).OrderBy(d => d.Number).Select(d => d.GrossMinor));
        await office.Node.Audit();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task The_database_refuses_to_change_or_remove_what_was_issued(DatabaseKind kind)
    {
        await using var office = await Office.Open(kind);
        await office.Registers(Office.Shop);
        await office.Issues();
        await office.TopsUp(100);
        await office.Issues();
        foreach (var sql in new[]
        {
            "update documents_document set tax = 1, net = net - 1", "update documents_document set body = 'x'", "delete from documents_document", "update documents_series set last = 0", "update documents_series set last = last",
            "delete from documents_series", "update documents_source set documents = 0", "delete from documents_source", "update documents_profile set legal_name = 'x'", "delete from documents_profile",
        }) await Assert.ThrowsAnyAsync<DbException>(() => office.Tampers(sql));
        await office.Node.Audit();
    }

    [Fact]
    public async Task Doctor_sees_a_gap_a_changed_text_and_a_missing_document()
    {
        await using var office = await Office.Open(DatabaseKind.Sqlite);
        await office.Issues();
        for (var i = 1; i <= 3; i++) await office.TopsUp(100 * i);
        await office.Issues();
        // As somebody who can take the guards away.
        foreach (var trigger in new[] { "documents_document_no_update", "documents_document_no_delete", "documents_source_no_delete" }) await office.Tampers($"drop trigger {trigger}");
        await office.Tampers("update documents_document set body = replace(body, '\"gross\":200', '\"gross\":201') where number = 2");
        Assert.Equal(["documents hashes"], await Broken(office));
        await office.Tampers("update documents_document set body = replace(body, '\"gross\":201', '\"gross\":200') where number = 2");
        await office.Node.Audit();
        await office.Tampers("delete from documents_document where number = 2");
        Assert.Equal(["documents hashes", "documents numbers", "documents sums"], await Broken(office));
        await office.Tampers("delete from documents_source where transfer_id not in (select source_id from documents_document)");
        Assert.Equal(["documents due", "documents hashes", "documents numbers"], await Broken(office));
    }

    [Fact]
    public void The_written_form_and_its_hash_are_golden()
    {
        var content = new DocumentContent(
            "I-2026-000007", PaperKind.Invoice, new DateOnly(2026, 11, 27), new DateOnly(2026, 11, 26), "KZT", "kz/1", "VAT", Supplies.Goods,
            new DocumentParty(new Guid("00112233-4455-6677-8899-aabbccddeeff"), PaperBuyer.Organisation, "Чайники \"и\" Ко", "Abay 10", "Almaty", "050000", "KZ", "190540001234"), new DocumentParty(null, PaperBuyer.Many, null),
            [new DocumentLine("Kettle", 2, 100_000, 16_000, 116_000, "standard", "S", 16_000)], [new DocumentTax("standard", "S", 16_000, 100_000, 16_000)], 100_000, 16_000, 116_000, 0,
            [new DocumentOrigin(new Guid("ffeeddcc-bbaa-9988-7766-554433221100"), "I-2025-000001", new DateOnly(2025, 1, 2))]);
        const string text = """
            {"version":1,"code":"I-2026-000007","kind":2,"issued":"2026-11-27","supplied":"2026-11-26","currency":"KZT","rules":"kz/1","scheme":"VAT","supply":"goods","seller":{"id":"00112233445566778899aabbccddeeff","kind":2,"name":"Чайники \"и\" Ко","street":"Abay 10","city":"Almaty","postcode":"050000","country":"KZ","taxId":"190540001234"},"buyer":{"kind":0},"lines":[{"name":"Kettle","quantity":2,"net":100000,"tax":16000,"gross":116000,"taxCode":"standard","category":"S","rate":16000}],"taxes":[{"taxCode":"standard","category":"S","rate":16000,"base":100000,"tax":16000}],"net":100000,"tax":16000,"gross":116000,"due":0,"takesBack":[{"id":"ffeeddccbbaa99887766554433221100","code":"I-2025-000001","issued":"2025-01-02"}]}
            """;
        Assert.Equal(text, DocumentText.Write(content));
        Assert.Equal(text, DocumentText.Write(DocumentText.Read(text)));
        Assert.Equal("259fe42b5f8f0006f87c4f6c79cf14382be7529c5b7f8cb8bdf0c3ce661fc1ae", DocumentText.Hash(DocumentSeries.NoHash, text));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_document_is_its_buyer_s_its_issuer_s_and_the_operator_s_to_see_and_nobody_else_s(DatabaseKind kind)
    {
        await using var office = await Office.Open(kind);
        await office.Issues();
        await office.TopsUp(5_000);
        await office.Buys(1_000, Ids.New());
        await office.Issues();
        var documents = await office.Documents();
        var (receipt, invoice) = (documents[0].Id, documents[1].Id);
        async Task<string?> Asks(System.Security.Claims.ClaimsPrincipal who, Guid id) => (await office.With(d => d.Find(who, id, Ct))).Refusal?.Code;
        Assert.Null(await Asks(Office.SignedIn(Office.Buyer), receipt));
        Assert.Null(await Asks(Office.SignedIn(Office.Buyer), invoice));
        Assert.Null(await Asks(Office.SignedIn(Town.Owner), invoice));
        Assert.Equal("documents.not_found", await Asks(Office.SignedIn(Town.Owner), receipt));
        Assert.Equal("documents.not_found", await Asks(Office.SignedIn(Town.Stranger), invoice));
        Assert.Equal("documents.not_found", await Asks(new System.Security.Claims.ClaimsPrincipal(), invoice));
        Assert.Equal("documents.not_found", await Asks(Office.SignedIn(Office.Buyer), Ids.New()));
        var town = office.Node.Services.GetRequiredService<Town>();
        Assert.Empty(town.Looks);
        Assert.Null(await Asks(Office.SignedIn(Town.Boss, isOperator: true), receipt));
        Assert.Equal([(Office.Buyer, Town.Boss)], town.Looks);

        Assert.Equal("Aigerim B.", (await office.With(d => d.Find(Office.SignedIn(Town.Owner), invoice, Ct))).Value.Content.Buyer.Name);
        Assert.DoesNotContain("Aigerim", documents[1].Body, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_list_is_filtered_by_day_and_kind_and_goes_on_where_it_ended(DatabaseKind kind)
    {
        await using var office = await Office.Open(kind);
        await office.Issues();
        for (var day = 1; day <= 5; day++)
        {
            office.Clock.MoveTo(new DateTimeOffset(2026, 11, day, 8, 0, 0, TimeSpan.Zero));
            await office.TopsUp(100 * day);
            await office.Issues();
        }
        await office.Buys(100, Ids.New());
        await office.Issues();
        Task<Result<Kernel.Http.Page<DocumentSummary>>> List(string? from, string? to, string? what, string? cursor = null, int? limit = null) => office.With(d => d.List(Office.SignedIn(Office.Buyer), new DocumentsOf.Person([Office.Buyer]), new DocumentsAsked(from, to, what), cursor, limit, Ct));
        Assert.Equal([400, 300, 200], (await List("2026-11-02", "2026-11-04", null)).Value.Items.Select(i => i.Gross.Minor));
        Assert.Equal([100], (await List(null, null, "invoice")).Value.Items.Select(i => i.Gross.Minor));
        var first = (await List(null, null, "receipt", null, 3)).Value;
        Assert.Equal([500, 400, 300], first.Items.Select(i => i.Gross.Minor));
        Assert.Equal([200, 100], (await List(null, null, "receipt", first.Next, 3)).Value.Items.Select(i => i.Gross.Minor));
        Assert.Equal("documents.period_invalid", (await List("2026-11-04", "2026-11-02", null)).Refusal!.Code);
        Assert.Equal("documents.period_invalid", (await List("yesterday", null, null)).Refusal!.Code);
        Assert.Equal("documents.kind_unknown", (await List(null, null, "letter")).Refusal!.Code);
        Assert.Equal("request.cursor_invalid", (await List(null, null, null, "%")).Refusal!.Code);
        Assert.Empty((await office.With(d => d.List(Office.SignedIn(Town.Stranger), new DocumentsOf.Person([Town.Stranger]), new DocumentsAsked(null, null, null), null, null, Ct))).Value.Items);
        // The staff reads a person's name by opening a document, which leaves a note; a list tells none.
        var all = (await office.With(d => d.List(Office.SignedIn(Town.Boss, isOperator: true), new DocumentsOf.Everybody(), new DocumentsAsked(null, null, null), null, null, Ct))).Value.Items;
        Assert.Equal((6, 0), (all.Count, all.Count(i => i.Buyer is not null)));
        Task<Result<Kernel.Http.Page<DocumentSummary>>> OfShop(System.Security.Claims.ClaimsPrincipal reader) => office.With(d => d.List(reader, new DocumentsOf.IssuedBy(Office.Shop), new DocumentsAsked(null, null, null), null, null, Ct));
        Assert.Equal([(100, "Aigerim B.")], (await OfShop(Office.SignedIn(Town.Owner))).Value.Items.Select(i => (i.Gross.Minor, i.Buyer)));
        Assert.Equal([(100, null)], (await OfShop(Office.SignedIn(Town.Boss, isOperator: true))).Value.Items.Select(i => (i.Gross.Minor, i.Buyer)));
        Assert.Empty(office.Node.Services.GetRequiredService<Town>().Looks);
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-32")]
    public async Task Erasing_a_person_takes_the_name_out_of_documents_and_leaves_them_valid(DatabaseKind kind)
    {
        await using var office = await Office.Open(kind);
        await office.Issues();
        await office.TopsUp(5_000);
        await office.Issues();
        var before = (await office.Documents())[0];
        await using (var scope = office.Node.Services.CreateAsyncScope())
        {
            var context = scope.ServiceProvider.GetRequiredService<DocumentsContext>();
            await using var transaction = await context.BeginWriteAsync(Ct);
            await scope.ServiceProvider.GetRequiredService<PersonKeys>().Destroy(context, [Office.Buyer], Ct);
            await transaction.CommitAsync(Ct);
        }
        await office.TopsUp(70);
        await office.Issues();
        var after = await office.Documents();
        Assert.Equal((before.Body, before.Hash), (after[0].Body, after[0].Hash));
        Assert.StartsWith("sealed:1:", after[0].Content.Buyer.Name, StringComparison.Ordinal);
        var seen = (await office.With(d => d.Find(Office.SignedIn(Town.Boss, isOperator: true), before.Id, Ct))).Value.Content;
        Assert.Equal((null, 5_000, (Guid?)Office.Buyer), (seen.Buyer.Name, seen.Gross, seen.Buyer.Id));
        Assert.Null(after[1].Content.Buyer.Name);
        await office.Node.Audit();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_profile_is_kept_in_every_version_with_who_changed_it(DatabaseKind kind)
    {
        await using var office = await Office.Open(kind);
        await office.Registers(Office.Shop);
        await office.Registers(Office.Shop);
        await office.Registers(Office.Shop, rate: "zero");
        await using var scope = office.Node.Services.CreateAsyncScope();
        var desk = scope.ServiceProvider.GetRequiredService<TaxProfileDesk>();
        Assert.Equal([(2, "zero"), (1, null)], (await desk.History(Office.Shop, Ct)).Select(p => (p.Version, p.Category)));
        Assert.Equal("request.not_found", (await desk.Change(Ids.New(), new TaxProfileBody("A", "B", "C", null, "KZ", null, null, null, false, null), Office.Buyer, Ct)).Refusal!.Code);
    }

    private static async Task<List<string>> Broken(Office office) => [.. (await office.Node.Findings()).Where(f => !f.Holds).Select(f => f.Check).Order(StringComparer.Ordinal)];

    // Whoever comes second may be told by the database to try again, as the worker does a second later.
    private static async Task Tries(Func<Task> issue)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await issue();
                return;
            }
            catch (Exception error) when (attempt < 20 && error is DbUpdateException or DbException)
            {
                await Task.Delay(20);
            }
        }
    }
}
