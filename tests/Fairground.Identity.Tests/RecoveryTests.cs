using System.Net;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Xunit;

namespace Fairground.Identity.Tests;

[Requirement("C-04")]
public sealed class RecoveryTests
{
    private const string NewPassword = "another-kettle-boils";

    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_code_gives_a_new_password_and_signs_everybody_else_out(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        var thief = await host.Registers("a@example.com");
        var id = await host.Asks("recoveries", "a@example.com", "recoveryId");
        var code = host.Messages.LastTo("a@example.com").Code;
        (await host.Post($"recoveries/{id}/confirmation", new { code, password = "password1" })).IsRefused(422, "people.password_weak");
        var owner = (await host.Post($"recoveries/{id}/confirmation", new { code, password = NewPassword })).Is(HttpStatusCode.Created);
        (await host.Get("me", owner.Text("accessToken"))).Is(HttpStatusCode.OK);
        (await host.Get("me", thief.Text("accessToken"))).IsRefused(401, "access.not_signed_in");
        (await host.Post("sessions/refresh", new { refreshToken = thief.Text("refreshToken") })).IsRefused(401, "people.refresh_invalid");
        (await host.SignsIn("a@example.com")).IsRefused(401, "people.sign_in_failed");
        (await host.SignsIn("a@example.com", NewPassword)).Is(HttpStatusCode.Created);
        (await host.Post($"recoveries/{id}/confirmation", new { code, password = NewPassword })).IsRefused(422, "people.code_expired");
        Assert.Equal("Your password was changed", host.Messages.LastTo("a@example.com").Subject);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task After_a_recovery_by_code_alone_money_and_ways_in_wait_for_a_day(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        await host.Registers("a@example.com");
        var id = await host.Asks("recoveries", "a@example.com", "recoveryId");
        var session = (await host.Post($"recoveries/{id}/confirmation", new { code = host.Messages.LastTo("a@example.com").Code, password = NewPassword })).Is(HttpStatusCode.Created);
        var token = session.Text("accessToken");
        (await host.Post("me/confirmations", new { password = NewPassword }, token)).Is(HttpStatusCode.NoContent);
        (await host.Post("payout", new { }, token)).IsRefused(403, "access.held");
        (await host.Post("me/contact-changes", new { contact = "thief@example.com" }, token)).IsRefused(403, "access.held");
        (await host.Post("me/authenticator", new { }, token)).IsRefused(403, "access.held");
        host.Clock.Pass(TimeSpan.FromHours(24));
        token = (await host.SignsIn("a@example.com", NewPassword)).Text("accessToken");
        (await host.Post("payout", new { }, token)).Is(HttpStatusCode.OK);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_recovery_stops_a_change_of_contact_that_is_under_way(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        var thief = (await host.Registers("a@example.com")).Text("accessToken");
        var change = (await host.Post("me/contact-changes", new { contact = "thief@example.com" }, thief)).Is(HttpStatusCode.Accepted).Text("changeId");
        (await host.Post($"me/contact-changes/{change}/confirmation", new { code = host.Messages.LastTo("thief@example.com").Code }, thief)).Is(HttpStatusCode.OK);
        // The new contact opens nothing while the change waits.
        var asked = await host.Asks("recoveries", "thief@example.com", "recoveryId");
        Assert.Null(host.Messages.LastTo("thief@example.com").Code);
        (await host.Post($"recoveries/{asked}/confirmation", new { code = "123456", password = NewPassword })).IsRefused(422, "people.code_wrong");
        var id = await host.Asks("recoveries", "a@example.com", "recoveryId");
        var owner = (await host.Post($"recoveries/{id}/confirmation", new { code = host.Messages.LastTo("a@example.com").Code, password = NewPassword })).Is(HttpStatusCode.Created).Text("accessToken");
        (await host.Get("me/contact-changes/current", owner)).IsRefused(404, "people.change_not_found");
        host.Clock.Pass(TimeSpan.FromDays(4));
        await ContactChangeTests.ApplyDue(host);
        (await host.SignsIn("a@example.com", NewPassword)).Is(HttpStatusCode.Created);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Changing_the_password_asks_for_the_present_one_and_ends_other_sessions(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        var other = await host.Registers("a@example.com");
        var mine = await host.SignsIn("a@example.com");
        var token = mine.Text("accessToken");
        (await host.Send(HttpMethod.Put, "me/password", new { currentPassword = "not the password", password = NewPassword }, token)).IsRefused(401, "people.sign_in_failed");
        (await host.Send(HttpMethod.Put, "me/password", new { currentPassword = IdentityHost.Password, password = "12345678" }, token)).IsRefused(422, "people.password_weak");
        (await host.Send(HttpMethod.Put, "me/password", new { currentPassword = IdentityHost.Password, password = NewPassword }, token)).Is(HttpStatusCode.NoContent);
        (await host.Get("me", other.Text("accessToken"))).IsRefused(401, "access.not_signed_in");
        (await host.Get("me", token)).Is(HttpStatusCode.OK);
        (await host.Post("sessions/refresh", new { refreshToken = mine.Text("refreshToken") })).Is(HttpStatusCode.Created);
        (await host.SignsIn("a@example.com", NewPassword)).Is(HttpStatusCode.Created);
        for (var i = 0; i < 5; i++) await host.Send(HttpMethod.Put, "me/password", new { currentPassword = "not the password", password = NewPassword }, token);
        (await host.Send(HttpMethod.Put, "me/password", new { currentPassword = NewPassword, password = NewPassword }, token)).IsRefused(429, "people.locked_out");
    }
}
