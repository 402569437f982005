using System.Net;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Identity.Tests;

[Requirement("C-01")]
public sealed class CodeSignInTests
{
    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_code_signs_in_once(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        var registered = await host.Registers("a@example.com");
        var id = await host.Asks("sessions/codes", "A@example.com", "signInId");
        var code = host.Messages.LastTo("a@example.com").Code;
        var session = (await host.Post($"sessions/codes/{id}/confirmation", new { code })).Is(HttpStatusCode.Created);
        Assert.Equal(registered.Text("userId"), session.Text("userId"));
        (await host.Get("me", session.Text("accessToken"))).Is(HttpStatusCode.OK);
        (await host.Post($"sessions/codes/{id}/confirmation", new { code })).IsRefused(422, "people.code_expired");
        (await host.Post($"sessions/codes/{Guid.CreateVersion7()}/confirmation", new { code })).IsRefused(404, "people.code_not_found");
        (await host.Post("sessions/codes", new { contact = "nobody" })).IsRefused(422, "people.contact_invalid");
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Of_one_code_sent_many_times_at_once_one_signs_in(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        await host.Registers("a@example.com");
        var id = await host.Asks("sessions/codes", "a@example.com", "signInId");
        var code = host.Messages.LastTo("a@example.com").Code;
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => host.Post($"sessions/codes/{id}/confirmation", new { code })));
        Assert.Single(answers, a => a.Status == HttpStatusCode.Created);
        Assert.Equal(7, answers.Count(a => a.Code == "people.code_expired"));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_code_answers_the_request_it_was_sent_for_and_no_other(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        await host.Registers("+77771234567");
        await host.Registers("+77771234568");
        var mine = await host.Asks("sessions/codes", "+77771234567", "signInId");
        var code = host.Messages.LastTo("+77771234567").Code;
        var theirs = await host.Asks("sessions/codes", "+77771234568", "signInId");
        Assert.NotEqual(code, host.Messages.LastTo("+77771234568").Code);
        (await host.Post($"sessions/codes/{theirs}/confirmation", new { code })).IsRefused(422, "people.code_wrong");
        // Nor is a code for signing in one for a new password, or the other way round.
        (await host.Post($"recoveries/{mine}/confirmation", new { code, password = "another-kettle" })).IsRefused(404, "people.code_not_found");
        (await host.Post($"registrations/{mine}/confirmation", new { code, password = "another-kettle" })).IsRefused(404, "people.registration_not_found");
        (await host.Post($"sessions/codes/{mine}/confirmation", new { code })).Is(HttpStatusCode.Created);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Who_asks_cannot_tell_whether_a_contact_is_known(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        await host.Registers("known@example.com");
        await host.Registers("+77771234567");
        foreach (var (path, known, unknown) in new[] { ("sessions/codes", "known@example.com", "b@example.com"), ("recoveries", "known@example.com", "b@example.com"), ("sessions/codes", "+77771234567", "+77771234569") })
        {
            host.Work.Take();
            var sent = host.Messages.All.Count;
            var toKnown = (await host.Post(path, new { contact = known })).Is(HttpStatusCode.Accepted);
            var workForKnown = host.Work.Take();
            var toUnknown = (await host.Post(path, new { contact = unknown })).Is(HttpStatusCode.Accepted);
            // The same statements in the same order, and one message each: what takes the same time is not measured but shown.
            Assert.NotEmpty(workForKnown);
            Assert.Equal(workForKnown, host.Work.Take());
            Assert.Equal(sent + 2, host.Messages.All.Count);
            Assert.Equal(toKnown.Body!.Select(p => p.Key), toUnknown.Body!.Select(p => p.Key));
            Assert.Null(host.Messages.LastTo(unknown).Code);
            Assert.DoesNotMatch("[0-9]{6}", host.Messages.LastTo(unknown).Text);
            var (idName, body) = path == "recoveries" ? ("recoveryId", (object)new { code = "000000", password = "another-kettle" }) : ("signInId", new { code = "000000" });
            var guessKnown = await host.Post($"{path}/{toKnown.Text(idName)}/confirmation", body);
            var guessUnknown = await host.Post($"{path}/{toUnknown.Text(idName)}/confirmation", body);
            Assert.Equal(("people.code_wrong", guessKnown.Body!.ToJsonString()), (guessUnknown.Code, guessUnknown.Body!.ToJsonString()));
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_wrong_password_costs_the_same_work_whether_the_contact_is_known(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        await host.Registers("known@example.com");
        await host.SignsIn("warm@example.com", "not the password");
        host.Work.Take();
        await host.SignsIn("known@example.com", "not the password");
        var known = host.Work.Take();
        await host.SignsIn("unknown@example.com", "not the password");
        Assert.Contains("verify a password", known);
        Assert.Equal(known, host.Work.Take());
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Fifteen_wrong_codes_a_day_are_looked_at_for_an_account(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind, ("FAIRGROUND_DEV_INBOX", "1"));
        await host.Registers("a@example.com");
        for (var i = 0; i < 5; i++)
        {
            var id = await host.Asks("sessions/codes", "a@example.com", "signInId");
            var wrong = IdentityHost.Wrong(host.Messages.LastTo("a@example.com").Code);
            for (var guess = 0; guess < 3; guess++) (await host.Post($"sessions/codes/{id}/confirmation", new { code = wrong })).IsRefused(422, "people.code_wrong");
        }
        var last = await host.Asks("sessions/codes", "a@example.com", "signInId");
        var right = host.Messages.LastTo("a@example.com").Code;
        var refused = (await host.Post($"sessions/codes/{last}/confirmation", new { code = right })).IsRefused(429, "people.guesses_capped");
        Assert.Equal(86_400, refused.Body!["retryAfterSeconds"]!.GetValue<int>());
        // The password still opens, and so does a code tomorrow.
        (await host.SignsIn("a@example.com")).Is(HttpStatusCode.Created);
        host.Clock.Pass(TimeSpan.FromDays(1));
        var next = await host.Asks("sessions/codes", "a@example.com", "signInId");
        (await host.Post($"sessions/codes/{next}/confirmation", new { code = host.Messages.LastTo("a@example.com").Code })).Is(HttpStatusCode.Created);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task One_code_tried_on_many_accounts_shuts_codes_for_a_while_on_every_node(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind, ("FAIRGROUND_DEV_INBOX", "1"));
        await using var other = await host.StartNode();
        await host.Registers("a@example.com");
        for (var account = 0; account < 67; account++)
        {
            var id = await host.Asks("sessions/codes", $"victim{account}@example.com", "signInId");
            for (var guess = 0; guess < 3; guess++) await host.Post($"sessions/codes/{id}/confirmation", new { code = "123456" });
        }
        var mine = await host.Asks("sessions/codes", "a@example.com", "signInId");
        var code = host.Messages.LastTo("a@example.com").Code;
        foreach (var node in new[] { host, other }) (await node.Post($"sessions/codes/{mine}/confirmation", new { code })).IsRefused(503, "people.codes_paused");
        (await host.SignsIn("a@example.com")).Is(HttpStatusCode.Created);
        // Registering opens no account that exists, so newcomers do not notice.
        await host.Registers("b@example.com");
        host.Clock.Pass(TimeSpan.FromMinutes(15));
        mine = await host.Asks("sessions/codes", "a@example.com", "signInId");
        (await host.Post($"sessions/codes/{mine}/confirmation", new { code = host.Messages.LastTo("a@example.com").Code })).Is(HttpStatusCode.Created);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_blocked_account_is_told_so_only_to_who_can_read_its_messages(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        await host.Registers("a@example.com");
        await using (var scope = host.Services.CreateAsyncScope())
        {
            var context = scope.ServiceProvider.GetRequiredService<IdentityContext>();
            (await context.Users.SingleAsync(TestContext.Current.CancellationToken)).BlockedAt = host.Clock.Now;
            await context.SaveChangesAsync(TestContext.Current.CancellationToken);
        }
        var id = await host.Asks("sessions/codes", "a@example.com", "signInId");
        (await host.Post($"sessions/codes/{id}/confirmation", new { code = host.Messages.LastTo("a@example.com").Code })).IsRefused(403, "people.blocked");
    }
}
