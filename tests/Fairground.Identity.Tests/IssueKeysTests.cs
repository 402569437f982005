using System.Net;
using Fairground.Identity.CheckRequest;
using Fairground.Identity.IssueKeys;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Identity.Tests;

[Requirement("C-06")]
public sealed class IssueKeysTests
{
    private static readonly string Keys = $"shops/{OneShop.Kettles.ShopId}/keys";
    private static readonly string Goods = $"shops/{OneShop.Kettles.ShopId}/goods";

    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_key_does_what_its_scopes_say_for_its_own_shop_and_nothing_else(DatabaseKind kind)
    {
        await using var host = await Market(kind);
        var owner = await Owner(host);
        var key = await Makes(host, owner);
        (await host.Post(Goods, new { }, key)).Is(HttpStatusCode.OK);
        (await host.Post($"shops/{OneShop.Kettles.ShopId}/lots", new { }, key)).IsRefused(403, "access.key_scope");
        (await host.Post($"shops/{Guid.CreateVersion7()}/goods", new { }, key)).IsRefused(403, "access.forbidden");
        (await host.Get("me", key)).IsRefused(403, "access.key_scope");
        (await host.Get(Keys, key)).IsRefused(403, "access.key_scope");
        (await host.Post(Keys, new { name = "More", scopes = new[] { "lots.write" } }, key)).IsRefused(403, "access.key_scope");
        (await host.Post("payout", new { }, key)).IsRefused(403, "access.key_scope");
        (await host.Get("office", key)).IsRefused(403, "access.key_scope");
        (await host.Get("/a-page", key)).IsRefused(403, "access.key_scope");
        (await host.Post(Goods, new { }, key + "A")).IsRefused(401, "access.not_signed_in");
        (await host.Post(Goods, new { }, ApiKey.Prefix)).IsRefused(401, "access.not_signed_in");
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_key_of_an_operator_is_no_operator(DatabaseKind kind)
    {
        await using var host = await Market(kind);
        var key = await Makes(host, (await host.SignsIn("op@example.com")).Text("accessToken"));
        (await host.Post(Goods, new { }, key)).Is(HttpStatusCode.OK);
        (await host.Post($"shops/{Guid.CreateVersion7()}/goods", new { }, key)).IsRefused(403, "access.forbidden");
        (await host.Get("office", key)).IsRefused(403, "access.key_scope");
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task The_secret_is_shown_once_and_kept_as_a_hash(DatabaseKind kind)
    {
        await using var host = await Market(kind);
        var owner = await Owner(host);
        var secret = await Makes(host, owner);
        Assert.Matches("^fgk_[A-Za-z0-9_-]{43}$", secret);
        var list = (await host.Get(Keys, owner)).Is(HttpStatusCode.OK).Body!;
        Assert.DoesNotContain(secret, list.ToJsonString(), StringComparison.Ordinal);
        var item = Assert.Single(list["items"]!.AsArray())!;
        Assert.Equal(("Warehouse", secret[..10], "goods.write", "alive"), (item["name"]!.GetValue<string>(), item["shown"]!.GetValue<string>(), item["scopes"]![0]!.GetValue<string>(), item["state"]!.GetValue<string>()));
        Assert.Equal("A key was made", host.Messages.LastTo("owner@example.com").Subject);
        await using var scope = host.Services.CreateAsyncScope();
        var row = await scope.ServiceProvider.GetRequiredService<IdentityContext>().ApiKeys.SingleAsync(TestContext.Current.CancellationToken);
        Assert.Equal(ApiKey.Hash(secret), row.SecretHash);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_key_is_rotated_with_both_working_for_a_while_and_revoked_at_once_on_every_node(DatabaseKind kind)
    {
        await using var host = await Market(kind);
        await using var node = await host.StartNode();
        var owner = await Owner(host);
        var old = await Makes(host, owner);
        var id = (await host.Get(Keys, owner)).Body!["items"]![0]!["keyId"]!.GetValue<string>();
        (await host.Post($"{Keys}/{id}/rotation", new { overlapHours = 169 }, owner)).IsRefused(422, "people.key_life_invalid");
        var next = (await host.Post($"{Keys}/{id}/rotation", new { overlapHours = 2 }, owner)).Is(HttpStatusCode.Created);
        var other = node.Services.GetRequiredService<KeyBook>();
        await node.Services.GetRequiredService<RoleBook>().Refresh(CancellationToken.None);
        await other.Refresh(CancellationToken.None);
        foreach (var key in new[] { old, next.Text("secret") }) (await node.Post(Goods, new { }, key)).Is(HttpStatusCode.OK);
        host.Clock.Pass(TimeSpan.FromHours(2));
        (await host.Post(Goods, new { }, old)).IsRefused(401, "access.not_signed_in");
        (await node.Post(Goods, new { }, next.Text("secret"))).Is(HttpStatusCode.OK);
        (await host.Post($"{Keys}/{id}/rotation", new { }, await Again(host))).IsRefused(404, "people.key_not_found");
        (await host.Delete($"{Keys}/{next.Text("keyId")}", owner)).Is(HttpStatusCode.NoContent);
        (await host.Post(Goods, new { }, next.Text("secret"))).IsRefused(401, "access.not_signed_in");
        await other.Refresh(CancellationToken.None);
        (await node.Post(Goods, new { }, next.Text("secret"))).IsRefused(401, "access.not_signed_in");
        (await host.Delete($"{Keys}/{next.Text("keyId")}", owner)).IsRefused(404, "people.key_not_found");
        Assert.Equal(["expired", "revoked"], (await host.Get(Keys, owner)).Body!["items"]!.AsArray().Select(k => k!["state"]!.GetValue<string>()).Order(StringComparer.Ordinal));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_key_ends_with_its_life_and_sleeps_while_its_maker_is_no_owner(DatabaseKind kind)
    {
        await using var host = await Market(kind);
        var op = (await host.SignsIn("op@example.com")).Text("accessToken");
        var owner = await Owner(host);
        var key = await Makes(host, owner, 30);
        var role = $"organisations/{OneShop.Kettles.ShopId}/members/{(await host.Get("me", owner)).Text("userId")}/role";
        await host.Joins(op, OneShop.Kettles.ShopId, "op@example.com", "owner");
        (await host.Send(HttpMethod.Put, role, new { role = "staff" }, op)).Is(HttpStatusCode.NoContent);
        (await host.Post(Goods, new { }, key)).IsRefused(401, "access.not_signed_in");
        (await host.Send(HttpMethod.Put, role, new { role = "owner" }, op)).Is(HttpStatusCode.NoContent);
        (await host.Post(Goods, new { }, key)).Is(HttpStatusCode.OK);
        host.Clock.Pass(TimeSpan.FromDays(30));
        (await host.Post(Goods, new { }, key)).IsRefused(401, "access.not_signed_in");
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task When_a_key_was_used_is_written_down(DatabaseKind kind)
    {
        await using var host = await Market(kind);
        var owner = await Owner(host);
        var key = await Makes(host, owner);
        host.Clock.Pass(TimeSpan.FromMinutes(3));
        (await host.Post(Goods, new { }, key)).Is(HttpStatusCode.OK);
        await host.Services.GetRequiredService<KeyBook>().Refresh(CancellationToken.None);
        Assert.Equal(host.Clock.Now, (await host.Get(Keys, owner)).Body!["items"]![0]!["usedAt"]!.GetValue<DateTimeOffset>());
    }

    [Fact]
    public async Task Making_one_needs_an_owner_with_a_recent_sign_in_and_a_scope_that_exists()
    {
        await using var host = await Market(DatabaseKind.Sqlite);
        var owner = await Owner(host);
        var buyer = (await host.Registers("buyer@example.com")).Text("accessToken");
        var body = new { name = "Warehouse", scopes = new[] { "goods.write" } };
        (await host.Post(Keys, body, buyer)).IsRefused(403, "access.forbidden");
        (await host.Post(Keys, new { name = " ", scopes = new[] { "goods.write" } }, owner)).IsRefused(422, "people.name_invalid");
        (await host.Post(Keys, new { name = "Warehouse", scopes = Array.Empty<string>() }, owner)).IsRefused(422, "people.key_scope_unknown");
        (await host.Post(Keys, new { name = "Warehouse", scopes = new[] { "everything" } }, owner)).IsRefused(422, "people.key_scope_unknown");
        (await host.Post(Keys, new { name = "Warehouse", scopes = new[] { "goods.write" }, daysToLive = 0 }, owner)).IsRefused(422, "people.key_life_invalid");
        host.Clock.Pass(TimeSpan.FromMinutes(10));
        (await host.Post(Keys, body, owner)).IsRefused(403, "access.confirm_identity");
        owner = await Again(host);
        for (var i = 0; i < 50; i++) (await host.Post(Keys, body, owner)).Is(HttpStatusCode.Created);
        (await host.Post(Keys, body, owner)).IsRefused(409, "people.keys_capped");
        var words = (await host.Get("permissions")).Body!["items"]!.AsArray();
        Assert.Equal(["goods.write", "lots.write"], words.Select(p => p!["code"]!.GetValue<string>()));
    }

    private static Task<IdentityHost> Market(DatabaseKind kind) => IdentityHost.Start(kind, ("FAIRGROUND_OPERATOR", $"op@example.com:{IdentityHost.Password}"));

    private static async Task<string> Owner(IdentityHost host)
    {
        var op = (await host.SignsIn("op@example.com")).Text("accessToken");
        var owner = (await host.Registers("owner@example.com")).Text("accessToken");
        await host.Joins(op, OneShop.Kettles.ShopId, "owner@example.com", "owner");
        return owner;
    }

    private static async Task<string> Again(IdentityHost host) => (await host.SignsIn("owner@example.com")).Text("accessToken");

    private static async Task<string> Makes(IdentityHost host, string owner, int? daysToLive = null) =>
        (await host.Post(Keys, new { name = "Warehouse", scopes = new[] { "goods.write" }, daysToLive }, owner)).Is(HttpStatusCode.Created).Text("secret");
}
