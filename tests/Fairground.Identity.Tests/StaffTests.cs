using System.Net;
using Fairground.Identity.CheckRequest;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Identity.Tests;

public sealed class StaffTests
{
    private static readonly string Staff = $"shops/{OneShop.Kettles.ShopId}/staff";

    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_role_counts_at_once_and_so_does_its_end(DatabaseKind kind)
    {
        await using var host = await Market(kind);
        var op = (await host.SignsIn("op@example.com")).Text("accessToken");
        var dana = await host.Registers("dana@example.com", "Dana");
        (await host.Get(Staff, dana.Text("accessToken"))).IsRefused(403, "access.forbidden");
        var entry = (await host.Post(Staff, new { contact = "dana@example.com", role = "owner" }, op)).Is(HttpStatusCode.Created);
        Assert.Equal((dana.Text("userId"), "owner", false), (entry.Text("userId"), entry.Text("role"), entry.Body!["pending"]!.GetValue<bool>()));
        (await host.Get(Staff, dana.Text("accessToken"))).Is(HttpStatusCode.OK);
        (await host.Get("/a-page", dana.Text("accessToken"))).Is(HttpStatusCode.OK);
        var me = await host.Get("me", dana.Text("accessToken"));
        Assert.Equal("owner", me.Body!["shops"]![0]!["role"]!.GetValue<string>());
        var arman = await host.Registers("arman@example.com", "Arman");
        (await host.Post(Staff, new { contact = "arman@example.com", role = "owner" }, dana.Text("accessToken"))).Is(HttpStatusCode.Created);
        (await host.Delete($"{Staff}/{dana.Text("userId")}", arman.Text("accessToken"))).Is(HttpStatusCode.NoContent);
        (await host.Get(Staff, dana.Text("accessToken"))).IsRefused(403, "access.forbidden");
        var access = host.Services.GetRequiredService<IShopAccess>();
        Assert.Null(await access.RoleAt(Guid.Parse(dana.Text("userId")), OneShop.Kettles.ShopId, CancellationToken.None));
        Assert.Equal(ShopRole.Owner, Assert.Single(await access.PeopleOf(OneShop.Kettles.ShopId, CancellationToken.None)).Value);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Staff_may_not_name_staff(DatabaseKind kind)
    {
        await using var host = await Market(kind);
        var op = (await host.SignsIn("op@example.com")).Text("accessToken");
        var dana = await host.Registers("dana@example.com");
        (await host.Post(Staff, new { contact = "dana@example.com", role = "staff" }, op)).Is(HttpStatusCode.Created);
        (await host.Post(Staff, new { contact = "b@example.com", role = "staff" }, dana.Text("accessToken"))).IsRefused(403, "access.forbidden");
        (await host.Get(Staff)).IsRefused(401, "access.not_signed_in");
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task An_invitation_becomes_a_role_on_registration(DatabaseKind kind)
    {
        await using var host = await Market(kind);
        var op = (await host.SignsIn("op@example.com")).Text("accessToken");
        var invited = (await host.Post(Staff, new { contact = "8 777 123 45 67", role = "staff" }, op)).Is(HttpStatusCode.Created);
        Assert.True(invited.Body!["pending"]!.GetValue<bool>());
        Assert.Contains(OneShop.Kettles.Name, host.Messages.LastTo("+77771234567").Text, StringComparison.Ordinal);
        (await host.Post(Staff, new { contact = "+77771234567", role = "owner" }, op)).Is(HttpStatusCode.Created);
        Assert.Single((await host.Get(Staff, op)).Body!["items"]!.AsArray());
        var dana = await host.Registers("+77771234567", "Dana");
        var items = (await host.Get(Staff, dana.Text("accessToken"))).Is(HttpStatusCode.OK).Body!["items"]!.AsArray();
        Assert.Equal(("owner", false), (items.Single()!["role"]!.GetValue<string>(), items.Single()!["pending"]!.GetValue<bool>()));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task An_invitation_can_be_taken_back(DatabaseKind kind)
    {
        await using var host = await Market(kind);
        var op = (await host.SignsIn("op@example.com")).Text("accessToken");
        (await host.Post(Staff, new { contact = "typo@example.com", role = "owner" }, op)).Is(HttpStatusCode.Created);
        (await host.Delete($"shops/{OneShop.Kettles.ShopId}/invitations/typo@example.com", op)).Is(HttpStatusCode.NoContent);
        (await host.Delete($"shops/{OneShop.Kettles.ShopId}/invitations/typo@example.com", op)).IsRefused(404, "people.staff_not_found");
        var stranger = await host.Registers("typo@example.com");
        (await host.Get(Staff, stranger.Text("accessToken"))).IsRefused(403, "access.forbidden");
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_shop_keeps_its_last_owner(DatabaseKind kind)
    {
        await using var host = await Market(kind);
        var op = (await host.SignsIn("op@example.com")).Text("accessToken");
        var dana = await host.Registers("dana@example.com");
        (await host.Post(Staff, new { contact = "dana@example.com", role = "owner" }, op)).Is(HttpStatusCode.Created);
        (await host.Delete($"{Staff}/{dana.Text("userId")}", op)).IsRefused(409, "people.last_owner");
        (await host.Post(Staff, new { contact = "dana@example.com", role = "staff" }, op)).IsRefused(409, "people.last_owner");
        (await host.Delete($"{Staff}/{Guid.CreateVersion7()}", op)).IsRefused(404, "people.staff_not_found");
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Two_owners_who_dismiss_each_other_at_once_leave_one(DatabaseKind kind)
    {
        await using var host = await Market(kind);
        var op = (await host.SignsIn("op@example.com")).Text("accessToken");
        var (a, b) = (await host.Registers("a@example.com"), await host.Registers("b@example.com"));
        foreach (var contact in new[] { "a@example.com", "b@example.com" }) (await host.Post(Staff, new { contact, role = "owner" }, op)).Is(HttpStatusCode.Created);
        var answers = await Task.WhenAll(host.Delete($"{Staff}/{a.Text("userId")}", op), host.Delete($"{Staff}/{b.Text("userId")}", op));
        Assert.Single(answers, x => x.Status == HttpStatusCode.NoContent);
        Assert.Single(answers, x => x.Code == "people.last_owner");
    }

    [Fact]
    public async Task What_cannot_be_used_is_refused_by_name()
    {
        await using var host = await Market(DatabaseKind.Sqlite);
        var op = (await host.SignsIn("op@example.com")).Text("accessToken");
        (await host.Post(Staff, new { contact = "a@example.com", role = "king" }, op)).IsRefused(422, "people.role_invalid");
        (await host.Post(Staff, new { contact = "nobody", role = "staff" }, op)).IsRefused(422, "people.contact_invalid");
        (await host.Post($"shops/{Guid.CreateVersion7()}/staff", new { contact = "a@example.com", role = "staff" }, op)).IsRefused(404, "people.shop_not_found");
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Another_node_learns_of_roles_at_its_next_look(DatabaseKind kind)
    {
        await using var host = await Market(kind);
        await using var other = await host.StartNode();
        var op = (await host.SignsIn("op@example.com")).Text("accessToken");
        var dana = await host.Registers("dana@example.com");
        (await host.Post(Staff, new { contact = "dana@example.com", role = "owner" }, op)).Is(HttpStatusCode.Created);
        await other.Services.GetRequiredService<RoleBook>().Refresh(CancellationToken.None);
        (await other.Get(Staff, dana.Text("accessToken"))).Is(HttpStatusCode.OK);
    }

    private static Task<IdentityHost> Market(DatabaseKind kind) => IdentityHost.Start(kind, ("FAIRGROUND_OPERATOR", $"op@example.com:{IdentityHost.Password}"));
}
