using System.Net;
using System.Security.Claims;
using Fairground.Identity.LimitTries;
using Fairground.Identity.RememberVisits;
using Fairground.Identity.SetUpServer;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace Fairground.Identity.Tests;

/// <summary>What people agree to, and what is remembered of their visits.</summary>
public sealed class ConsentAndVisitTests
{
    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_program_that_says_nothing_of_the_number_puts_nothing_on_record(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        const string Number = "+77012345678";
        var id = (await host.Post("registrations", new { contact = Number, displayName = "Aigul" })).Is(HttpStatusCode.Accepted).Text("registrationId");
        var token = (await host.Post($"registrations/{id}/confirmation", new { code = host.Messages.LastTo(Number).Code, password = IdentityHost.Password })).Is(HttpStatusCode.Created).Text("accessToken");

        var said = (await host.Get("me/consents", token)).Is(HttpStatusCode.OK).Body!;

        Assert.Empty(said["history"]!.AsArray());
        Assert.All(said["items"]!.AsArray(), item => Assert.False((bool)item!["given"]!));
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-27")]
    public async Task A_mobile_number_is_taken_only_with_a_yes_which_is_kept_with_its_words_for_ever(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        const string Number = "+7 701 234 56 78";
        (await host.Post("registrations", new { contact = Number, displayName = "Aigul", numberConsent = false })).IsRefused(422, "consent.number_needed");
        Assert.Empty(host.Messages.All);
        var token = (await host.Registers(Number)).Text("accessToken");

        var said = (await host.Get("me/consents", token)).Is(HttpStatusCode.OK).Body!;
        var line = Assert.Single(said["history"]!.AsArray())!;
        Assert.Equal(("number", "sms", 1, true, "registration"), ((string)line["purpose"]!, (string)line["channel"]!, (int)line["version"]!, (bool)line["given"]!, (string)line["source"]!));
        Assert.StartsWith("You may use my mobile number", (string)line["wording"]!, StringComparison.Ordinal);
        Assert.Equal([("number:sms", true), ("offers:email", false), ("offers:sms", false), ("offers:push", false)], said["items"]!.AsArray().Select(i => ($"{i!["purpose"]}:{i["channel"]}", (bool)i["given"]!)));

        // While it is the contact the yes cannot be taken back; the way out is said.
        (await host.Send(HttpMethod.Put, "me/consents", new { purpose = "number", channel = "sms", given = false }, token)).IsRefused(409, "consent.number_in_use");
        (await host.Send(HttpMethod.Put, "me/consents", new { purpose = "number", channel = "email", given = true }, token)).IsRefused(422, "consent.unknown");
        (await host.Send(HttpMethod.Put, "me/consents", new { purpose = "offers", channel = "email", given = true }, token)).Is(HttpStatusCode.OK);
        (await host.Send(HttpMethod.Put, "me/consents", new { purpose = "offers", channel = "email", given = true }, token)).Is(HttpStatusCode.OK);
        host.Clock.Pass(TimeSpan.FromMinutes(1));
        var after = (await host.Send(HttpMethod.Put, "me/consents", new { purpose = "offers", channel = "email", given = false }, token)).Is(HttpStatusCode.OK).Body!;
        Assert.Equal([("offers", false), ("offers", true), ("number", true)], after["history"]!.AsArray().Select(h => ((string)h!["purpose"]!, (bool)h["given"]!)));
        // The database lets nobody rewrite what was said.
        var database = host.Services.GetRequiredService<Database>();
        await using var connection = await database.OpenAsync(TestContext.Current.CancellationToken);
        foreach (var sql in new[] { "update identity_consent set given = 1", "delete from identity_consent" })
        {
            await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Two texts of the test.
            command.CommandText = sql;
#pragma warning restore CA2100
            Assert.Contains("append-only", (await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken))).Message, StringComparison.Ordinal);
        }
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-27")]
    public async Task A_change_to_a_number_needs_a_yes_and_a_withdrawn_yes_to_offers_counts_at_once(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        var dana = await host.Registers("dana@fair.example", "Dana");
        var (token, id) = (dana.Text("accessToken"), Guid.Parse(dana.Text("userId")));
        (await host.Post("me/contact-changes", new { contact = "+77012345678" }, token)).IsRefused(422, "consent.number_needed");
        var change = (await host.Post("me/contact-changes", new { contact = "+77012345678", numberConsent = true }, token)).Is(HttpStatusCode.Accepted).Text("changeId");
        (await host.Post($"me/contact-changes/{change}/confirmation", new { code = host.Messages.LastTo("+77012345678").Code }, token)).Is(HttpStatusCode.OK);
        Assert.Equal("contact-change", (string)(await host.Get("me/consents", token)).Body!["history"]![0]!["source"]!);

        var consents = host.Services.GetRequiredService<IConsents>();
        var ct = TestContext.Current.CancellationToken;
        await host.Send(HttpMethod.Put, "me/consents", new { purpose = "offers", channel = "email", given = true }, token);
        Assert.Equal([id], await consents.Agreed([id, Ids.New()], IConsents.Offers, "email", ct));
        Assert.Empty(await consents.Agreed([id], IConsents.Offers, "sms", ct));
        host.Clock.Pass(TimeSpan.FromMinutes(1));
        await consents.Withdraw(id, IConsents.Offers, "email", "unsubscribe", ct);
        await consents.Withdraw(id, IConsents.Offers, "email", "unsubscribe", ct);
        Assert.Empty(await consents.Agreed([id], IConsents.Offers, "email", ct));
        Assert.Equal(["unsubscribe", "api", "contact-change"], (await host.Get("me/consents", token)).Body!["history"]!.AsArray().Select(h => (string)h!["source"]!));
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-32")]
    public async Task Visits_are_the_persons_own_and_go_after_their_time_or_when_they_are_not_wanted(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind, ("FAIRGROUND_VISIT_DAYS", "30"));
        var dana = await host.Registers("dana@fair.example", "Dana");
        var (token, id) = (dana.Text("accessToken"), Guid.Parse(dana.Text("userId")));
        var (lot, goods) = (Ids.New(), Ids.New());
        var book = host.Services.GetRequiredService<VisitBook>();
        book.Saw(Visitor(id), IVisits.Lot, lot);
        book.Saw(Visitor(id), IVisits.Lot, lot);
        book.Saw(Visitor(id), IVisits.Goods, goods);
        // Neither an operator who acts as her, nor somebody who is not signed in, leaves a visit.
        book.Saw(Visitor(id, new Claim(FairgroundClaims.Acting, $"{Ids.New()}")), IVisits.Goods, Ids.New());
        book.Saw(new DefaultHttpContext(), IVisits.Goods, Ids.New());
        await Written(host, 2);

        var mine = (await host.Get("me/visits", token)).Is(HttpStatusCode.OK).Body!;
        Assert.Equal((true, 30), ((bool)mine["on"]!, (int)mine["days"]!));
        var lines = mine["items"]!.AsArray();
        Assert.Equal(["goods", "lot", "sign-in"], lines.Select(v => (string)v!["kind"]!).Order());
        var seen = lines.First(v => (string)v!["kind"]! == "lot")!;
        // The address without its last part, the device in two words.
        Assert.Equal(("203.0.113.*", "Firefox on Linux", $"/lots/{lot}"), ((string)seen["place"]!, (string)seen["device"]!, (string)seen["href"]!));

        host.Clock.Pass(TimeSpan.FromDays(30) + TimeSpan.FromMinutes(1));
        await host.Services.GetServices<IHostedService>().OfType<Forget>().Single().ForgetOld(TestContext.Current.CancellationToken);
        await Written(host, 0);

        token = (await host.SignsIn("dana@fair.example")).Text("accessToken");
        book.Saw(Visitor(id), IVisits.Lot, lot);
        await Written(host, 1);
        (await host.Delete("me/visits", token)).Is(HttpStatusCode.NoContent);
        await Written(host, 0);
        (await host.Send(HttpMethod.Put, "me/visits", new { on = false }, token)).Is(HttpStatusCode.NoContent);
        book.Saw(Visitor(id), IVisits.Goods, Ids.New());
        await book.Write(TestContext.Current.CancellationToken);
        Assert.Equal((false, "sign-in"), ((bool)(await host.Get("me/visits", token)).Body!["on"]!, (string)Assert.Single((await host.Get("me/visits", token)).Body!["items"]!.AsArray())!["kind"]!));
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-37")]
    public async Task Every_look_of_the_staff_is_in_the_chain_and_on_the_persons_page_with_a_name(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind, (OperatorAtStart.Setting, $"boss@fair.example:{IdentityHost.Password}"));
        var boss = await host.SignsIn("boss@fair.example");
        var dana = await host.Registers("dana@fair.example", "Dana");
        var id = dana.Text("userId");
        await host.Get($"people/{id}", boss.Text("accessToken"));
        await host.Get($"people/{id}", boss.Text("accessToken"));
        await using (var scope = host.Services.CreateAsyncScope())
        {
            var looks = scope.ServiceProvider.GetRequiredService<ILooks>();
            await looks.Looked(Guid.Parse(id), Guid.Parse(boss.Text("userId")), "signs", TestContext.Current.CancellationToken);
            await looks.Looked(Guid.Parse(id), Guid.Parse(id), "signs", TestContext.Current.CancellationToken);
        }

        var chained = (await host.Get($"audit?what=person.look&about={id}", boss.Text("accessToken"))).Body!["items"]!.AsArray();
        Assert.Equal(["person.look.signs", "person.look.page"], chained.Select(l => (string)l!["what"]!));
        var shown = (await host.Get("me/looks", dana.Text("accessToken"))).Body!["items"]!.AsArray();
        Assert.Equal([("Operator", "page"), ("Operator", "signs")], shown.Select(l => ((string)l!["by"]!, (string)l["what"]!)).Order());

        // Of a list each is noted once, and whoever looks at themself is left out.
        var erlan = await host.Registers("erlan@fair.example", "Erlan");
        Guid[] listed = [Guid.Parse(id), Guid.Parse(erlan.Text("userId")), Guid.Parse(boss.Text("userId")), Guid.Parse(id)];
        for (var i = 0; i < 2; i++)
        {
            await using var scope = host.Services.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<ILooks>().Looked(listed, Guid.Parse(boss.Text("userId")), "address", TestContext.Current.CancellationToken);
        }
        var together = (await host.Get("audit?what=person.look.address", boss.Text("accessToken"))).Body!["items"]!.AsArray();
        Assert.Equal(new[] { id, erlan.Text("userId") }.Order(), together.Select(l => (string)l!["about"]!).Order());
        Assert.Equal("address", (string)Assert.Single((await host.Get("me/looks", erlan.Text("accessToken"))).Body!["items"]!.AsArray())!["what"]!);
    }

    private static DefaultHttpContext Visitor(Guid id, params Claim[] more)
    {
        var http = new DefaultHttpContext { User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, $"{id}"), .. more], "test")) };
        http.Request.Headers.UserAgent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
        http.Connection.RemoteIpAddress = IPAddress.Parse("203.0.113.77");
        return http;
    }

    private static Task Written(IdentityHost host, int count) => Eventually.Holds(async () =>
    {
        await using var scope = host.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IdentityContext>().Visits.CountAsync(TestContext.Current.CancellationToken) == count;
    }, TimeSpan.FromSeconds(20), $"{count} visits are written");
}
