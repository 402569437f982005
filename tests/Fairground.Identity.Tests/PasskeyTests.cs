using System.Net;
using System.Text.Json.Nodes;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Xunit;

namespace Fairground.Identity.Tests;

[Requirement("C-01")]
public sealed class PasskeyTests
{
    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_passkey_signs_in_without_a_name_and_without_the_second_step(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        using var key = new SoftwareKey();
        var (userId, token) = await With(host, key);
        var session = (await SignsIn(host, key)).Is(HttpStatusCode.Created);
        Assert.Equal(userId, session.Text("userId"));
        (await host.Post("payout", new { }, session.Text("accessToken"))).Is(HttpStatusCode.OK);
        var mine = Assert.Single((await host.Get("me/passkeys", token)).Body!["items"]!.AsArray())!;
        Assert.Equal((key.Id, "My phone", host.Clock.Now), (mine["passkeyId"]!.GetValue<string>(), mine["name"]!.GetValue<string>(), mine["usedAt"]!.GetValue<DateTimeOffset>()));
        Assert.Equal("passkey", Assert.Single((await host.Get("me/sessions", session.Text("accessToken"))).Body!["items"]!.AsArray(), s => s!["current"]!.GetValue<bool>())!["method"]!.GetValue<string>());
        Assert.Equal("A passkey was added", host.Messages.LastTo("a@example.com").Subject);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task An_answer_for_another_site_another_domain_or_without_the_owner_s_consent_is_refused(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        using var key = new SoftwareKey();
        await With(host, key);
        (await SignsIn(host, key, origin: "http://127.0.0.1.evil.example")).IsRefused(401, "people.passkey_refused");
        (await SignsIn(host, key, origin: "https://evil.example")).IsRefused(401, "people.passkey_refused");
        (await SignsIn(host, key, origin: "http://127.0.0.1:1")).IsRefused(401, "people.passkey_refused");
        (await SignsIn(host, key, domain: "evil.example")).IsRefused(401, "people.passkey_refused");
        (await SignsIn(host, key, verified: false)).IsRefused(401, "people.passkey_refused");
        (await SignsIn(host, key)).Is(HttpStatusCode.Created);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_ceremony_is_answered_once_and_with_its_own_challenge(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        using var key = new SoftwareKey();
        await With(host, key);
        var (first, second) = (await Ceremony(host), await Ceremony(host));
        var answer = key.Get(first.Options, host.Origin);
        (await host.Post("sessions/passkey", new { ceremonyId = second.Id, credential = answer })).IsRefused(401, "people.passkey_refused");
        (await host.Post("sessions/passkey", new { ceremonyId = first.Id, credential = answer })).Is(HttpStatusCode.Created);
        (await host.Post("sessions/passkey", new { ceremonyId = first.Id, credential = answer })).IsRefused(422, "people.code_expired");
        (await host.Post("sessions/passkey", new { ceremonyId = second.Id, credential = key.Get(second.Options, host.Origin) })).IsRefused(422, "people.code_expired");
        var late = await Ceremony(host);
        host.Clock.Pass(TimeSpan.FromMinutes(10));
        (await host.Post("sessions/passkey", new { ceremonyId = late.Id, credential = key.Get(late.Options, host.Origin) })).IsRefused(422, "people.code_expired");
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_copy_of_a_key_that_counts_is_noticed(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        using var key = new SoftwareKey();
        await With(host, key);
        (await SignsIn(host, key)).Is(HttpStatusCode.Created);
        (await SignsIn(host, key)).Is(HttpStatusCode.Created);
        key.Count = 1;
        (await SignsIn(host, key)).IsRefused(401, "people.passkey_refused");
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Nobody_confirms_to_be_me_with_a_key_of_theirs(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        using var mine = new SoftwareKey();
        using var theirs = new SoftwareKey();
        var (_, token) = await With(host, mine);
        await With(host, theirs, "b@example.com");
        host.Clock.Pass(TimeSpan.FromMinutes(10));
        (await host.Post("payout", new { }, token)).IsRefused(403, "access.confirm_identity");
        (await Confirms(host, theirs, token)).IsRefused(401, "people.passkey_refused");
        // A ceremony at the door is none for confirming.
        var door = await Ceremony(host);
        (await host.Post("me/confirmations/passkey", new { ceremonyId = door.Id, credential = mine.Get(door.Options, host.Origin) }, token)).IsRefused(422, "people.code_expired");
        (await host.Post("payout", new { }, token)).IsRefused(403, "access.confirm_identity");
        (await Confirms(host, mine, token)).Is(HttpStatusCode.NoContent);
        (await host.Post("payout", new { }, token)).Is(HttpStatusCode.OK);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_key_is_added_and_removed_by_its_owner_only(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        using var key = new SoftwareKey();
        using var other = new SoftwareKey();
        var (_, token) = await With(host, key);
        var stranger = (await host.Registers("b@example.com")).Text("accessToken");
        var begun = (await host.Post("me/passkeys/options", new { }, token)).Is(HttpStatusCode.OK).Body!;
        var made = other.Create(begun["options"]!, host.Origin);
        (await host.Post("me/passkeys", new { ceremonyId = begun["ceremonyId"], credential = made, name = "Stolen" }, stranger)).IsRefused(422, "people.code_expired");
        (await host.Post("me/passkeys", new { ceremonyId = begun["ceremonyId"], credential = made, name = " " }, token)).IsRefused(422, "people.name_invalid");
        (await host.Post("me/passkeys", new { ceremonyId = begun["ceremonyId"], credential = other.Create(begun["options"]!, "https://evil.example"), name = "Mine" }, token)).IsRefused(401, "people.passkey_refused");
        (await host.Delete($"me/passkeys/{key.Id}", stranger)).IsRefused(404, "people.passkey_not_found");
        (await host.Delete("me/passkeys/not*base64", token)).IsRefused(404, "people.passkey_not_found");
        (await host.Delete($"me/passkeys/{key.Id}", token)).Is(HttpStatusCode.NoContent);
        (await SignsIn(host, key)).IsRefused(401, "people.passkey_refused");
        Assert.Equal("A passkey was taken off", host.Messages.LastTo("a@example.com").Subject);
    }

    [Fact]
    public async Task Nonsense_is_refused_and_never_breaks_anything()
    {
        await using var host = await IdentityHost.Start(DatabaseKind.Sqlite);
        foreach (var credential in new JsonNode?[] { null, new JsonObject(), "text", 7, new JsonArray(), new JsonObject { ["id"] = "!", ["type"] = "public-key", ["response"] = new JsonObject() } })
        {
            var ceremony = await Ceremony(host);
            (await host.Post("sessions/passkey", new { ceremonyId = ceremony.Id, credential })).IsRefused(401, "people.passkey_refused");
        }
    }

    [Fact]
    public async Task An_account_has_at_most_twenty()
    {
        await using var host = await IdentityHost.Start(DatabaseKind.Sqlite);
        var token = (await host.Registers("a@example.com")).Text("accessToken");
        for (var i = 0; i < 20; i++)
        {
            using var key = new SoftwareKey();
            await Adds(host, key, token);
        }
        (await host.Post("me/passkeys/options", new { }, token)).IsRefused(409, "people.passkeys_capped");
    }

    private static async Task<(string UserId, string Token)> With(IdentityHost host, SoftwareKey key, string contact = "a@example.com")
    {
        var session = await host.Registers(contact);
        await Adds(host, key, session.Text("accessToken"));
        return (session.Text("userId"), session.Text("accessToken"));
    }

    private static async Task Adds(IdentityHost host, SoftwareKey key, string token)
    {
        var begun = (await host.Post("me/passkeys/options", new { }, token)).Is(HttpStatusCode.OK).Body!;
        (await host.Post("me/passkeys", new { ceremonyId = begun["ceremonyId"], credential = key.Create(begun["options"]!, host.Origin), name = "My phone" }, token)).Is(HttpStatusCode.Created);
    }

    private static async Task<(string Id, JsonNode Options)> Ceremony(IdentityHost host)
    {
        var begun = (await host.Post("sessions/passkey-options", new { })).Is(HttpStatusCode.OK).Body!;
        return (begun["ceremonyId"]!.GetValue<string>(), begun["options"]!);
    }

    private static async Task<Answer> SignsIn(IdentityHost host, SoftwareKey key, string? origin = null, string? domain = null, bool verified = true)
    {
        var (id, options) = await Ceremony(host);
        return await host.Post("sessions/passkey", new { ceremonyId = id, credential = key.Get(options, origin ?? host.Origin, domain, verified) });
    }

    private static async Task<Answer> Confirms(IdentityHost host, SoftwareKey key, string token)
    {
        var begun = (await host.Post("me/confirmations/passkey-options", new { }, token)).Is(HttpStatusCode.OK).Body!;
        return await host.Post("me/confirmations/passkey", new { ceremonyId = begun["ceremonyId"], credential = key.Get(begun["options"]!, host.Origin) }, token);
    }
}
