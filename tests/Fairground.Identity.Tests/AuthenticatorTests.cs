using System.Net;
using System.Text;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Identity.Tests;

[Requirement("C-01")]
public sealed class AuthenticatorTests
{
    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task An_authenticator_is_asked_for_at_the_door_and_its_codes_work_once(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        var (secret, _, used) = await With(host);
        var ticket = (await host.SignsIn("a@example.com")).IsRefused(401, "people.second_factor_needed").Text("ticket");
        // What was typed when it was set up has been used.
        (await host.Post("sessions/second-step", new { ticket, code = used })).IsRefused(401, "people.second_factor_wrong");
        var code = Totp.Shows(secret);
        (await host.Post("sessions/second-step", new { ticket, code = $" {code[..3]} {code[3..]} " })).Is(HttpStatusCode.Created);
        (await host.Post("sessions/second-step", new { ticket, code = Totp.Shows(secret, 1) })).IsRefused(422, "people.code_expired");
        var again = (await host.SignsIn("a@example.com")).Text("ticket");
        foreach (var spelling in new[] { code, $"0{code}", $"+{code}" }) (await host.Post("sessions/second-step", new { ticket = again, code = spelling })).IsRefused(401, "people.second_factor_wrong");
        // Three guesses a ticket, whatever the fourth is.
        (await host.Post("sessions/second-step", new { ticket = again, code = Totp.Shows(secret, 1) })).IsRefused(422, "people.code_expired");
        (await host.Post("sessions/second-step", new { ticket = Guid.CreateVersion7(), code })).IsRefused(404, "people.code_not_found");
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task One_code_of_an_authenticator_sent_many_times_at_once_opens_once(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        var (secret, _, _) = await With(host);
        var tickets = await Task.WhenAll(Enumerable.Range(0, 6).Select(async _ => (await host.SignsIn("a@example.com")).Text("ticket")));
        var code = Totp.Shows(secret);
        var answers = await Task.WhenAll(tickets.Select(ticket => host.Post("sessions/second-step", new { ticket, code })));
        Assert.Single(answers, a => a.Status == HttpStatusCode.Created);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_code_by_message_and_a_recovery_ask_for_the_second_step_too(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        var (secret, _, _) = await With(host);
        var id = await host.Asks("sessions/codes", "a@example.com", "signInId");
        (await host.Post($"sessions/codes/{id}/confirmation", new { code = host.Messages.LastTo("a@example.com").Code })).IsRefused(401, "people.second_factor_needed");
        var recovery = await host.Asks("recoveries", "a@example.com", "recoveryId");
        var code = host.Messages.LastTo("a@example.com").Code;
        const string Password = "another-kettle-boils";
        (await host.Post($"recoveries/{recovery}/confirmation", new { code, password = Password })).IsRefused(401, "people.second_factor_needed");
        (await host.Post($"recoveries/{recovery}/confirmation", new { code, password = Password, secondFactor = "000000" })).IsRefused(401, "people.second_factor_wrong");
        var session = (await host.Post($"recoveries/{recovery}/confirmation", new { code, password = Password, secondFactor = Totp.Shows(secret) })).Is(HttpStatusCode.Created);
        // Two factors were shown, so nothing waits.
        (await host.Post("payout", new { }, session.Text("accessToken"))).Is(HttpStatusCode.OK);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_recovery_code_stands_in_once_and_new_ones_end_the_old(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        var (_, codes, _) = await With(host);
        Assert.Equal(10, codes.Distinct().Count());
        var ticket = (await host.SignsIn("a@example.com")).Text("ticket");
        var session = (await host.Post("sessions/second-step", new { ticket, code = codes[0].ToLowerInvariant() })).Is(HttpStatusCode.Created);
        Assert.Equal(9, (await host.Get("me/security", session.Text("accessToken"))).Body!["recoveryCodesLeft"]!.GetValue<int>());
        ticket = (await host.SignsIn("a@example.com")).Text("ticket");
        (await host.Post("sessions/second-step", new { ticket, code = codes[0] })).IsRefused(401, "people.second_factor_wrong");
        var renewed = (await host.Post("me/recovery-codes", new { }, session.Text("accessToken"))).Is(HttpStatusCode.OK).Body!["recoveryCodes"]!.AsArray().Select(c => c!.GetValue<string>()).ToList();
        Assert.Empty(renewed.Intersect(codes));
        (await host.Post("sessions/second-step", new { ticket, code = codes[1] })).IsRefused(401, "people.second_factor_wrong");
        (await host.Post("sessions/second-step", new { ticket, code = renewed[0] })).Is(HttpStatusCode.Created);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_remembered_device_is_spared_the_second_step_at_the_door_but_not_where_it_matters(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        var (secret, codes, _) = await With(host);
        var ticket = (await host.SignsIn("a@example.com")).Text("ticket");
        var first = (await host.Post("sessions/second-step", new { ticket, code = codes[0], rememberDevice = true })).Is(HttpStatusCode.Created);
        var deviceToken = first.Text("deviceToken");
        var second = (await host.Post("sessions", new { contact = "a@example.com", password = IdentityHost.Password, deviceToken })).Is(HttpStatusCode.Created).Text("accessToken");
        (await host.Post("payout", new { }, second)).IsRefused(403, "access.confirm_identity");
        (await host.Post("me/confirmations", new { password = IdentityHost.Password }, second)).IsRefused(401, "people.second_factor_needed");
        (await host.Post("me/confirmations", new { password = IdentityHost.Password, secondFactor = Totp.Shows(secret) }, second)).Is(HttpStatusCode.NoContent);
        (await host.Post("payout", new { }, second)).Is(HttpStatusCode.OK);
        // Another person's device is none of this account's.
        (await host.Registers("b@example.com")).Is(HttpStatusCode.Created);
        var device = Assert.Single((await host.Get("me/devices", second)).Body!["items"]!.AsArray())!["deviceId"]!.GetValue<string>();
        (await host.Delete($"me/devices/{device}", (await host.SignsIn("b@example.com")).Text("accessToken"))).IsRefused(404, "people.device_not_found");
        (await host.Delete($"me/devices/{device}", second)).Is(HttpStatusCode.NoContent);
        (await host.Post("sessions", new { contact = "a@example.com", password = IdentityHost.Password, deviceToken })).IsRefused(401, "people.second_factor_needed");
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Signing_out_everywhere_forgets_devices_too(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        var (_, codes, _) = await With(host);
        var ticket = (await host.SignsIn("a@example.com")).Text("ticket");
        var first = (await host.Post("sessions/second-step", new { ticket, code = codes[0], rememberDevice = true })).Is(HttpStatusCode.Created);
        (await host.Delete("me/sessions", first.Text("accessToken"))).Is(HttpStatusCode.NoContent);
        (await host.Post("sessions", new { contact = "a@example.com", password = IdentityHost.Password, deviceToken = first.Text("deviceToken") })).IsRefused(401, "people.second_factor_needed");
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task It_counts_from_its_first_code_and_is_taken_off_with_a_recent_sign_in(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        var token = (await host.Registers("a@example.com")).Text("accessToken");
        (await host.Delete("me/authenticator", token)).IsRefused(409, "people.authenticator_off");
        (await host.Post("me/recovery-codes", new { }, token)).IsRefused(409, "people.authenticator_off");
        var setup = (await host.Post("me/authenticator", new { }, token)).Is(HttpStatusCode.Created);
        Assert.StartsWith($"otpauth://totp/Fairground:a%40example.com?secret={setup.Text("secret")}", setup.Text("uri"), StringComparison.Ordinal);
        (await host.SignsIn("a@example.com")).Is(HttpStatusCode.Created);
        (await host.Post("me/authenticator/confirmation", new { setupId = setup.Text("setupId"), code = "000000" }, token)).IsRefused(401, "people.second_factor_wrong");
        (await host.Post("me/authenticator/confirmation", new { setupId = setup.Text("setupId"), code = Totp.Shows(setup.Text("secret")) }, token)).Is(HttpStatusCode.OK);
        (await host.Post("me/authenticator", new { }, token)).IsRefused(409, "people.authenticator_on");
        await using (var scope = host.Services.CreateAsyncScope())
        {
            var user = await scope.ServiceProvider.GetRequiredService<IdentityContext>().Users.SingleAsync(TestContext.Current.CancellationToken);
            Assert.DoesNotContain(setup.Text("secret"), Encoding.UTF8.GetString(user.TotpSecret!), StringComparison.Ordinal);
        }
        host.Clock.Pass(TimeSpan.FromMinutes(10));
        (await host.Delete("me/authenticator", token)).IsRefused(403, "access.confirm_identity");
        (await host.Post("me/confirmations", new { password = IdentityHost.Password, secondFactor = Totp.Shows(setup.Text("secret"), 1) }, token)).Is(HttpStatusCode.NoContent);
        (await host.Delete("me/authenticator", token)).Is(HttpStatusCode.NoContent);
        (await host.SignsIn("a@example.com")).Is(HttpStatusCode.Created);
        Assert.Equal("Your authenticator was taken off", host.Messages.LastTo("a@example.com").Subject);
    }

    // An account with an authenticator; the code of the step before now is used up by setting it up.
    private static async Task<(string Secret, IReadOnlyList<string> RecoveryCodes, string Used)> With(IdentityHost host)
    {
        var token = (await host.Registers("a@example.com")).Text("accessToken");
        var setup = (await host.Post("me/authenticator", new { }, token)).Is(HttpStatusCode.Created);
        var code = Totp.Shows(setup.Text("secret"), -1);
        var confirmed = (await host.Post("me/authenticator/confirmation", new { setupId = setup.Text("setupId"), code }, token)).Is(HttpStatusCode.OK);
        return (setup.Text("secret"), [.. confirmed.Body!["recoveryCodes"]!.AsArray().Select(c => c!.GetValue<string>())], code);
    }
}
