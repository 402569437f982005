using Fairground.Catalog.ReadDatabase;
using Fairground.Catalog.SyncFeeds;
using Fairground.Catalog.SyncStores;
using Xunit;

namespace Fairground.Catalog.Tests.LiveFeeds;

public sealed class PureRulesTests
{
    [Theory]
    [InlineData("select 1", true)]
    [InlineData("  -- all goods\n SELECT a, b FROM t WHERE c = ';' -- done", true)]
    [InlineData("with g as (select 1 as a) select * from g", true)]
    [InlineData("select ')' as a, \"se;mi\" from t /* ; */", true)]
    [InlineData("select $tag$ ; ) $tag$, $1 from t", true)]
    [InlineData("select E'it\\'s ; fine' from t", true)]
    [InlineData("select 1;", false)]
    [InlineData("select 1; drop table goods", false)]
    [InlineData("select 1) as x; delete from goods; select (1", false)]
    [InlineData("select 1) union (select 2", false)]
    [InlineData("select (1", false)]
    [InlineData("select 'open", false)]
    [InlineData("select 1 /* open", false)]
    [InlineData("select /* a /* b */ 1", false)]
    [InlineData("select $x$ open", false)]
    [InlineData("delete from goods", false)]
    [InlineData("insert into goods select 1", false)]
    [InlineData("selectx from goods", false)]
    [InlineData("attach 'x' as y", false)]
    [InlineData("pragma query_only = off", false)]
    [InlineData("-- select", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void A_query_is_one_select_whole_in_itself(string? query, bool taken) => Assert.Equal(taken ? null : "source.query_refused", QueryText.Refusal(query)?.Code);

    [Theory]
    [InlineData("https://shop.example/feed.csv", "https://shop.example/feed.csv")]
    [InlineData("https://user:pass@shop.example:8443/a/feed.csv?key=abc&x", "https://shop.example:8443/a/feed.csv?key=…&x")]
    [InlineData("https://shop.example/feeds/A1b2C3d4E5f6A1b2C3d4E5f6/goods.xml", "https://shop.example/feeds/A1b2…/goods.xml")]
    [InlineData("https://shop.example/3fa85f64-5717-4562-b3fc-2c963f66afa6.csv", "https://shop.example/3fa8….csv")]
    [InlineData("https://shop.example/products-for-partners-and-friends.csv?0123456789012345678901234", "https://shop.example/products-for-partners-and-friends.csv?…")]
    [InlineData("not an address", "…")]
    public void An_address_is_shown_without_what_may_be_a_secret(string address, string shown) => Assert.Equal(shown, ShownAddress.Of(address));

    [Theory]
    [InlineData(1, 5, null, 1)]
    [InlineData(2, 5, null, 2)]
    [InlineData(5, 5, null, 16)]
    [InlineData(30, 5, null, 360)]
    [InlineData(30, 1440, null, 1440)]
    [InlineData(1, 5, 30, 30)]
    [InlineData(9, 5, 30, 256)]
    [InlineData(1, 5, 100_000, 1440)]
    public void A_failing_source_is_tried_soon_and_then_later_and_later(int failures, int interval, int? asked, int minutes) =>
        Assert.Equal(TimeSpan.FromMinutes(minutes), BackOff.After(failures, TimeSpan.FromMinutes(interval), asked is { } a ? TimeSpan.FromMinutes(a) : null));

    [Fact]
    public void A_product_of_a_store_keeps_its_key_and_takes_no_other_ones()
    {
        var keys = new StoreKeys([new SourceItem { RemoteId = "7", ProductKey = "kettle" }]);
        Assert.Equal("kettle", keys.Of(new StoreProduct("7", "renamed", default, null)));
        Assert.Equal("id:8", keys.Of(new StoreProduct("8", "kettle", default, null)));
        Assert.Equal("lamp", keys.Of(new StoreProduct("9", "lamp", default, null)));
        Assert.Equal("id:10", keys.Of(new StoreProduct("10", "lamp", default, null)));
        Assert.Equal("id:11", keys.Of(new StoreProduct("11", "", default, null)));
    }

    [Theory]
    [InlineData("{\"Host\"", false)]
    [InlineData("Host=db.example;Database=shop;Username=u;Password=p", true)]
    [InlineData("Host=db.example;Port=6543;Database=shop;Username=u;Password=p;SSL Mode=VerifyFull", true)]
    [InlineData("Host=db.example;Database=shop;Username=u", false)]
    [InlineData("Host=/var/run/postgresql;Database=shop;Username=u;Password=p", false)]
    [InlineData("Host=a,b;Database=shop;Username=u;Password=p", false)]
    [InlineData("Host=db.example;Database=shop;Username=u;Password=p;Passfile=/somewhere/.pgpass", false)]
    [InlineData("Host=db.example;Database=shop;Username=u;Password=p;SSL Key=/etc/ssl/key.pem", false)]
    [InlineData("Host=db.example;Database=shop;Username=u;Password=p;Options=-c search_path=x", false)]
    public void A_connection_has_what_it_needs_and_nothing_that_reads_our_files(string connection, bool taken) => Assert.Equal(taken ? null : "source.connection_invalid", DatabasePlaces.Read(connection).Refusal?.Code);
}
