using System.Net;
using Fairground.Identity.CheckRequest;
using Fairground.Identity.KeepAudit;
using Fairground.Identity.SetUpServer;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Modules;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Identity.Tests;

/// <summary>The operator looks after accounts, and everything the operator does stands in a chain.</summary>
public sealed class AdministerTests
{
    private const string Boss = "boss@fair.example";

    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-37"), Requirement("S-29")]
    public async Task People_are_found_blocked_corrected_and_the_audit_says_why(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind, (OperatorAtStart.Setting, $"{Boss}:{IdentityHost.Password}"));
        var boss = (await host.SignsIn(Boss)).Is(HttpStatusCode.Created);
        var (token, bossId) = (boss.Text("accessToken"), boss.Text("userId"));
        var aigul = await host.Registers("+7 701 234 56 78", "Айгуль");
        var id = aigul.Text("userId");
        await host.Registers("dana@fair.example", "Dana");

        // By any part of the name, by the whole contact in any spelling, by id; the list shows contacts cut short.
        foreach (var query in new[] { "айгу", "8 (701) 234-56-78", id })
        {
            var found = (await host.Get($"people?query={Uri.EscapeDataString(query)}", token)).Is(HttpStatusCode.OK).Body!["items"]!.AsArray().Single()!;
            Assert.Equal((id, "+77…78"), ((string)found["personId"]!, (string)found["contact"]!));
        }
        Assert.Equal(3, (await host.Get("people", token)).Body!["items"]!.AsArray().Count);
        (await host.Get("people?cursor=!", token)).IsRefused(422, "request.cursor_invalid");
        (await host.Get("people", aigul.Text("accessToken"))).IsRefused(403, "access.forbidden");

        // Looking is noted, once a sitting, and shown to the person.
        Assert.Equal("+77012345678", (await host.Get($"people/{id}", token)).Is(HttpStatusCode.OK).Text("contact"));
        await host.Get($"people/{id}", token);
        (await host.Get($"people/{Guid.NewGuid()}", token)).IsRefused(404, "people.not_found");

        (await host.Post($"people/{id}/block", new { reason = "x" }, token)).IsRefused(422, "people.reason_invalid");
        (await host.Post($"people/{bossId}/block", new { reason = "a test" }, token)).IsRefused(409, "people.own_account");
        (await host.Post($"people/{id}/unblock", new { reason = "a test" }, token)).IsRefused(409, "people.not_blocked");
        (await host.Post($"people/{id}/block", new { reason = "reported for fraud" }, token)).Is(HttpStatusCode.NoContent);
        (await host.Post($"people/{id}/block", new { reason = "reported for fraud" }, token)).IsRefused(409, "people.already_blocked");
        (await host.Get("me", aigul.Text("accessToken"))).IsRefused(401, "access.not_signed_in");
        (await host.SignsIn("+77012345678")).IsRefused(403, "people.blocked");
        (await host.Post($"people/{id}/unblock", new { reason = "it was somebody else" }, token)).Is(HttpStatusCode.NoContent);
        var again = (await host.SignsIn("+77012345678")).Is(HttpStatusCode.Created);
        Assert.Equal("page", (string)Assert.Single((await host.Get("me/looks", again.Text("accessToken"))).Is(HttpStatusCode.OK).Body!["items"]!.AsArray())!["what"]!);

        var path = $"people/{id}";
        (await host.Send(HttpMethod.Patch, path, new { contact = "dana@fair.example", reason = "asked by phone" }, token)).IsRefused(409, "people.already_registered");
        (await host.Send(HttpMethod.Patch, path, new { contact = "nonsense", reason = "asked by phone" }, token)).IsRefused(422, "people.contact_invalid");
        (await host.Send(HttpMethod.Patch, path, new { displayName = new string('x', 81), reason = "asked by phone" }, token)).IsRefused(422, "people.name_invalid");
        (await host.Send(HttpMethod.Patch, path, new { displayName = "Айгуль", reason = "asked by phone" }, token)).IsRefused(422, "people.nothing_to_correct");
        (await host.Send(HttpMethod.Patch, path, new { displayName = "Aigul B.", contact = "aigul@fair.example", reason = "asked by phone" }, token)).Is(HttpStatusCode.NoContent);
        (await host.Get("me", again.Text("accessToken"))).IsRefused(401, "access.not_signed_in");
        Assert.Equal(["Your contact was corrected", "Your contact was corrected"], new[] { host.Messages.LastTo("+77012345678").Subject, host.Messages.LastTo("aigul@fair.example").Subject });
        host.Clock.Pass(TimeSpan.FromMinutes(10));
        (await host.Send(HttpMethod.Patch, path, new { displayName = "B", reason = "asked by phone" }, token)).IsRefused(403, "access.confirm_identity");

        var audit = (await host.Get($"audit?about={id}", token)).Is(HttpStatusCode.OK).Body!["items"]!.AsArray().Where(a => (string)a!["what"]! != "person.look.page").ToList();
        Assert.Equal(
            ["person.contact +77…78 a…@fair.example asked by phone", "person.rename А… A… asked by phone", "person.unblock blocked open it was somebody else", "person.block open blocked reported for fraud"],
            audit.Select(a => $"{a!["what"]} {a["before"]} {a["after"]} {a["why"]}"));
        Assert.All(audit, a => Assert.Equal(bossId, (string)a!["actor"]!));
        Assert.Single((await host.Get("audit?what=person.block", token)).Body!["items"]!.AsArray());
        Assert.Empty((await host.Get("audit?until=2020-01-01T00:00:00Z", token)).Body!["items"]!.AsArray());
        (await host.Get("audit?cursor=!", token)).IsRefused(422, "request.cursor_invalid");
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task The_audit_is_one_chain_that_the_database_lets_nobody_rewrite_and_the_doctor_finds_what_is_wrong(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind, (OperatorAtStart.Setting, $"{Boss}:{IdentityHost.Password}"));
        var trail = host.Services.GetRequiredService<IAuditTrail>();
        var actor = Guid.CreateVersion7();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => trail.Record(new AuditEntry(actor, "test.deed", $"{i}", After: "done"), CancellationToken.None)));
        Assert.Equal((true, "20 records, one chain"), await Verified(host));
        var database = host.Services.GetRequiredService<Database>();
        string[] attempts = ["update identity_audit set why = 'other'", "delete from identity_audit", .. kind == DatabaseKind.Postgres ? (string[])["truncate identity_audit"] : []];
        foreach (var sql in attempts) Assert.NotNull(await Record.ExceptionAsync(() => Sql(database, sql)));

        // Whoever owns the database can take the guard away; the chain then tells.
        await Sql(database, kind == DatabaseKind.Sqlite ? "drop trigger identity_audit_no_update" : "drop trigger identity_audit_append_only on identity_audit");
        await Sql(database, "update identity_audit set after = 'nothing' where seq = 7");
        Assert.Equal((false, "record 7 is not what was written, or not in its place"), await Verified(host));
        await Sql(database, "update identity_audit set after = 'done' where seq = 7");
        Assert.True((await Verified(host)).Holds);
        if (kind == DatabaseKind.Sqlite) await Sql(database, "drop trigger identity_audit_no_delete");
        await Sql(database, "delete from identity_audit where seq = 20");
        Assert.Equal((false, "20 were written, 19 are there"), await Verified(host));
    }

    [Fact]
    public void The_hash_of_a_record_is_the_one_that_is_written_down()
    {
        var record = AuditRecord.Of(
            new AuditEntry(Guid.Parse("01900000-0000-7000-8000-000000000001"), "person.block", "01900000-0000-7000-8000-000000000002", "fraud", "open", "blocked"),
            1, DateTimeOffset.FromUnixTimeMilliseconds(1_767_603_600_000), new byte[32]);
        Assert.Equal("3520e27a14e30305cfd7db7e7ec28ba7a8245e806e908b02f13b5db345a5ed9d", Convert.ToHexStringLower(record.Hash));
        // A missing text and an empty one are two things.
        var (none, empty) = (AuditRecord.Of(new AuditEntry(Guid.Empty, "x"), 1, DateTimeOffset.UnixEpoch, new byte[32]), AuditRecord.Of(new AuditEntry(Guid.Empty, "x", ""), 1, DateTimeOffset.UnixEpoch, new byte[32]));
        Assert.NotEqual(none.Hash, empty.Hash);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Every_change_that_an_operator_makes_is_recorded_and_what_was_refused_is_not(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind, (OperatorAtStart.Setting, $"{Boss}:{IdentityHost.Password}"));
        var token = (await host.SignsIn(Boss)).Text("accessToken");
        var person = (await host.Registers("dana@fair.example", "Dana")).Text("accessToken");
        var goods = $"shops/{OneShop.Kettles.ShopId}/goods";
        await host.Post(goods, new { }, token);
        await host.Post(goods, new { }, person);
        await host.Get("office", token);
        await host.Send(HttpMethod.Patch, "me", new { displayName = "Boss" }, token);
        var line = (await host.Get("audit", token)).Body!["items"]!.AsArray().Single()!;
        Assert.Equal(("post /api/v1/shops/{shopId:guid}/goods", $"{OneShop.Kettles.ShopId}", "answered 200"), ((string)line["what"]!, (string)line["about"]!, (string)line["after"]!));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Acting_as_somebody_shows_what_they_see_for_a_quarter_of_an_hour_and_opens_nothing_that_matters(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind, (OperatorAtStart.Setting, $"{Boss}:{IdentityHost.Password}"));
        var boss = await host.SignsIn(Boss);
        var dana = await host.Registers("dana@fair.example", "Dana");
        var tokens = host.Services.GetRequiredService<SessionTokens>();
        var (bossId, danaId) = (Guid.Parse(boss.Text("userId")), Guid.Parse(dana.Text("userId")));
        var access = tokens.Read(TokenKind.Access, boss.Text("accessToken"))!;
        string Cookie(Guid session, TokenKind acting = TokenKind.Acting) =>
            $"{BrowserCookie.Name}={tokens.Write(TokenKind.Browser, access with { IssuedAt = host.Clock.Now })}; fg_acting={tokens.Write(acting, new AccessToken(danaId, session, host.Clock.Now, "Dana"))}";
        var cookie = Cookie(access.SessionId);

        Assert.Equal("Dana", (await host.Send(HttpMethod.Get, "me", cookie: cookie)).Is(HttpStatusCode.OK).Text("displayName"));
        (await host.Send(HttpMethod.Get, "office", cookie: cookie)).IsRefused(403, "access.forbidden");
        (await host.Send(HttpMethod.Post, "payout", cookie: cookie)).IsRefused(403, "access.acting");
        (await host.Send(HttpMethod.Patch, "me", new { displayName = "Not Dana" }, cookie: cookie)).IsRefused(403, "access.acting");
        (await host.Send(HttpMethod.Get, "/connect/authorize?client_id=other", cookie: cookie)).IsRefused(403, "access.acting");
        (await host.Send(HttpMethod.Post, "/account/organisations", new { }, cookie: cookie)).IsRefused(403, "access.acting");
        Assert.Equal("access.acting", (await host.Services.CreateScope().ServiceProvider.GetRequiredService<IRecentSignIn>().Check(
            new(new System.Security.Claims.ClaimsIdentity([new("fairground:acted-by", $"{bossId}")], "test")), CancellationToken.None))?.Code);
        // Another session's cookie, or one of another kind, makes nobody act.
        foreach (var other in new[] { Cookie(Guid.CreateVersion7()), Cookie(access.SessionId, TokenKind.Browser) })
            Assert.Equal("Operator", (await host.Send(HttpMethod.Get, "me", cookie: other)).Text("displayName"));
        // Nor does it where whoever holds it is no operator.
        var hers = tokens.Read(TokenKind.Access, dana.Text("accessToken"))!;
        var planted = $"{BrowserCookie.Name}={tokens.Write(TokenKind.Browser, hers)}; fg_acting={tokens.Write(TokenKind.Acting, new AccessToken(bossId, hers.SessionId, host.Clock.Now, "Operator"))}";
        Assert.Equal("Dana", (await host.Send(HttpMethod.Get, "me", cookie: planted)).Text("displayName"));
        host.Clock.Pass(TimeSpan.FromMinutes(15));
        Assert.Equal("Operator", (await host.Send(HttpMethod.Get, "me", cookie: cookie)).Text("displayName"));
    }

    private static async Task<(bool Holds, string Text)> Verified(IdentityHost host)
    {
        await using var scope = host.Services.CreateAsyncScope();
        var finding = (await scope.ServiceProvider.GetServices<IAuditCheck>().OfType<AuditChain>().Single().Run(CancellationToken.None)).Single();
        return (finding.Holds, finding.Text);
    }

    private static async Task Sql(Database database, string sql)
    {
        await using var connection = await database.OpenAsync(CancellationToken.None);
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The test's own text.
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }
}
