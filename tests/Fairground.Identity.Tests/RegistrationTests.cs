using System.Net;
using Fairground.Identity.Register;
using Fairground.Identity.SendCodes;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Identity.Tests;

[Requirement("C-01")]
[Requirement("C-03")]
public sealed class RegistrationTests
{
    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_code_and_a_password_make_an_account_and_a_session(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        var id = await host.Begins("Aigul@Example.com", "  Айгуль ");
        var message = host.Messages.LastTo("aigul@example.com");
        Assert.Equal(ContactChannel.Email, message.Channel);
        Assert.Matches("^[0-9]{6}$", message.Code);
        Assert.Contains(message.Code!, message.Text, StringComparison.Ordinal);
        var session = (await host.Post($"registrations/{id}/confirmation", new { code = message.Code, password = IdentityHost.Password })).Is(HttpStatusCode.Created);
        var me = (await host.Get("me", session.Text("accessToken"))).Is(HttpStatusCode.OK);
        Assert.Equal((session.Text("userId"), "Айгуль", "aigul@example.com"), (me.Text("userId"), me.Text("displayName"), me.Text("contact")));
        Assert.Equal("""["buyer"]""", me.Body!["roles"]!.ToJsonString());
        Assert.Equal("[]", me.Body["shops"]!.ToJsonString());
        var person = await host.Services.GetRequiredService<IPeople>().Find(Guid.Parse(session.Text("userId")), CancellationToken.None);
        Assert.Matches("^[0-9a-f]{32}$", person!.HolderSalt);
        Assert.Equal("Айгуль", person.DisplayName);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_number_is_reached_by_sms(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        await host.Registers("8 777 123 45 67");
        Assert.Equal(ContactChannel.Sms, host.Messages.LastTo("+77771234567").Channel);
        (await host.SignsIn("+7 (777) 123-45-67")).Is(HttpStatusCode.Created);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_known_contact_gets_the_same_answers_and_no_code(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        await host.Registers("known@example.com");
        var known = (await host.Post("registrations", new { contact = "known@example.com", displayName = "Thief" })).Is(HttpStatusCode.Accepted);
        var fresh = (await host.Post("registrations", new { contact = "fresh@example.com", displayName = "Thief" })).Is(HttpStatusCode.Accepted);
        Assert.Equal(fresh.Body!.Select(p => p.Key), known.Body!.Select(p => p.Key));
        var message = host.Messages.LastTo("known@example.com");
        Assert.Null(message.Code);
        Assert.Contains("account already", message.Text, StringComparison.Ordinal);
        var code = host.Messages.LastTo("fresh@example.com").Code == "000000" ? "000001" : "000000";
        var guessKnown = await host.Post($"registrations/{known.Text("registrationId")}/confirmation", new { code, password = IdentityHost.Password });
        var guessFresh = await host.Post($"registrations/{fresh.Text("registrationId")}/confirmation", new { code, password = IdentityHost.Password });
        guessKnown.IsRefused(422, "people.code_wrong");
        Assert.Equal(guessFresh.Body!.ToJsonString(), guessKnown.Body!.ToJsonString());
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Three_wrong_codes_end_the_code_also_for_the_right_one(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        var id = await host.Begins("a@example.com");
        var right = host.Messages.LastTo("a@example.com").Code!;
        var wrong = right == "123456" ? "654321" : "123456";
        for (var left = 2; left >= 0; left--)
        {
            var refused = (await host.Post($"registrations/{id}/confirmation", new { code = wrong, password = IdentityHost.Password })).IsRefused(422, "people.code_wrong");
            Assert.Equal(left, refused.Body!["triesLeft"]!.GetValue<int>());
        }
        (await host.Post($"registrations/{id}/confirmation", new { code = right, password = IdentityHost.Password })).IsRefused(422, "people.code_expired");
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Codes_guessed_all_at_once_are_still_three(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        var id = await host.Begins("a@example.com");
        var right = host.Messages.LastTo("a@example.com").Code!;
        var wrong = right == "123456" ? "654321" : "123456";
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => host.Post($"registrations/{id}/confirmation", new { code = wrong, password = IdentityHost.Password })));
        Assert.Equal(3, answers.Count(a => a.Code == "people.code_wrong"));
        Assert.Equal(37, answers.Count(a => a.Code == "people.code_expired"));
        (await host.Post($"registrations/{id}/confirmation", new { code = right, password = IdentityHost.Password })).IsRefused(422, "people.code_expired");
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_code_works_for_ten_minutes_and_once(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        var late = await host.Begins("late@example.com");
        var lateCode = host.Messages.LastTo("late@example.com").Code;
        host.Clock.Pass(TimeSpan.FromMinutes(10));
        (await host.Post($"registrations/{late}/confirmation", new { code = lateCode, password = IdentityHost.Password })).IsRefused(422, "people.code_expired");
        var id = await host.Begins("a@example.com");
        var confirmation = new { code = host.Messages.LastTo("a@example.com").Code, password = IdentityHost.Password };
        (await host.Post($"registrations/{id}/confirmation", confirmation)).Is(HttpStatusCode.Created);
        (await host.Post($"registrations/{id}/confirmation", confirmation)).IsRefused(422, "people.code_expired");
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task One_code_sent_many_times_at_once_makes_one_account(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        var id = await host.Begins("a@example.com");
        var confirmation = new { code = host.Messages.LastTo("a@example.com").Code, password = IdentityHost.Password };
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => host.Post($"registrations/{id}/confirmation", confirmation)));
        Assert.Single(answers, a => a.Status == HttpStatusCode.Created);
        Assert.All(answers.Where(a => a.Status != HttpStatusCode.Created), a => Assert.Contains(a.Code, new[] { "people.code_expired", "people.already_registered" }));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Of_two_registrations_of_one_contact_one_becomes_the_account(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        var first = await host.Begins("a@example.com");
        var firstCode = host.Messages.LastTo("a@example.com").Code;
        await host.Registers("a@example.com");
        (await host.Post($"registrations/{first}/confirmation", new { code = firstCode, password = IdentityHost.Password })).IsRefused(409, "people.already_registered");
    }

    [Theory]
    [InlineData("short")]
    [InlineData("password1")]
    [InlineData("QWERTY123")]
    [InlineData("12345678")]
    [InlineData("aaaabbbb")]
    [InlineData("aigul.test@example.com")]
    [InlineData("aigul.test")]
    [InlineData(null)]
    public async Task A_weak_password_is_refused_and_the_code_stays_good(string? password)
    {
        await using var host = await IdentityHost.Start(DatabaseKind.Sqlite);
        var id = await host.Begins("aigul.test@example.com");
        var code = host.Messages.LastTo("aigul.test@example.com").Code;
        (await host.Post($"registrations/{id}/confirmation", new { code, password })).IsRefused(422, "people.password_weak");
        (await host.Post($"registrations/{id}/confirmation", new { code, password = IdentityHost.Password })).Is(HttpStatusCode.Created);
    }

    [Fact]
    public async Task What_cannot_be_used_is_refused_by_name()
    {
        await using var host = await IdentityHost.Start(DatabaseKind.Sqlite);
        (await host.Post("registrations", new { contact = "nobody", displayName = "A" })).IsRefused(422, "people.contact_invalid");
        (await host.Post("registrations", new { contact = "a@example.com", displayName = " " })).IsRefused(422, "people.name_invalid");
        (await host.Post("registrations", new { contact = "a@example.com", displayName = new string('a', 81) })).IsRefused(422, "people.name_invalid");
        (await host.Post($"registrations/{Guid.CreateVersion7()}/confirmation", new { code = "123456", password = IdentityHost.Password })).IsRefused(404, "people.registration_not_found");
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_contact_gets_five_codes_a_day(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        for (var i = 0; i < 5; i++) await host.Begins("a@example.com");
        var refused = (await host.Post("registrations", new { contact = "A@example.com", displayName = "A" })).IsRefused(429, "people.codes_capped");
        Assert.Equal(86_400, refused.Body!["retryAfterSeconds"]!.GetValue<int>());
        host.Clock.Pass(TimeSpan.FromDays(1));
        await host.Begins("a@example.com");
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task An_address_sends_twenty_codes_an_hour_also_all_at_once(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => host.Post("registrations", new { contact = $"a{i}@example.com", displayName = "A" })));
        Assert.Equal(20, answers.Count(a => a.Status == HttpStatusCode.Accepted));
        Assert.Equal(20, host.Messages.All.Count);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task With_the_development_inbox_there_are_no_caps(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind, ("FAIRGROUND_DEV_INBOX", "1"));
        await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => host.Begins("a@example.com")));
        Assert.Equal(60, host.Messages.All.Count);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Neither_code_nor_password_stands_in_the_database(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        await host.Registers("a@example.com");
        await using var scope = host.Services.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<IdentityContext>();
        var user = await context.Users.SingleAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain(IdentityHost.Password, user.PasswordHash!, StringComparison.Ordinal);
        var registration = await context.Registrations.SingleAsync(TestContext.Current.CancellationToken);
        Assert.Equal(32, registration.CodeHash.Length);
    }

    [Fact]
    public void The_ladder_of_a_code_is_found_used_old_tried_wrong()
    {
        var now = new DateTimeOffset(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);
        Registration Of(int tries = 0, bool done = false) => new()
        {
            Contact = "a@example.com", DisplayName = "A", CodeHash = [], Tries = tries, ExpiresAt = now.AddMinutes(10), UsedAt = done ? now : null,
        };
        string? Decide(Registration? sent, bool fits, DateTimeOffset at) => OneTimeCode.Decide(sent, PeopleRefusals.RegistrationNotFound, fits, at)?.Code;
        Assert.Equal("people.registration_not_found", Decide(null, true, now));
        Assert.Equal("people.code_expired", Decide(Of(done: true), true, now));
        Assert.Equal("people.code_expired", Decide(Of(), true, now.AddMinutes(10)));
        Assert.Equal("people.code_expired", Decide(Of(tries: 3), true, now));
        Assert.Equal("people.code_wrong", Decide(Of(tries: 2), false, now));
        Assert.Null(Decide(Of(tries: 2), true, now));
    }
}
