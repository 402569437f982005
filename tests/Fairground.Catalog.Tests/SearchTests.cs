using System.Globalization;
using Fairground.Catalog.BrowseGoods;
using Fairground.Catalog.SearchGoods;
using Fairground.Catalog.SearchGoods.Stems;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

namespace Fairground.Catalog.Tests;

/// <summary>Full-text search over the shelf: forms of words, slips, order, and the same answers on both engines.</summary>
public sealed class SearchTests
{
    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    private const string Goods =
        """
        ID,Type,SKU,Name,Published,Regular price,Categories,Description
        1,simple,FG-046,Electric kettle Dawn,1,9900,Home > Kitchen,Boils two litres of water.
        2,simple,FG-047,Kettle,1,4900,Home > Kitchen,Enamelled.
        3,simple,FG-048,Чайник электрический,1,12900,Дом > Кухня,Кипятит воду за три минуты.
        4,simple,FG-049,Samovar,1,45000,Home > Kitchen,A large kettle with a chimney of its own.
        5,simple,FG-050,Ёлочная игрушка,1,900,Дом,Стеклянный шар.
        6,simple,CRM 9/0,Café chair,1,19900,Home > Seats,"Bent wood, черные сидения."
        """;

    [Theory, MemberData(nameof(Engines))]
    [Requirement("D-26")]
    public async Task Words_are_found_in_any_form_and_names_come_before_descriptions(DatabaseKind engine)
    {
        await using var market = await Market.Open(engine);
        var shop = await market.OpenShop();
        await market.Import(shop, Goods);
        Assert.Equal(["FG-047", "FG-046", "FG-049"], await Skus(market, "kettles"));
        Assert.Equal(["FG-048"], await Skus(market, "чайниками"));
        Assert.Equal(["FG-048"], await Skus(market, "электрические ЧАЙНИКИ"));
        Assert.Equal(["FG-050"], await Skus(market, "елочные игрушки"));
        Assert.Equal(["CRM 9/0"], await Skus(market, "cafe chairs"));
        Assert.Equal(["CRM 9/0"], await Skus(market, "чёрное сиденье"));
        Assert.Empty(await Skus(market, "kettle chair"));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Codes_beginnings_and_categories_are_found(DatabaseKind engine)
    {
        await using var market = await Market.Open(engine);
        var shop = await market.OpenShop();
        await market.Import(shop, Goods);
        Assert.Equal(["FG-046"], await Skus(market, "fg-046"));
        Assert.Equal(["FG-046"], await Skus(market, "FG046"));
        Assert.Equal(["FG-049"], await Skus(market, "samo"));
        Assert.Equal(["CRM 9/0"], await Skus(market, "seats"));
        Assert.Empty(await Skus(market, "%"));
        Assert.Empty(await Skus(market, "'\" OR name:* --"));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_beginning_finds_all_words_that_begin_so_page_by_page(DatabaseKind engine)
    {
        await using var market = await Market.Open(engine);
        var shop = await market.OpenShop();
        string[] names = ["Samovar", "Samba", "Sampan", "Samosa", "Samisen", "Samphire", "Samovar samba", "Lamp"];
        await market.Import(shop, "ID,Type,SKU,Name,Published,Regular price\n" + string.Concat(names.Select((name, i) => $"{i + 1},simple,S{i},{name},1,10\n")));
        var found = new List<string>();
        string? cursor = null;
        do
        {
            var page = await Find(market, "sam", cursor: cursor, limit: 2);
            found.AddRange(page.Items.Select(i => i.Sku));
            cursor = page.Next;
        }
        while (cursor is not null);
        Assert.Equal(["S0", "S1", "S2", "S3", "S4", "S5", "S6"], found.Order(StringComparer.Ordinal));
    }

    // What is beside the index is read by every search, in each of its parts.
    [Fact]
    public async Task An_import_leaves_nothing_beside_the_index_in_parts_of_PostgreSQL()
    {
        await using var market = await Market.Open(DatabaseKind.Postgres);
        await market.Import(await market.OpenShop(), Many(400));
        Task<List<long>> Ask(string sql) => market.Ask(c => c.Database.SqlQueryRaw<long>(sql).ToListAsync(TestContext.Current.CancellationToken));
        Assert.Equal(Enumerable.Repeat(0L, 16), await Ask("select gin_clean_pending_list(inhrelid) as \"Value\" from pg_inherits where inhparent = 'catalog_search_words'::regclass"));
        Assert.Equal(16, (await Ask("select count(*) as \"Value\" from catalog_search_doc group by tableoid")).Count);
    }

    // PostgreSQL gathers what a part has before it gives the first of it.
    [Fact]
    public async Task A_word_that_all_goods_have_is_looked_for_in_few_parts_of_PostgreSQL()
    {
        await using var market = await Market.Open(DatabaseKind.Postgres);
        await market.Import(await market.OpenShop(), Many(3_200));
        var plan = await market.Ask(async c =>
        {
            await using var transaction = await c.Database.BeginTransactionAsync(TestContext.Current.CancellationToken);
            await c.Database.ExecuteSqlRawAsync("set local enable_seqscan = off", TestContext.Current.CancellationToken);
            return await c.Database.SqlQueryRaw<string>("explain (analyze, costs off, timing off, summary off) select product_id from catalog_search_doc where words @@ '''=lamp'''::tsquery limit 500").ToListAsync(TestContext.Current.CancellationToken);
        });
        var parts = plan.Where(line => line.Contains("Bitmap Heap Scan", StringComparison.Ordinal)).ToList();
        Assert.Equal(16, parts.Count);
        Assert.InRange(parts.Count(line => !line.Contains("never executed", StringComparison.Ordinal)), 2, 4);
    }

    private static string Many(int goods) => "ID,Type,SKU,Name,Published,Regular price\n" + string.Concat(Enumerable.Range(1, goods).Select(i => $"{i},simple,L{i},Lamp {i},1,10\n"));

    [Theory, MemberData(nameof(Engines))]
    [Requirement("D-26")]
    public async Task A_slip_of_the_hand_is_forgiven_and_said(DatabaseKind engine)
    {
        await using var market = await Market.Open(engine);
        var shop = await market.OpenShop();
        await market.Import(shop, Goods);
        var page = await Find(market, "ketle");
        Assert.Equal(("kettle", 3), (page.Corrected, page.Items.Count));
        Assert.Equal("чайник", (await Find(market, "чайнек")).Corrected);
        Assert.Equal("electric", (await Find(market, "elektrik")).Corrected);
        Assert.Equal((null, 0), await Nothing(market, "zzzzzz"));
        Assert.Equal((null, 0), await Nothing(market, "cat"));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_changes_is_found_as_it_is_now(DatabaseKind engine)
    {
        await using var market = await Market.Open(engine);
        var shop = await market.OpenShop();
        await market.Import(shop, Goods);
        await market.Import(shop, Goods.Replace("Electric kettle Dawn", "Electric lantern Dawn", StringComparison.Ordinal));
        Assert.Equal(["FG-046"], await Skus(market, "lantern"));
        Assert.Equal(["FG-047", "FG-049"], await Skus(market, "kettle"));
        Assert.Equal(0, await market.Services.GetRequiredService<SearchKeeper>().CatchUp(TestContext.Current.CancellationToken));
    }

    // New goods bring their words with them; what is read of them later must be the same.
    [Theory, MemberData(nameof(Engines))]
    public async Task Words_written_with_new_goods_are_those_that_are_read_of_them_later(DatabaseKind engine)
    {
        await using var market = await Market.Open(engine);
        var shop = await market.OpenShop();
        var feed = "Handle,Title,Body (HTML),Vendor,Type,Option1 Name,Option1 Value,Variant SKU,Variant Price,Fabric (product.metafields.custom.fabric)\n"
            + string.Concat(Enumerable.Range(0, 2_500).Select(i => $"h{i},Woollen blanket {i},<p>Kept warm for <b>{i}</b> winters.</p>,Aq {i % 7},Home > Beds,Title,Default Title,BL-{i},10,{(i % 5 == 0 ? "Merino wool" : "")}\n"));
        Assert.Equal(2_500, (await market.Import(shop, feed)).Created);
        Assert.Equal(0, await Count(market, $"select cast(count(*) as integer) as \"Value\" from catalog_search_stale"));
        Assert.Equal(2_500, await Count(market, $"select cast(count(*) as integer) as \"Value\" from catalog_search_doc"));
        // Each in fewer goods than a list of results has.
        string[] questions = ["blanket 2107", "bl-2107", "merino", "winters 77", "beds 33", "woolen 2499", "aq 3 merino"];
        async Task<List<string>> Now()
        {
            var found = new List<string>();
            foreach (var question in questions) found.Add($"{question}: {string.Join(' ', await Skus(market, question))}");
            if (engine == DatabaseKind.Postgres) found.AddRange(await market.Ask(c => c.Database.SqlQuery<string>($"select p.sku || ' ' || d.words::text as \"Value\" from catalog_search_doc d join catalog_product p on p.id = d.product_id order by p.sku").ToListAsync(TestContext.Current.CancellationToken)));
            return found;
        }
        var before = await Now();
        Assert.Equal(24, (await Skus(market, "merino")).Length);
        await market.Ask(c => c.Database.ExecuteSqlAsync($"insert into catalog_search_stale (product_id) select id from catalog_product", TestContext.Current.CancellationToken));
        Assert.Equal(2_500, await market.Services.GetRequiredService<SearchKeeper>().CatchUp(TestContext.Current.CancellationToken));
        Assert.Equal(before, await Now());
        // A property alone is among the words too.
        await market.Import(shop, feed.Replace("BL-1,10,", "BL-1,10,Cashmere", StringComparison.Ordinal));
        Assert.Equal(["BL-1"], await Skus(market, "cashmere"));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Results_are_ordered_filtered_and_paged(DatabaseKind engine)
    {
        await using var market = await Market.Open(engine);
        var shop = await market.OpenShop();
        await market.Import(shop, "ID,Type,SKU,Name,Published,Regular price,Categories\n" + string.Join('\n', Enumerable.Range(1, 60).Select(i => $"{i},simple,L{i},Lamp {i},1,{100 + i},{(i % 2 == 0 ? "Even" : "Odd")}")));
        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = await Find(market, "lamps", sort: "price", cursor: cursor, limit: 25);
            seen.AddRange(page.Items.Select(i => i.Sku));
            cursor = page.Next;
        }
        while (cursor is not null);
        Assert.Equal(Enumerable.Range(1, 60).Select(i => $"L{i}"), seen);
        Assert.Equal(30, (await Find(market, "lamp", category: "even", limit: 100)).Items.Count);
        Assert.Equal(["L59", "L58"], (await Find(market, "lamp", min: 15_800, max: 15_900, sort: "-price")).Items.Select(i => i.Sku));
    }

    /// <summary>PostgreSQL has the published stemmers built in: ours must agree on every ending after every root.</summary>
    [Fact]
    public async Task Stems_are_those_of_the_published_algorithms()
    {
        string[] russian = ["чайник", "красн", "красив", "стол", "игруш", "дела", "пис", "бы", "ед", "важност", "ценн", "сильн", "больш", "нес", "я", "путешеств", "электр", "зим", "хоро", "дв"];
        string[] endings = ["", "а", "я", "и", "ы", "у", "ю", "е", "о", "ь", "ами", "ями", "ов", "ев", "ей", "ах", "ях", "ия", "ие", "ией", "ий", "ый", "ой", "ая", "яя", "ое", "ее", "ого", "его", "ому", "ему", "ыми", "ими", "их", "ых", "ую", "ла", "ало", "али", "ать", "ить", "ишь", "ает", "ают", "ят", "ился", "ась", "ившись", "авший", "ающийся", "енный", "анная", "ост", "ость", "остью", "ейший", "нн", "нный", "вшись", "уйте"];
        string[] english = ["connect", "generous", "hop", "hope", "relat", "happy", "buzz", "fly", "play", "commun", "argu", "electr", "sky", "kettle", "bal", "con", "agree", "y", "toy", "exampl", "proceed", "oper"];
        string[] suffixes = ["", "s", "es", "ed", "ing", "ingly", "edly", "er", "ers", "ion", "ions", "ation", "ational", "ize", "izer", "ization", "ness", "ful", "fulness", "ousness", "ive", "iveness", "ly", "li", "ously", "able", "ably", "ible", "al", "ally", "alism", "ality", "ity", "iviti", "ic", "ical", "icate", "ment", "ement", "ent", "ance", "ence", "ancy", "ogy", "ll", "y", "ies", "ied", "sses", "eed", "eedly", "less", "lessly"];
        var cases = russian.SelectMany(r => endings.Select(e => ("russian_stem", Word: r + e, Ours: RussianStemmer.Stem(r + e))))
            .Concat(english.SelectMany(r => suffixes.Select(e => ("english_stem", Word: r + e, Ours: EnglishStemmer.Stem(r + e))))).ToList();
        await using var database = await TestDatabase.Migrated(DatabaseKind.Postgres);
        await using var connection = (NpgsqlConnection)await database.Database.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand("select w.word, (ts_lexize(w.dictionary::regdictionary, w.word))[1] from unnest(@dictionaries, @words) as w(dictionary, word)", connection);
        command.Parameters.AddWithValue("dictionaries", cases.Select(c => c.Item1).ToArray());
        command.Parameters.AddWithValue("words", cases.Select(c => c.Word).ToArray());
        var theirs = new Dictionary<string, string?>(StringComparer.Ordinal);
        await using (var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken))
        {
            while (await reader.ReadAsync(TestContext.Current.CancellationToken)) theirs[reader.GetString(0)] = reader.IsDBNull(1) ? null : reader.GetString(1);
        }
        // It has no answer for words that are too common to be searched for.
        Assert.Empty(cases.Where(c => theirs[c.Word] is { } stem && stem != c.Ours).Select(c => $"{c.Word}: {theirs[c.Word]}, not {c.Ours}"));
        Assert.True(theirs.Values.Count(v => v is not null) > 2_000);
    }

    [Theory]
    [InlineData("kettle", "kettle", 0, true)]
    [InlineData("ketle", "kettle", 1, true)]
    [InlineData("ketlte", "kettle", 1, true)]
    [InlineData("kette", "kettle", 1, true)]
    [InlineData("bottle", "kettle", 1, false)]
    [InlineData("bottle", "kettle", 2, true)]
    [InlineData("", "ab", 2, true)]
    [InlineData("", "abc", 2, false)]
    public void Slips_are_counted(string a, string b, int most, bool within) => Assert.Equal(within, Slips.AtMost(a, b, most));

    private static async Task<ShelfPage> Find(Market market, string query, string? category = null, long? min = null, long? max = null, string? sort = null, string? cursor = null, int limit = 24)
    {
        await using var scope = market.Services.CreateAsyncScope();
        return (await scope.ServiceProvider.GetRequiredService<Shelf>().Find(new ShelfQuery(query, category, null, min, max, sort, cursor, limit), TestContext.Current.CancellationToken)).Value;
    }

    private static Task<int> Count(Market market, FormattableString query) => market.Ask(async c => (await c.Database.SqlQuery<int>(query).ToListAsync(TestContext.Current.CancellationToken))[0]);

    private static async Task<string[]> Skus(Market market, string query) => [.. (await Find(market, query)).Items.Select(i => i.Sku)];

    private static async Task<(string? Corrected, int Count)> Nothing(Market market, string query)
    {
        var page = await Find(market, query);
        return (page.Corrected, page.Items.Count);
    }
}
