using System.Net;
using System.Text.Json.Nodes;
using Fairground.Identity.CheckRequest;
using Fairground.Identity.KeepMembers;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Identity.Tests;

/// <summary>Organisations, who is in them, invitations, and ownership.</summary>
public sealed class OrganisationTests
{
    private static readonly string Shop = $"organisations/{OneShop.Kettles.ShopId}";
    private static readonly string Operators = $"organisations/{OrganisationInfo.OperatorId}";

    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines)), Requirement("S-39")]
    public async Task An_invitation_is_seen_after_sign_in_and_taken_once(DatabaseKind kind)
    {
        await using var host = await Market(kind);
        var op = await Operator(host);
        var invited = (await host.Post($"{Shop}/invitations", new { contact = "8 777 123 45 67", role = "owner" }, op)).Is(HttpStatusCode.Created);
        Assert.Equal(("+77771234567", "owner", "open", "2026-01-12T09:00:00+00:00"), (invited.Text("contact"), invited.Text("role"), invited.Text("state"), invited.Text("expiresAt")));
        Assert.Equal("You are invited to be an owner of Kettles and Co. Sign in or register with this contact, and answer within seven days at /account/organisations. If you do not know them, do nothing.", host.Messages.LastTo("+77771234567").Text);
        var dana = await host.Registers("+77771234567", "Dana");
        var token = dana.Text("accessToken");
        (await host.Get($"{Shop}/members", token)).IsRefused(403, "access.forbidden");
        var mine = Items(await host.Get("me/invitations", token)).Single();
        Assert.Equal(("shop", "Kettles and Co", "owner", "Operator"), ((string)mine["kind"]!, (string)mine["name"]!, (string)mine["role"]!, (string)mine["invitedBy"]!));

        (await host.Post($"me/invitations/{mine["invitationId"]}/acceptance", new { }, token)).Is(HttpStatusCode.NoContent);

        (await host.Post($"me/invitations/{mine["invitationId"]}/acceptance", new { }, token)).IsRefused(409, "organisation.invitation_over");
        Assert.Empty(Items(await host.Get("me/invitations", token)));
        var member = Items(await host.Get($"{Shop}/members", token)).Single();
        Assert.Equal((dana.Text("userId"), "Dana", "owner"), ((string)member["userId"]!, (string)member["displayName"]!, (string)member["role"]!));
        Assert.Equal("Dana is now an owner of Kettles and Co.", host.Messages.LastTo("op@example.com").Text.Split(" If ")[0]);
        (await host.Get("/a-page", token)).Is(HttpStatusCode.OK);
        Assert.Equal(ShopRole.Owner, Assert.Single(await host.Services.GetRequiredService<IShopAccess>().PeopleOf(OneShop.Kettles.ShopId, CancellationToken.None)).Value);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Of_two_who_take_an_invitation_at_once_one_does(DatabaseKind kind)
    {
        await using var host = await Market(kind);
        var op = await Operator(host);
        var dana = await host.Registers("dana@example.com", "Dana");
        var invitation = (await host.Post($"{Shop}/invitations", new { contact = "dana@example.com", role = "staff" }, op)).Text("invitationId");

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => host.Post($"me/invitations/{invitation}/acceptance", new { }, dana.Text("accessToken"))));

        Assert.Single(answers, a => a.Status == HttpStatusCode.NoContent);
        Assert.Equal(7, answers.Count(a => a.Code == "organisation.invitation_over"));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task An_invitation_is_for_nobody_else_and_for_seven_days(DatabaseKind kind)
    {
        await using var host = await Market(kind);
        var op = await Operator(host);
        var (dana, other) = (await host.Registers("dana@example.com", "Dana"), await host.Registers("other@example.com", "Other"));
        var invitation = (await host.Post($"{Shop}/invitations", new { contact = "dana@example.com", role = "staff" }, op)).Text("invitationId");
        Assert.Empty(Items(await host.Get("me/invitations", other.Text("accessToken"))));
        (await host.Post($"me/invitations/{invitation}/acceptance", new { }, other.Text("accessToken"))).IsRefused(404, "organisation.invitation_not_found");
        (await host.Delete($"me/invitations/{invitation}", other.Text("accessToken"))).IsRefused(404, "organisation.invitation_not_found");
        host.Clock.Pass(TimeSpan.FromDays(7));
        op = await Operator(host);
        var token = (await host.SignsIn("dana@example.com")).Text("accessToken");

        (await host.Post($"me/invitations/{invitation}/acceptance", new { }, token)).IsRefused(409, "organisation.invitation_over");
        Assert.Equal("expired", (string)Items(await host.Get($"{Shop}/invitations", op)).Single()["state"]!);
        Assert.Equal("2026-01-19T09:00:00+00:00", (await host.Post($"{Shop}/invitations/{invitation}/sending", new { }, op)).Is(HttpStatusCode.OK).Text("expiresAt"));
        (await host.Post($"me/invitations/{invitation}/acceptance", new { }, token)).Is(HttpStatusCode.NoContent);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task An_invitation_is_sent_five_times_taken_back_or_declined(DatabaseKind kind)
    {
        await using var host = await Market(kind);
        var op = await Operator(host);
        var invitation = (await host.Post($"{Shop}/invitations", new { contact = "dana@example.com", role = "staff" }, op)).Text("invitationId");
        // The same contact asked again is the same invitation, with the new role.
        Assert.Equal((invitation, "owner"), await Again());
        for (var i = 0; i < 3; i++) (await host.Post($"{Shop}/invitations/{invitation}/sending", new { }, op)).Is(HttpStatusCode.OK);
        (await host.Post($"{Shop}/invitations/{invitation}/sending", new { }, op)).IsRefused(409, "organisation.invitations_capped");
        Assert.Equal(5, host.Messages.All.Count(m => m.To == "dana@example.com"));
        (await host.Delete($"{Shop}/invitations/{invitation}", op)).Is(HttpStatusCode.NoContent);
        (await host.Delete($"{Shop}/invitations/{invitation}", op)).IsRefused(404, "organisation.invitation_not_found");
        host.Clock.Pass(TimeSpan.FromDays(1));
        op = await Operator(host);
        var dana = await host.Registers("dana@example.com", "Dana");
        var second = (await host.Post($"{Shop}/invitations", new { contact = "dana@example.com", role = "staff" }, op)).Is(HttpStatusCode.Created).Text("invitationId");
        Assert.NotEqual(invitation, second);
        (await host.Post($"me/invitations/{invitation}/acceptance", new { }, dana.Text("accessToken"))).IsRefused(409, "organisation.invitation_over");
        (await host.Delete($"me/invitations/{second}", dana.Text("accessToken"))).Is(HttpStatusCode.NoContent);
        (await host.Post($"me/invitations/{second}/acceptance", new { }, dana.Text("accessToken"))).IsRefused(409, "organisation.invitation_over");
        Assert.Empty(Items(await host.Get($"{Shop}/invitations", op)));

        async Task<(string, string)> Again()
        {
            var answer = (await host.Post($"{Shop}/invitations", new { contact = "DANA@example.com", role = "owner" }, op)).Is(HttpStatusCode.Created);
            return (answer.Text("invitationId"), answer.Text("role"));
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task An_inviter_cannot_tell_who_has_an_account(DatabaseKind kind)
    {
        await using var host = await Market(kind);
        var op = await Operator(host);
        await host.Registers("known@example.com");
        var (known, stranger) = (await host.Post($"{Shop}/invitations", new { contact = "known@example.com", role = "staff" }, op), await host.Post($"{Shop}/invitations", new { contact = "nobody@example.com", role = "staff" }, op));

        Assert.Equal(Shape(known), Shape(stranger));
        Assert.Equal(host.Messages.LastTo("known@example.com").Text, host.Messages.LastTo("nobody@example.com").Text);

        static string Shape(Answer answer) => string.Join(' ', answer.Body!.Where(p => p.Key is not ("invitationId" or "contact")).Select(p => $"{p.Key}={p.Value}"));
    }

    [Theory, MemberData(nameof(Engines)), Requirement("S-10")]
    public async Task A_person_holds_roles_in_several_organisations(DatabaseKind kind)
    {
        await using var host = await Market(kind);
        var op = await Operator(host);
        var dana = await host.Registers("dana@example.com", "Dana");
        (await host.Post("organisations", new { kind = "vendor", name = "Cloud of Almaty" }, dana.Text("accessToken"))).IsRefused(403, "access.forbidden");
        var vendor = (await host.Post("organisations", new { kind = "vendor", name = " Cloud of Almaty " }, op)).Is(HttpStatusCode.Created).Text("organisationId");
        await host.Joins(op, OneShop.Kettles.ShopId, "dana@example.com", "staff");
        await host.Joins(op, Guid.Parse(vendor), "dana@example.com", "owner");
        var token = dana.Text("accessToken");

        Assert.Equal(["vendor Cloud of Almaty owner", "shop Kettles and Co staff"], Items(await host.Get("me/organisations", token)).Select(o => $"{o["kind"]} {o["name"]} {o["role"]}"));
        Assert.Equal("owner", (await host.Get($"organisations/{vendor}", token)).Is(HttpStatusCode.OK).Text("role"));
        (await host.Get($"organisations/{vendor}/members", token)).Is(HttpStatusCode.OK);
        (await host.Get($"{Shop}/members", token)).IsRefused(403, "access.forbidden");
        // A vendor is no shop: what a shop's staff may do does not follow from it.
        Assert.Equal(OneShop.Kettles.ShopId, Assert.Single(await host.Services.GetRequiredService<IShopAccess>().ShopsOf(Guid.Parse(dana.Text("userId")), CancellationToken.None)).Key);
        Assert.Equal(["operator Operator", "shop Kettles and Co", "vendor Cloud of Almaty"], Items(await host.Get("organisations", op)).Select(o => $"{o["kind"]} {o["name"]}"));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task The_last_owner_cannot_leave_and_hands_over_instead(DatabaseKind kind)
    {
        await using var host = await Market(kind);
        var op = await Operator(host);
        var (dana, arman) = (await host.Registers("dana@example.com", "Dana"), await host.Registers("arman@example.com", "Arman"));
        await host.Joins(op, OneShop.Kettles.ShopId, "dana@example.com", "owner");
        await host.Joins(op, OneShop.Kettles.ShopId, "arman@example.com", "staff");
        var token = dana.Text("accessToken");
        (await host.Delete($"me/{Shop}", token)).IsRefused(409, "organisation.last_owner");
        (await host.Delete($"{Shop}/members/{dana.Text("userId")}", op)).IsRefused(409, "organisation.last_owner");
        (await host.Send(HttpMethod.Put, $"{Shop}/members/{dana.Text("userId")}/role", new { role = "staff" }, token)).IsRefused(409, "organisation.last_owner");
        (await host.Post($"{Shop}/ownership", new { userId = Guid.CreateVersion7() }, token)).IsRefused(404, "organisation.member_not_found");
        (await host.Post($"{Shop}/ownership", new { userId = arman.Text("userId") }, op)).IsRefused(409, "organisation.not_owner");

        (await host.Post($"{Shop}/ownership", new { userId = arman.Text("userId") }, token)).Is(HttpStatusCode.NoContent);

        Assert.Equal(["Arman owner", "Dana staff"], Items(await host.Get($"{Shop}/members", arman.Text("accessToken"))).Select(m => $"{m["displayName"]} {m["role"]}"));
        (await host.Get($"{Shop}/members", token)).IsRefused(403, "access.forbidden");
        (await host.Delete($"me/{Shop}", token)).Is(HttpStatusCode.NoContent);
        (await host.Delete($"me/{Shop}", token)).IsRefused(403, "access.forbidden");
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_gives_ownership_away_needs_a_recent_sign_in(DatabaseKind kind)
    {
        await using var host = await Market(kind);
        var op = await Operator(host);
        var (dana, arman) = (await host.Registers("dana@example.com", "Dana"), await host.Registers("arman@example.com", "Arman"));
        await host.Joins(op, OneShop.Kettles.ShopId, "dana@example.com", "owner");
        await host.Joins(op, OneShop.Kettles.ShopId, "arman@example.com", "staff");
        var token = dana.Text("accessToken");
        host.Clock.Pass(TimeSpan.FromMinutes(11));

        (await host.Post($"{Shop}/ownership", new { userId = arman.Text("userId") }, token)).IsRefused(403, "access.confirm_identity");
        (await host.Send(HttpMethod.Put, $"{Shop}/members/{arman.Text("userId")}/role", new { role = "owner" }, token)).IsRefused(403, "access.confirm_identity");
        (await host.Post($"{Shop}/invitations", new { contact = "c@example.com", role = "owner" }, token)).IsRefused(403, "access.confirm_identity");
        (await host.Post($"{Operators}/invitations", new { contact = "c@example.com", role = "staff" }, op)).IsRefused(403, "access.confirm_identity");
        (await host.Post($"{Shop}/invitations", new { contact = "c@example.com", role = "staff" }, token)).Is(HttpStatusCode.Created);
        (await host.Post("me/confirmations", new { password = IdentityHost.Password }, token)).Is(HttpStatusCode.NoContent);
        (await host.Send(HttpMethod.Put, $"{Shop}/members/{arman.Text("userId")}/role", new { role = "owner" }, token)).Is(HttpStatusCode.NoContent);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Two_owners_who_take_each_other_out_at_once_leave_one(DatabaseKind kind)
    {
        await using var host = await Market(kind);
        var op = await Operator(host);
        var (a, b) = (await host.Registers("a@example.com"), await host.Registers("b@example.com"));
        foreach (var contact in new[] { "a@example.com", "b@example.com" }) await host.Joins(op, OneShop.Kettles.ShopId, contact, "owner");

        var answers = await Task.WhenAll(host.Delete($"{Shop}/members/{a.Text("userId")}", op), host.Delete($"{Shop}/members/{b.Text("userId")}", op));

        Assert.Single(answers, x => x.Status == HttpStatusCode.NoContent);
        Assert.Single(answers, x => x.Code == "organisation.last_owner");
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Whoever_is_in_the_operators_organisation_is_an_operator_and_only_its_owners_choose_them(DatabaseKind kind)
    {
        await using var host = await Market(kind);
        var op = await Operator(host);
        var (dana, arman) = (await host.Registers("dana@example.com", "Dana"), await host.Registers("arman@example.com", "Arman"));
        var token = dana.Text("accessToken");
        (await host.Get("office", token)).IsRefused(403, "access.forbidden");

        await host.Joins(op, OrganisationInfo.OperatorId, "dana@example.com", "staff");

        (await host.Get("office", token)).Is(HttpStatusCode.OK);
        Assert.Equal(["buyer", "operator"], (await host.Get("me", token)).Body!["roles"]!.AsArray().Select(r => (string)r!));
        (await host.Get($"{Shop}/members", token)).Is(HttpStatusCode.OK);
        (await host.Get(Operators, token)).Is(HttpStatusCode.OK);
        (await host.Get($"{Operators}/members", token)).IsRefused(403, "access.forbidden");
        (await host.Post($"{Operators}/invitations", new { contact = "arman@example.com", role = "owner" }, token)).IsRefused(403, "access.forbidden");
        (await host.Delete($"{Operators}/members/{dana.Text("userId")}", op)).Is(HttpStatusCode.NoContent);
        (await host.Get("office", token)).IsRefused(403, "access.forbidden");
        await using var scope = host.Services.CreateAsyncScope();
        Assert.Equal("op@example.com", Assert.Single(await scope.ServiceProvider.GetRequiredService<IdentityContext>().Users.Where(u => u.IsOperator).ToListAsync(TestContext.Current.CancellationToken)).Contact);
        Assert.Equal("Arman", (await host.Get("me", arman.Text("accessToken"))).Text("displayName"));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Staff_may_not_ask_anybody_in(DatabaseKind kind)
    {
        await using var host = await Market(kind);
        var op = await Operator(host);
        var dana = await host.Registers("dana@example.com");
        await host.Joins(op, OneShop.Kettles.ShopId, "dana@example.com", "staff");
        (await host.Post($"{Shop}/invitations", new { contact = "b@example.com", role = "staff" }, dana.Text("accessToken"))).IsRefused(403, "access.forbidden");
        (await host.Get($"{Shop}/members")).IsRefused(401, "access.not_signed_in");
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_number_that_was_not_proved_for_long_takes_no_role(DatabaseKind kind)
    {
        await using var host = await Market(kind);
        await host.Registers("+77771234567", "Dana");
        host.Clock.Pass(TimeSpan.FromDays(90));
        var op = await Operator(host);
        var token = (await host.SignsIn("+77771234567")).Text("accessToken");
        var invitation = (await host.Post($"{Shop}/invitations", new { contact = "+77771234567", role = "staff" }, op)).Text("invitationId");
        (await host.Post($"me/invitations/{invitation}/acceptance", new { }, token)).IsRefused(403, "organisation.prove_number");
        Assert.Empty(Items(await host.Get($"{Shop}/members", op)));
    }

    [Fact]
    public async Task What_cannot_be_used_is_refused_by_name()
    {
        await using var host = await Market(DatabaseKind.Sqlite);
        var op = await Operator(host);
        await host.Registers("dana@example.com");
        await host.Joins(op, OneShop.Kettles.ShopId, "dana@example.com", "owner");
        (await host.Post($"{Shop}/invitations", new { contact = "a@example.com", role = "king" }, op)).IsRefused(422, "people.role_invalid");
        (await host.Post($"{Shop}/invitations", new { contact = "nobody", role = "staff" }, op)).IsRefused(422, "people.contact_invalid");
        (await host.Post($"{Shop}/invitations", new { contact = "dana@example.com", role = "staff" }, op)).IsRefused(409, "organisation.member_already");
        (await host.Post($"organisations/{Guid.CreateVersion7()}/invitations", new { contact = "a@example.com", role = "staff" }, op)).IsRefused(404, "organisation.not_found");
        (await host.Get($"organisations/{Guid.CreateVersion7()}/members", op)).IsRefused(404, "organisation.not_found");
        (await host.Post("organisations", new { kind = "shop", name = "A" }, op)).IsRefused(422, "organisation.kind_invalid");
        (await host.Post("organisations", new { kind = "vendor", name = " " }, op)).IsRefused(422, "organisation.name_invalid");
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Another_node_learns_of_roles_at_its_next_look(DatabaseKind kind)
    {
        await using var host = await Market(kind);
        await using var other = await host.StartNode();
        var op = await Operator(host);
        var dana = await host.Registers("dana@example.com");
        await host.Joins(op, OneShop.Kettles.ShopId, "dana@example.com", "owner");
        await other.Services.GetRequiredService<RoleBook>().Refresh(CancellationToken.None);
        (await other.Get($"{Shop}/members", dana.Text("accessToken"))).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Roles_say_in_words_what_the_modules_declare()
    {
        await using var host = await Market(DatabaseKind.Sqlite);
        var roles = Items(await host.Get("roles")).ToDictionary(r => $"{r["of"]} {r["role"]}", r => r["may"]!.AsArray().Select(p => (string)p!["code"]!).ToList());
        Assert.Equal(["goods.write", "lots.write", "organisation.see"], roles["shop staff"]);
        Assert.Equal(["applications.manage", "goods.write", "keys.manage", "lots.write", "members.manage", "organisation.see", "staff.appoint"], roles["shop owner"]);
        Assert.Equal(["organisation.see"], roles["other staff"]);
        Assert.Equal(["operator", "applications.manage", "members.manage", "organisation.see"], roles["operator owner"]);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Roles_of_before_stay_and_invitations_of_before_wait(DatabaseKind kind)
    {
        await using var test = await TestDatabase.Create(kind);
        var migrations = Migrator.Read(new MigrationSource("identity", typeof(IdentityModule).Assembly), kind);
        var (shop, owner, op) = (kind == DatabaseKind.Sqlite ? "x'000000000000000000000000000000a1'" : "'00000000-0000-0000-0000-0000000000a1'", kind == DatabaseKind.Sqlite ? "x'000000000000000000000000000000b1'" : "'00000000-0000-0000-0000-0000000000b1'", kind == DatabaseKind.Sqlite ? "x'000000000000000000000000000000b2'" : "'00000000-0000-0000-0000-0000000000b2'");
        var (no, yes) = kind == DatabaseKind.Sqlite ? ("0", "1") : ("false", "true");
        foreach (var migration in migrations.Where(m => m.Version <= 3)) await Run(migration.Statements);
        foreach (var (id, contact, isOperator) in new[] { (owner, "owner@example.com", no), (op, "op@example.com", yes) })
            await Run([$"insert into identity_user (id, contact, contact_key, channel, display_name, holder_salt, is_operator, security_stamp, concurrency_stamp, access_failed_count, created_at, contact_proved_at) values ({id}, '{contact}', '{contact}', 0, 'N', 's', {isOperator}, 's', 's', 0, 5, 5)"]);
        await Run([$"insert into identity_staff (shop_id, user_id, role, since) values ({shop}, {owner}, 2, 7)", $"insert into identity_invitation (shop_id, contact, role, invited_by, at) values ({shop}, '+77771234567', 1, {op}, 9)"]);

        await Run(migrations.First(m => m.Version == 4).Statements);

        Assert.Equal("1/7", await Read("select kind || '/' || created_at from identity_organisation where name is null"));
        Assert.Equal("2/7", await Read($"select role || '/' || since from identity_member where organisation_id = {shop} and user_id = {owner}"));
        Assert.Equal("2/5", await Read($"select role || '/' || since from identity_member where user_id = {op}"));
        Assert.Equal("+77771234567/1/1/9/604800009/0", await Read("select contact || '/' || channel || '/' || role || '/' || sent_at || '/' || expires_at || '/' || outcome from identity_invite"));

        async Task Run(IEnumerable<string> statements)
        {
            await using var connection = await test.Database.OpenAsync(CancellationToken.None);
            foreach (var statement in statements)
            {
                await using var command = connection.CreateCommand();
                command.CommandText = statement;
                await command.ExecuteNonQueryAsync();
            }
        }

        async Task<string?> Read(string query)
        {
            await using var connection = await test.Database.OpenAsync(CancellationToken.None);
            await using var command = connection.CreateCommand();
            command.CommandText = query;
            return (string?)await command.ExecuteScalarAsync();
        }
    }

    [Theory]
    [InlineData(ShopRole.Owner, null, 1, "organisation.last_owner")]
    [InlineData(ShopRole.Owner, ShopRole.Staff, 1, "organisation.last_owner")]
    [InlineData(ShopRole.Owner, ShopRole.Owner, 1, null)]
    [InlineData(ShopRole.Owner, null, 2, null)]
    [InlineData(ShopRole.Staff, null, 1, null)]
    [InlineData(ShopRole.Staff, ShopRole.Owner, 1, null)]
    public void An_organisation_keeps_an_owner(ShopRole present, ShopRole? next, int owners, string? refusal)
    {
        var (me, members) = (Guid.CreateVersion7(), new List<Member>());
        members.Add(new Member { UserId = me, Role = present });
        while (members.Count(m => m.Role == ShopRole.Owner) < owners) members.Add(new Member { UserId = Guid.CreateVersion7(), Role = ShopRole.Owner });

        Assert.Equal(refusal, Members.Decide(members, me, next)?.Code);
    }

    private static async Task<string> Operator(IdentityHost host) => (await host.SignsIn("op@example.com")).Text("accessToken");

    private static IEnumerable<JsonObject> Items(Answer answer) => answer.Is(HttpStatusCode.OK).Body!["items"]!.AsArray().Select(i => i!.AsObject());

    private static Task<IdentityHost> Market(DatabaseKind kind) => IdentityHost.Start(kind, ("FAIRGROUND_OPERATOR", $"op@example.com:{IdentityHost.Password}"));
}
