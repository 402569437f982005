using System.Net;
using System.Text.RegularExpressions;
using Fairground.Identity.ChangeContact;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Identity.Tests;

[Requirement("C-02")]
public sealed partial class ContactChangeTests
{
    private const string Old = "old@example.com";
    private const string New = "+77771234567";

    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_contact_changes_three_days_after_the_new_one_has_proved_itself(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        var session = await host.Registers(Old);
        var due = await Begins(host, session.Text("accessToken"), New);
        Assert.Equal(host.Clock.Now.AddHours(72), due);
        (await host.Post("me/contact-changes", new { contact = "b@example.com" }, session.Text("accessToken"))).IsRefused(409, "people.change_pending");
        host.Clock.Pass(TimeSpan.FromHours(72) - TimeSpan.FromMinutes(1));
        await ApplyDue(host);
        (await host.SignsIn(New)).IsRefused(401, "people.sign_in_failed");
        host.Clock.Pass(TimeSpan.FromMinutes(1));
        await ApplyDue(host);
        var moved = (await host.SignsIn(New)).Is(HttpStatusCode.Created);
        Assert.Equal(session.Text("userId"), moved.Text("userId"));
        (await host.SignsIn(Old)).IsRefused(401, "people.sign_in_failed");
        Assert.Equal("Your contact has changed", host.Messages.LastTo(Old).Subject);
        Assert.Equal("Your contact has changed", host.Messages.LastTo(New).Subject);
        var person = await host.Services.GetRequiredService<IPeople>().Find(Guid.Parse(session.Text("userId")), CancellationToken.None);
        Assert.Equal((New, ContactChannel.Sms), (person!.Contact, person.Channel));
        // The old contact is free for whoever has it.
        (await host.Registers(Old)).Is(HttpStatusCode.Created);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task The_link_to_the_old_contact_stops_it_and_signs_everybody_out(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        var thief = (await host.Registers(Old)).Text("accessToken");
        await Begins(host, thief, New);
        var notice = host.Messages.LastTo(Old);
        Assert.Equal("Your contact is to change", notice.Subject);
        var token = Token().Match(notice.Text).Groups[1].Value;
        (await host.Post("contact-change-stops", new { token = token[..^1] + (token[^1] == 'A' ? 'B' : 'A') })).IsRefused(404, "people.change_not_found");
        (await host.Post("contact-change-stops", new { })).IsRefused(404, "people.change_not_found");
        (await host.Post("contact-change-stops", new { token })).Is(HttpStatusCode.NoContent);
        (await host.Get("me", thief)).IsRefused(401, "access.not_signed_in");
        (await host.Post("contact-change-stops", new { token })).IsRefused(404, "people.change_not_found");
        host.Clock.Pass(TimeSpan.FromDays(4));
        await ApplyDue(host);
        (await host.SignsIn(New)).IsRefused(401, "people.sign_in_failed");
        (await host.SignsIn(Old)).Is(HttpStatusCode.Created);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task It_needs_a_recent_sign_in_and_the_new_contact_s_own_code(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        var token = (await host.Registers(Old)).Text("accessToken");
        var other = (await host.Registers("other@example.com")).Text("accessToken");
        (await host.Post("me/contact-changes", new { contact = "nobody" }, token)).IsRefused(422, "people.contact_invalid");
        (await host.Post("me/contact-changes", new { contact = Old }, token)).IsRefused(422, "people.contact_same");
        var change = (await host.Post("me/contact-changes", new { contact = New, numberConsent = true }, token)).Is(HttpStatusCode.Accepted).Text("changeId");
        var code = host.Messages.LastTo(New).Code;
        (await host.Post($"me/contact-changes/{change}/confirmation", new { code }, other)).IsRefused(404, "people.code_not_found");
        (await host.Post($"me/contact-changes/{change}/confirmation", new { code = IdentityHost.Wrong(code) }, token)).IsRefused(422, "people.code_wrong");
        host.Clock.Pass(TimeSpan.FromMinutes(10));
        (await host.Post("me/contact-changes", new { contact = New, numberConsent = true }, token)).IsRefused(403, "access.confirm_identity");
        (await host.Post($"me/contact-changes/{change}/confirmation", new { code }, token)).IsRefused(403, "access.confirm_identity");
        (await host.Post("me/confirmations", new { password = IdentityHost.Password }, token)).Is(HttpStatusCode.NoContent);
        (await host.Post($"me/contact-changes/{change}/confirmation", new { code }, token)).IsRefused(422, "people.code_expired");
        await Begins(host, token, New);
        (await host.Delete("me/contact-changes/current", other)).IsRefused(404, "people.change_not_found");
        (await host.Delete("me/contact-changes/current", token)).Is(HttpStatusCode.NoContent);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_contact_that_another_account_proved_lately_is_not_taken_from_it(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        await host.Registers(New);
        var token = (await host.Registers(Old)).Text("accessToken");
        // Whoever asks is answered as for a free contact; only who reads its messages learns more.
        var change = (await host.Post("me/contact-changes", new { contact = New, numberConsent = true }, token)).Is(HttpStatusCode.Accepted).Text("changeId");
        (await host.Post($"me/contact-changes/{change}/confirmation", new { code = host.Messages.LastTo(New).Code }, token)).IsRefused(409, "people.already_registered");
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Who_registers_a_contact_while_a_change_to_it_waits_keeps_it(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        await Begins(host, (await host.Registers(Old)).Text("accessToken"), New);
        var other = await host.Registers(New);
        host.Clock.Pass(TimeSpan.FromDays(4));
        await ApplyDue(host);
        Assert.Equal(other.Text("userId"), (await host.SignsIn(New)).Text("userId"));
        (await host.SignsIn(Old)).Is(HttpStatusCode.Created);
        Assert.Equal("Your contact has not changed", host.Messages.LastTo(Old).Subject);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_number_that_changed_hands_never_opens_the_old_owner_s_account(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        var old = await host.Registers(New, "Old owner");
        host.Clock.Pass(TimeSpan.FromDays(90));
        // Whoever has the number now gets codes, and they open nothing of the old owner's.
        var signIn = await host.Asks("sessions/codes", New, "signInId");
        (await host.Post($"sessions/codes/{signIn}/confirmation", new { code = host.Messages.LastTo(New).Code })).IsRefused(403, "people.number_stale");
        var recovery = await host.Asks("recoveries", New, "recoveryId");
        (await host.Post($"recoveries/{recovery}/confirmation", new { code = host.Messages.LastTo(New).Code, password = "another-kettle" })).IsRefused(403, "people.number_stale");
        // The old owner's own factor still does, and proving the number again makes its codes count again.
        var mine = (await host.SignsIn(New)).Is(HttpStatusCode.Created);
        Assert.Equal(old.Text("userId"), mine.Text("userId"));
        Assert.True((await host.Get("me/security", mine.Text("accessToken"))).Body!["numberStale"]!.GetValue<bool>());
        var proof = (await host.Post("me/contact-proofs", new { }, mine.Text("accessToken"))).Is(HttpStatusCode.Accepted).Text("proofId");
        (await host.Post($"me/contact-proofs/{proof}/confirmation", new { code = host.Messages.LastTo(New).Code }, mine.Text("accessToken"))).Is(HttpStatusCode.NoContent);
        host.Clock.Pass(TimeSpan.FromDays(1));
        signIn = await host.Asks("sessions/codes", New, "signInId");
        (await host.Post($"sessions/codes/{signIn}/confirmation", new { code = host.Messages.LastTo(New).Code })).Is(HttpStatusCode.Created);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Who_proves_a_number_that_changed_hands_gets_an_account_of_their_own(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        using var key = new SoftwareKey();
        var old = await host.Registers(New, "Old owner");
        host.Clock.Pass(TimeSpan.FromDays(90));
        var device = (await host.SignsIn(New)).Text("accessToken");
        var id = await host.Begins(New, "New owner");
        Assert.Contains("NEW account", host.Messages.LastTo(New).Text, StringComparison.Ordinal);
        var fresh = (await host.Post($"registrations/{id}/confirmation", new { code = host.Messages.LastTo(New).Code, password = "kettle-of-my-own" })).Is(HttpStatusCode.Created);
        Assert.NotEqual(old.Text("userId"), fresh.Text("userId"));
        Assert.Equal(fresh.Text("userId"), (await host.SignsIn(New, "kettle-of-my-own")).Text("userId"));
        (await host.SignsIn(New)).IsRefused(401, "people.sign_in_failed");
        // The old owner's account is whole, and without the number.
        var me = (await host.Get("me", device)).Is(HttpStatusCode.OK);
        Assert.Equal((old.Text("userId"), ""), (me.Text("userId"), me.Text("contact")));
        (await host.Post("me/contact-proofs", new { }, device)).IsRefused(422, "people.contact_invalid");
        await Begins(host, device, Old);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Of_two_changes_confirmed_at_once_one_waits(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        var token = (await host.Registers(Old)).Text("accessToken");
        var ids = new List<(string Id, string? Code)>();
        foreach (var contact in new[] { "b@example.com", "c@example.com" })
        {
            var id = (await host.Post("me/contact-changes", new { contact, numberConsent = true }, token)).Text("changeId");
            ids.Add((id, host.Messages.LastTo(contact).Code));
        }
        var answers = await Task.WhenAll(ids.Select(x => host.Post($"me/contact-changes/{x.Id}/confirmation", new { code = x.Code }, token)));
        Assert.Single(answers, a => a.Status == HttpStatusCode.OK);
        Assert.Single(answers, a => a.Code == "people.change_pending");
    }

    /// <summary>What the job does when it comes by.</summary>
    internal static async Task ApplyDue(IdentityHost host)
    {
        await using var scope = host.Services.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<IdentityContext>();
        var due = await context.ContactChanges.Where(c => c.DueAt <= host.Clock.Now && c.EndedAt == null).Select(c => c.Id).ToListAsync(CancellationToken.None);
        using var job = ActivatorUtilities.CreateInstance<ApplyChanges>(host.Services);
        foreach (var id in due) await job.Apply(context, id, host.Clock.Now, CancellationToken.None);
    }

    // Confirms too, where the sign-in is no longer recent.
    private static async Task<DateTimeOffset> Begins(IdentityHost host, string token, string contact)
    {
        var change = (await host.Post("me/contact-changes", new { contact, numberConsent = true }, token)).Is(HttpStatusCode.Accepted).Text("changeId");
        var confirmed = (await host.Post($"me/contact-changes/{change}/confirmation", new { code = host.Messages.LastTo(contact).Code }, token)).Is(HttpStatusCode.OK);
        return confirmed.Body!["dueAt"]!.GetValue<DateTimeOffset>();
    }

    [GeneratedRegex("token=([A-Za-z0-9_-]+)")]
    private static partial Regex Token();
}
