using System.Net;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Xunit;

namespace Fairground.Identity.Tests;

/// <summary>Roles at a shop that are given and not offered.</summary>
public sealed class AppointStaffTests
{
    private static readonly string Staff = $"shops/{OneShop.Kettles.ShopId}/staff";
    private static readonly string Members = $"organisations/{OneShop.Kettles.ShopId}/members";

    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task Whoever_has_an_account_works_for_the_shop_at_once(DatabaseKind kind)
    {
        await using var host = await Market(kind);
        var op = (await host.SignsIn("op@example.com")).Text("accessToken");
        var dana = (await host.Registers("dana@example.com", "Dana")).Text("accessToken");

        var appointed = (await host.Post(Staff, new { contact = "Dana@example.com", role = "staff" }, op)).Is(HttpStatusCode.Created);

        Assert.Equal(("dana@example.com", "staff", "member"), (appointed.Text("contact"), appointed.Text("role"), appointed.Text("state")));
        Assert.Equal("Your role at Kettles and Co", host.Messages.LastTo("dana@example.com").Subject);
        (await host.Post(Staff, new { contact = "dana@example.com", role = "owner" }, op)).Is(HttpStatusCode.Created);
        // Again is the same, and takes nothing away.
        (await host.Post(Staff, new { contact = "dana@example.com", role = "staff" }, op)).Is(HttpStatusCode.Created);
        Assert.Equal(2, host.Messages.All.Count(m => m.To == "dana@example.com" && m.Subject == "Your role at Kettles and Co"));
        Assert.Equal(["Dana owner"], await PeopleOf(host, dana));
        // An owner appoints too.
        (await host.Registers("erlan@example.com", "Erlan")).Is(HttpStatusCode.Created);
        (await host.Post(Staff, new { contact = "erlan@example.com", role = "staff" }, dana)).Is(HttpStatusCode.Created);
        Assert.Equal(["Dana owner", "Erlan staff"], await PeopleOf(host, dana));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Whoever_has_none_yet_gets_the_role_by_registering(DatabaseKind kind)
    {
        await using var host = await Market(kind);
        var op = (await host.SignsIn("op@example.com")).Text("accessToken");

        var appointed = (await host.Post(Staff, new { contact = "8 777 123 45 67", role = "owner" }, op)).Is(HttpStatusCode.Created);

        Assert.Equal(("+77771234567", "owner", "invited"), (appointed.Text("contact"), appointed.Text("role"), appointed.Text("state")));
        // Who is only asked stays asked.
        (await host.Post($"organisations/{OneShop.Kettles.ShopId}/invitations", new { contact = "asked@example.com", role = "staff" }, op)).Is(HttpStatusCode.Created);
        (await host.Registers("asked@example.com", "Asked")).Is(HttpStatusCode.Created);
        var dana = (await host.Registers("+77771234567", "Dana")).Text("accessToken");
        Assert.Equal(["Dana owner"], await PeopleOf(host, dana));
        Assert.Equal("asked@example.com", (string)(await host.Get($"organisations/{OneShop.Kettles.ShopId}/invitations", dana)).Is(HttpStatusCode.OK).Body!["items"]!.AsArray().Single()!["contact"]!);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Nobody_else_appoints_and_odd_requests_are_refused(DatabaseKind kind)
    {
        await using var host = await Market(kind);
        var op = (await host.SignsIn("op@example.com")).Text("accessToken");
        var dana = (await host.Registers("dana@example.com", "Dana")).Text("accessToken");
        (await host.Post(Staff, new { contact = "dana@example.com", role = "owner" }, dana)).IsRefused(403, "access.forbidden");
        (await host.Post(Staff, new { contact = "dana@example.com", role = "staff" }, op)).Is(HttpStatusCode.Created);
        (await host.Post(Staff, new { contact = "dana@example.com", role = "owner" }, dana)).IsRefused(403, "access.forbidden");
        (await host.Post(Staff, new { contact = "dana@example.com", role = "king" }, op)).IsRefused(422, "people.role_invalid");
        (await host.Post(Staff, new { contact = "nobody", role = "staff" }, op)).IsRefused(422, "people.contact_invalid");
        (await host.Post($"shops/{Guid.CreateVersion7()}/staff", new { contact = "dana@example.com", role = "staff" }, op)).IsRefused(404, "organisation.not_found");
        host.Clock.Pass(TimeSpan.FromMinutes(11));
        (await host.Post(Staff, new { contact = "dana@example.com", role = "owner" }, op)).IsRefused(403, "access.confirm_identity");
    }

    private static Task<IdentityHost> Market(DatabaseKind kind) => IdentityHost.Start(kind, ("FAIRGROUND_OPERATOR", $"op@example.com:{IdentityHost.Password}"));

    private static async Task<string[]> PeopleOf(IdentityHost host, string owner) =>
        [.. (await host.Get(Members, owner)).Is(HttpStatusCode.OK).Body!["items"]!.AsArray().Select(m => $"{m!["displayName"]} {m["role"]}")];
}
