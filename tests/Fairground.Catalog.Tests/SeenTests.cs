using Fairground.Catalog.RememberSeen;
using Fairground.Testing;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Fairground.Catalog.Tests;

/// <summary>What somebody looked at last stands in a cookie of the browser, and what the browser sends is not believed.</summary>
[Requirement("D-26")]
public sealed class SeenTests
{
    [Fact]
    public void Goods_looked_at_last_come_first_once_and_eight_at_most()
    {
        var goods = Enumerable.Range(0, 10).Select(_ => Guid.CreateVersion7()).ToList();
        var cookie = "";
        foreach (var id in goods.Append(goods[5])) cookie = Looked(cookie, id);
        Assert.Equal([goods[5], goods[9], goods[8], goods[7], goods[6], goods[4], goods[3], goods[2]], Read(cookie));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("....")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAA%.<script>")]
    public void What_is_no_list_of_goods_is_left_out(string cookie) => Assert.Empty(Read(cookie));

    private static IReadOnlyList<Guid> Read(string cookie) => SeenGoods.Read(With(cookie));

    private static string Looked(string cookie, Guid id)
    {
        var http = With(cookie);
        SeenGoods.Add(http, id);
        var set = http.Response.Headers.SetCookie.ToString();
        Assert.Contains("httponly", set, StringComparison.OrdinalIgnoreCase);
        return set.Split('=', 2)[1].Split(';')[0];
    }

    private static DefaultHttpContext With(string cookie)
    {
        var http = new DefaultHttpContext();
        if (cookie.Length > 0) http.Request.Headers.Cookie = $"fairground.seen={cookie}";
        return http;
    }
}
