using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Fairground.Kernel.Keys;
using Fairground.Kernel.Storage;
using Fairground.Scenarios.Vocabulary;
using Fairground.Testing;
using Microsoft.AspNetCore.WebUtilities;
using Xunit;

namespace Fairground.Scenarios.SingleSignOn;

/// <summary>People sign in to other applications with their account here: a client library of somebody else against our server, over HTTP.</summary>
public sealed class SigningInElsewhere
{
    private const string Back = "http://127.0.0.1:9/signed-in";
    private const string After = "http://127.0.0.1:9/signed-out";
    private const string Scope = "openid profile email offline_access goods.write";

    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines)), Requirement("S-38"), Requirement("S-17")]
    public async Task A_person_signs_in_allows_in_words_and_takes_it_back(DatabaseKind engine)
    {
        await using var fair = await Fair.Open(engine);
        var shop = await fair.Shop();
        var app = await Registered(shop.Owner, shop.Id);
        await using var client = await ThirdParty.Of(fair.Address, app.ClientId, app.Secret);
        using var agent = new Agent(fair.Address);

        var start = await client.Does("begin", new { redirectUri = Back, scope = Scope });
        await agent.Goes((string)start["url"]!);
        await agent.SignsIn(shop.Owner.Contact, Fair.Password);
        Assert.Contains("Let Stock planner in?", agent.Page.Html, StringComparison.Ordinal);
        foreach (var words in new[] { "See your name.", "See your e-mail address, if you sign in with one.", "Add goods to the shop, change them, and add pictures.", "Do this also while you are away, until you take it back." })
            Assert.Contains(WebUtility.HtmlEncode(words), agent.Page.Html, StringComparison.Ordinal);
        var back = await agent.Presses("Allow");
        var tokens = await client.Does("finish", new { callback = back.Url.ToString() });

        var claims = tokens["claims"]!;
        Assert.Equal((shop.Owner.Id, "Owner of Bazaar", shop.Owner.Contact, true), ((string)claims["sub"]!, (string)claims["name"]!, (string)claims["email"]!, (bool)claims["email_verified"]!));
        Assert.Equal(fair.Address.ToString(), (string)claims["iss"]!);
        var info = await client.Does("userInfo", new { accessToken = (string)tokens["access_token"]!, subject = shop.Owner.Id });
        Assert.Equal((shop.Owner.Id, "Owner of Bazaar"), ((string)info["sub"]!, (string)info["name"]!));
        Assert.Null(info["phone_number"]);

        // The token opens what was allowed, at the shop where the person may do it, and nothing else.
        var token = (string)tokens["access_token"]!;
        Assert.Equal(HttpStatusCode.Created, await Lists(fair, token, shop.Id, "A"));
        Assert.Equal(HttpStatusCode.Forbidden, await Lists(fair, token, (await fair.Shop("Other")).Id, "B"));
        Assert.Equal("access.key_scope", await Code(fair, token, HttpMethod.Get, "me/wallet"));
        Assert.Equal("access.key_scope", await Code(fair, token, HttpMethod.Get, $"organisations/{shop.Id}/members"));
        Assert.Equal("access.key_scope", await Code(fair, token, HttpMethod.Post, "lots"));

        // Known and allowed, nobody is asked again; an application that may not show pages gets its answer at once.
        start = await client.Does("begin", new { redirectUri = Back, scope = Scope, more = new { prompt = "none" } });
        await client.Does("finish", new { callback = (await agent.Goes((string)start["url"]!)).Url.ToString() });

        await agent.Goes(new Uri(fair.Address, "account/applications"));
        Assert.Contains("Stock planner", agent.Page.Html, StringComparison.Ordinal);
        await agent.Presses("Take back");
        Assert.Equal("access.not_signed_in", await Code(fair, token, HttpMethod.Get, "me/wallet"));
        Assert.Equal("invalid_grant", await client.IsRefused("refresh", new { refreshToken = (string)tokens["refresh_token"]! }));
        start = await client.Does("begin", new { redirectUri = Back, scope = Scope, more = new { prompt = "none" } });
        Assert.Equal("consent_required", await client.IsRefused("finish", new { callback = (await agent.Goes((string)start["url"]!)).Url.ToString() }));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_refresh_token_works_once_and_twice_ends_all(DatabaseKind engine)
    {
        await using var fair = await Fair.Open(engine);
        var (client, agent, first) = await SignedIn(fair);
        await using var _ = client;
        using var __ = agent;
        var second = await client.Does("refresh", new { refreshToken = (string)first["refresh_token"]! });
        Assert.NotEqual((string)first["refresh_token"]!, (string)second["refresh_token"]!);
        await client.Does("userInfo", new { accessToken = (string)second["access_token"]!, subject = (string)first["claims"]!["sub"]! });

        Assert.Equal("invalid_grant", await client.IsRefused("refresh", new { refreshToken = (string)first["refresh_token"]! }));

        Assert.Equal("invalid_grant", await client.IsRefused("refresh", new { refreshToken = (string)second["refresh_token"]! }));
        Assert.Equal("access.not_signed_in", await Code(fair, (string)second["access_token"]!, HttpMethod.Get, "me/wallet"));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_code_works_once_and_twice_ends_what_it_bought(DatabaseKind engine)
    {
        await using var fair = await Fair.Open(engine);
        var shop = await fair.Shop();
        var app = await Registered(shop.Owner, shop.Id);
        await using var client = await ThirdParty.Of(fair.Address, app.ClientId, app.Secret);
        using var agent = new Agent(fair.Address);
        var callback = await Allows(client, agent, shop.Owner.Contact);
        var tokens = await client.Does("finish", new { callback });

        Assert.Equal("invalid_grant", await client.IsRefused("finish", new { callback }));

        Assert.Equal("access.not_signed_in", await Code(fair, (string)tokens["access_token"]!, HttpMethod.Get, "me/wallet"));
        Assert.Equal("invalid_grant", await client.IsRefused("refresh", new { refreshToken = (string)tokens["refresh_token"]! }));
    }

    [Fact]
    public async Task Whoever_says_no_or_mixes_things_up_gets_nothing()
    {
        await using var fair = await Fair.Open(DatabaseKind.Sqlite);
        var shop = await fair.Shop();
        var (app, other) = (await Registered(shop.Owner, shop.Id), await Registered(shop.Owner, shop.Id));
        await using var client = await ThirdParty.Of(fair.Address, app.ClientId, app.Secret);
        using var agent = new Agent(fair.Address);
        var start = await client.Does("begin", new { redirectUri = Back, scope = Scope });
        await agent.Goes((string)start["url"]!);
        await agent.SignsIn(shop.Owner.Contact, Fair.Password);
        Assert.Equal("access_denied", await client.IsRefused("finish", new { callback = (await agent.Presses("Do not allow")).Url.ToString() }));

        var callback = await Allows(client, agent, null);
        // The client itself refuses an answer to a question that it did not ask, and one of another issuer.
        Assert.Equal("OAUTH_INVALID_RESPONSE", await client.IsRefused("finish", new { callback = With(callback, "state", "another") }));
        Assert.Equal("OAUTH_INVALID_RESPONSE", await client.IsRefused("finish", new { callback = With(callback, "iss", "https://other.example/") }));
        // A code of one application is worth nothing to another, nor without what it was asked for with.
        var verifier = (string)(await client.Does("verifier"))["verifier"]!;
        var code = QueryHelpers.ParseQuery(new Uri(callback).Query)["code"].ToString();
        Assert.Equal("invalid_grant", await Token(fair, other, ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", Back), ("code_verifier", verifier)));
        Assert.Equal("invalid_grant", await Token(fair, app, ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", Back), ("code_verifier", new string('a', 43))));
        Assert.Equal("invalid_grant", await Token(fair, app, ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", "http://127.0.0.1:9/other"), ("code_verifier", verifier)));
        Assert.Equal("invalid_request", await Token(fair, app, ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", Back)));
        Assert.Equal("invalid_client", await Token(fair, (app.ClientId, "fgs_guess"), ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", Back), ("code_verifier", verifier)));
        Assert.Equal("unauthorized_client", await Token(fair, app, ("grant_type", "client_credentials"), ("scope", "goods.write")));
    }

    [Fact]
    public async Task Asking_the_wrong_way_is_refused()
    {
        (string What, string Name, string? Value, string Error)[] ways =
        [
            ("no challenge", "code_challenge", null, "invalid_request"), ("a plain challenge", "code_challenge_method", "plain", "invalid_request"), ("no method, which means plain", "code_challenge_method", null, "invalid_request"),
            ("the implicit flow", "response_type", "id_token token", "unsupported_response_type"), ("a token in the address", "response_type", "token", "unsupported_response_type"),
            ("a scope that it was not registered for", "scope", "openid lots.write", "invalid_request"), ("a scope that there is not", "scope", "openid everything", "invalid_scope"),
        ];
        await using var fair = await Fair.Open(DatabaseKind.Sqlite);
        var shop = await fair.Shop();
        var app = await Registered(shop.Owner, shop.Id);
        using var agent = new Agent(fair.Address);

        // Told to the person, on a page of ours: the question is refused before anything of it is believed.
        foreach (var (what, name, value, error) in ways)
        {
            var seen = await agent.Goes(With(Question(fair, app.ClientId), name, value));
            Assert.True(seen.Status == HttpStatusCode.BadRequest && seen.Url.AbsolutePath == "/connect/refused", $"{what}: {seen.Status} {seen.Url} {seen.Html}");
            Assert.Equal((what, error), (what, QueryHelpers.ParseQuery(seen.Url.Query)["error"].ToString()));
        }
    }

    [Fact]
    public async Task Nobody_is_sent_to_an_address_that_was_not_registered()
    {
        await using var fair = await Fair.Open(DatabaseKind.Sqlite);
        var shop = await fair.Shop();
        var app = await Registered(shop.Owner, shop.Id);
        using var agent = new Agent(fair.Address);
        string[] tricks =
        [
            "https://evil.example/signed-in", "http://127.0.0.1:9/signed-in/../evil", "http://127.0.0.1:9/signed-in/more", "http://127.0.0.1:9/signed-in?next=https://evil.example", "http://127.0.0.1:9/signed-in#x", "http://127.0.0.1:9/SIGNED-IN",
            "http://127.0.0.1:9.evil.example/signed-in", "http://127.0.0.1:9@evil.example/signed-in", "http://evil.example\\@127.0.0.1:9/signed-in", "//evil.example/signed-in", "/signed-in", "javascript:alert(1)", "http://127.0.0.1:10/signed-in", "https://127.0.0.1:9/signed-in",
        ];
        foreach (var trick in tricks)
        {
            var seen = await agent.Goes(With(Question(fair, app.ClientId), "redirect_uri", trick));
            Assert.True(seen.Status == HttpStatusCode.BadRequest && seen.Url.Authority == fair.Address.Authority, $"{trick}: {seen.Status} {seen.Url}");
        }
        Assert.Equal(HttpStatusCode.BadRequest, (await agent.Goes(With(Question(fair, app.ClientId), "client_id", "fga_unknown"))).Status);
        // Our own way on goes to our own pages only.
        Assert.Equal(HttpStatusCode.OK, (await agent.Goes(new Uri(fair.Address, "connect/continue/https:%2F%2Fevil.example"))).Status);
        Assert.Equal(fair.Address.Authority, agent.Page.Url.Authority);
        foreach (var trick in tricks.Concat(["http://127.0.0.1:9/*"]))
            Assert.Equal(HttpStatusCode.BadRequest, (await agent.Goes($"{fair.Address}connect/logout?client_id={app.ClientId}&post_logout_redirect_uri={Uri.EscapeDataString(trick)}")).Status);
    }

    [Fact]
    public async Task Signing_out_there_signs_out_here_when_it_is_asked_by_somebody_who_was_told_who_it_is()
    {
        await using var fair = await Fair.Open(DatabaseKind.Sqlite);
        var (client, agent, tokens) = await SignedIn(fair);
        await using var _ = client;
        using var __ = agent;
        var jwks = JsonNode.Parse(await Get(fair, "connect/jwks"))!["keys"]!.AsArray();
        var key = Assert.Single(jwks)!;
        Assert.Equal(("RSA", "RS256", "sig"), ((string)key["kty"]!, (string)key["alg"]!, (string)key["use"]!));

        // Without a hint, or with one that somebody made, the person is asked; never signed out unasked.
        var asked = await agent.Goes(new Uri(fair.Address, $"connect/logout?post_logout_redirect_uri={Uri.EscapeDataString(After)}&client_id={await ClientId(tokens)}"));
        Assert.Contains("Sign out here too?", asked.Html, StringComparison.Ordinal);
        foreach (var forged in Forgeries((string)tokens["id_token"]!, key))
            Assert.Contains("Sign out here too?", (await agent.Goes(new Uri(fair.Address, $"connect/logout?id_token_hint={forged}"))).Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await agent.Goes(new Uri(fair.Address, "account"))).Status);
        Assert.EndsWith("/account", agent.Page.Url.AbsolutePath, StringComparison.Ordinal);

        var out1 = await client.Does("endSession", new { idToken = (string)tokens["id_token"]!, redirectUri = After });
        Assert.Equal($"{After}?state=bye", (await agent.Goes((string)out1["url"]!)).Url.ToString());
        Assert.Contains("/sign-in", (await agent.Goes(new Uri(fair.Address, "account"))).Url.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_somebody_made_opens_nothing()
    {
        await using var fair = await Fair.Open(DatabaseKind.Sqlite);
        var (client, agent, tokens) = await SignedIn(fair);
        await using var _ = client;
        using var __ = agent;
        var key = JsonNode.Parse(await Get(fair, "connect/jwks"))!["keys"]![0]!;
        foreach (var forged in Forgeries((string)tokens["id_token"]!, key).Append((string)tokens["id_token"]!).Append(new string('A', 43)))
        {
            Assert.Equal("access.not_signed_in", await Code(fair, forged, HttpMethod.Get, "me/wallet"));
            Assert.Equal("invalid_token", await client.IsRefused("userInfo", new { accessToken = forged, subject = (string)tokens["claims"]!["sub"]! }));
        }
    }

    [Fact]
    public async Task A_program_acts_for_its_shop_without_a_person()
    {
        await using var fair = await Fair.Open(DatabaseKind.Sqlite);
        var shop = await fair.Shop();
        var made = await shop.Owner.Post($"organisations/{shop.Id}/applications", new { name = "Night stock", kind = "service", scopes = new[] { "goods.write" } }, 201);
        await using var client = await ThirdParty.Of(fair.Address, (string)made["application"]!["clientId"]!, (string)made["clientSecret"]!);
        var tokens = await client.Does("clientCredentials", new { scope = "goods.write" });
        Assert.Null(tokens["refresh_token"]);
        var token = (string)tokens["access_token"]!;
        Assert.True((bool)(await client.Does("introspect", new { token }))["active"]!);
        Assert.Equal(HttpStatusCode.Created, await Lists(fair, token, shop.Id, "A"));
        Assert.Equal(HttpStatusCode.Forbidden, await Lists(fair, token, (await fair.Shop("Other")).Id, "B"));
        Assert.Equal("access.key_scope", await Code(fair, token, HttpMethod.Get, "me"));
        await client.Does("revoke", new { token });
        Assert.Equal(HttpStatusCode.Unauthorized, await Lists(fair, token, shop.Id, "C"));
        Assert.Equal("invalid_request", await client.IsRefused("clientCredentials", new { scope = "lots.write" }));
        // A new secret ends the old one at once.
        await shop.Owner.Post($"organisations/{shop.Id}/applications/{made["application"]!["applicationId"]}/secret", new { }, 201);
        Assert.Equal("invalid_client", await client.IsRefused("clientCredentials", new { scope = "goods.write" }));
    }

    [Fact]
    public async Task A_new_password_ends_what_applications_hold()
    {
        await using var fair = await Fair.Open(DatabaseKind.Sqlite);
        var (client, agent, tokens) = await SignedIn(fair);
        await using var _ = client;
        using var __ = agent;
        await agent.Goes(new Uri(fair.Address, "account/password"));
        await agent.Presses("Save the password", ("current", Fair.Password), ("password", "another password of mine"));
        Assert.Equal("invalid_grant", await client.IsRefused("refresh", new { refreshToken = (string)tokens["refresh_token"]! }));
        Assert.Equal("access.not_signed_in", await Code(fair, (string)tokens["access_token"]!, HttpMethod.Get, "me/wallet"));
    }

    [Fact]
    public async Task Keys_are_rotated_with_an_overlap()
    {
        await using var fair = await Fair.Open(DatabaseKind.Sqlite);
        var (client, agent, tokens) = await SignedIn(fair);
        await using var _ = client;
        using var __ = agent;
        var before = (string)JsonNode.Parse(await Get(fair, "connect/jwks"))!["keys"]![0]!["kid"]!;

        var kid = fair.Service<SignInKeys>().Rotate();
        await Call.Until(async () => JsonNode.Parse(await Get(fair, "connect/jwks"))!, keys => keys["keys"]!.AsArray().Count == 2);

        var keys = JsonNode.Parse(await Get(fair, "connect/jwks"))!["keys"]!.AsArray().Select(k => (string)k!["kid"]!).ToList();
        Assert.Equal(new[] { before, kid }.Order(), keys.Order());
        // What was given out before goes on, and what comes now is signed with the new key, which the client fetches by itself.
        var next = await client.Does("refresh", new { refreshToken = (string)tokens["refresh_token"]! });
        Assert.Contains($"\"kid\":\"{kid}\"", Encoding.UTF8.GetString(WebEncoders.Base64UrlDecode(((string)next["id_token"]!).Split('.')[0])), StringComparison.Ordinal);
        var start = await client.Does("begin", new { redirectUri = Back, scope = Scope, more = new { prompt = "none" } });
        await client.Does("finish", new { callback = (await agent.Goes((string)start["url"]!)).Url.ToString() });
    }

    [Fact]
    public async Task The_discovery_document_says_what_there_is()
    {
        await using var fair = await Fair.Open(DatabaseKind.Sqlite);
        var document = JsonNode.Parse(await Get(fair, ".well-known/openid-configuration"))!;
        Assert.Equal(fair.Address.ToString(), (string)document["issuer"]!);
        Assert.Equal(["S256"], document["code_challenge_methods_supported"]!.AsArray().Select(m => (string)m!));
        Assert.Equal(["code"], document["response_types_supported"]!.AsArray().Select(m => (string)m!));
        Assert.Equal(["RS256"], document["id_token_signing_alg_values_supported"]!.AsArray().Select(m => (string)m!));
        Assert.Equal(["authorization_code", "client_credentials", "refresh_token"], document["grant_types_supported"]!.AsArray().Select(m => (string)m!).Order());
        Assert.True((bool)document["authorization_response_iss_parameter_supported"]!);
        Assert.Contains("goods.write", document["scopes_supported"]!.AsArray().Select(s => (string)s!));
        foreach (var name in new[] { "authorization_endpoint", "token_endpoint", "userinfo_endpoint", "end_session_endpoint", "jwks_uri", "revocation_endpoint", "introspection_endpoint" })
            Assert.StartsWith(fair.Address.ToString(), (string)document[name]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_owner_registers_applications_and_what_cannot_be_is_refused_by_name()
    {
        await using var fair = await Fair.Open(DatabaseKind.Sqlite);
        var shop = await fair.Shop();
        var owner = shop.Owner;
        var path = $"organisations/{shop.Id}/applications";
        foreach (var (body, code) in new (object, string)[]
        {
            (new { name = " ", kind = "web", redirectUris = new[] { Back } }, "application.name_invalid"), (new { name = "A", kind = "else", redirectUris = new[] { Back } }, "application.kind_invalid"),
            (new { name = "A", kind = "web" }, "application.redirect_invalid"), (new { name = "A", kind = "web", redirectUris = new[] { "http://far.example/" } }, "application.redirect_invalid"),
            (new { name = "A", kind = "web", redirectUris = new[] { "https://*.example/" } }, "application.redirect_invalid"), (new { name = "A", kind = "web", redirectUris = new[] { "com.example.app:/back" } }, "application.redirect_invalid"),
            (new { name = "A", kind = "device", redirectUris = new[] { "app:/back" } }, "application.redirect_invalid"), (new { name = "A", kind = "web", redirectUris = new[] { Back }, scopes = new[] { "members.manage" } }, "application.scope_invalid"),
            (new { name = "A", kind = "service", scopes = new[] { "email" } }, "application.scope_invalid"),
        })
            Assert.Equal(code, (string)(await owner.Post(path, body, 422))["code"]!);
        var device = await owner.Post(path, new { name = "Phone", kind = "device", redirectUris = new[] { "com.example.app:/back" } }, 201);
        Assert.Null(device["clientSecret"]);
        Assert.Equal("application.has_no_secret", (string)(await owner.Post($"{path}/{device["application"]!["applicationId"]}/secret", new { }, 409))["code"]!);
        Assert.Equal("application.not_found", (string)(await owner.Post($"{path}/{Guid.CreateVersion7()}/secret", new { }, 404))["code"]!);
        Assert.Equal("application.allowance_not_found", (string)(await Call.Read(await owner.Send($"me/applications/{Guid.CreateVersion7()}", new { }, method: HttpMethod.Delete), 404))["code"]!);
        var listed = (await owner.Get(path))["items"]!.AsArray();
        Assert.Equal(("Phone", "device"), ((string)listed[0]!["name"]!, (string)listed[0]!["kind"]!));
        await Call.Read(await owner.Send($"{path}/{device["application"]!["applicationId"]}", new { }, method: HttpMethod.Delete), 204);
        Assert.Empty((await owner.Get(path))["items"]!.AsArray());
    }

    private static async Task<(ThirdParty Client, Agent Agent, JsonObject Tokens)> SignedIn(Fair fair)
    {
        var shop = await fair.Shop();
        var app = await Registered(shop.Owner, shop.Id);
        var client = await ThirdParty.Of(fair.Address, app.ClientId, app.Secret);
        var agent = new Agent(fair.Address);
        return (client, agent, await client.Does("finish", new { callback = await Allows(client, agent, shop.Owner.Contact) }));
    }

    private static async Task<string> Allows(ThirdParty client, Agent agent, string? contact)
    {
        var start = await client.Does("begin", new { redirectUri = Back, scope = Scope });
        await agent.Goes((string)start["url"]!);
        if (contact is not null) await agent.SignsIn(contact, Fair.Password);
        return (await agent.Presses("Allow")).Url.ToString();
    }

    private static async Task<(string ClientId, string Secret)> Registered(Person owner, string organisation)
    {
        var made = await owner.Post($"organisations/{organisation}/applications", new { name = "Stock planner", kind = "web", redirectUris = new[] { Back }, logoutUris = new[] { After }, scopes = new[] { "profile", "email", "phone", "goods.write" } }, 201);
        return ((string)made["application"]!["clientId"]!, (string)made["clientSecret"]!);
    }

    private static Task<string> ClientId(JsonObject tokens) => Task.FromResult((string)tokens["claims"]!["aud"]!);

    private static string Question(Fair fair, string clientId) => QueryHelpers.AddQueryString($"{fair.Address}connect/authorize", new Dictionary<string, string?>
    {
        ["client_id"] = clientId, ["response_type"] = "code", ["redirect_uri"] = Back, ["scope"] = "openid", ["state"] = "s",
        ["code_challenge"] = WebEncoders.Base64UrlEncode(SHA256.HashData("a"u8)), ["code_challenge_method"] = "S256",
    });

    private static string With(string url, string name, string? value)
    {
        var query = QueryHelpers.ParseQuery(new Uri(url).Query).ToDictionary(p => p.Key, p => (string?)p.Value.ToString());
        query.Remove(name);
        if (value is not null) query[name] = value;
        return QueryHelpers.AddQueryString(url.Split('?')[0], query);
    }

    /// <summary>The identity token's claims under no algorithm, under HS256 with the public key as the secret, and under a key of the forger's.</summary>
    private static IEnumerable<string> Forgeries(string idToken, JsonNode publicKey)
    {
        var payload = idToken.Split('.')[1];
        using var stranger = RSA.Create(2048);
        using var ours = RSA.Create(new RSAParameters { Modulus = WebEncoders.Base64UrlDecode((string)publicKey["n"]!), Exponent = WebEncoders.Base64UrlDecode((string)publicKey["e"]!) });
        var kid = (string)publicKey["kid"]!;
        yield return $"{Header("none", kid)}.{payload}.";
        foreach (var secret in new[] { Encoding.ASCII.GetBytes(ours.ExportSubjectPublicKeyInfoPem()), ours.ExportSubjectPublicKeyInfo(), ours.ExportRSAPublicKey() })
            yield return Sealed($"{Header("HS256", kid)}.{payload}", text => HMACSHA256.HashData(secret, text));
        yield return Sealed($"{Header("RS256", kid)}.{payload}", text => stranger.SignData(text, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

        static string Header(string algorithm, string kid) => WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes($$"""{"alg":"{{algorithm}}","kid":"{{kid}}","typ":"JWT"}"""));
        static string Sealed(string text, Func<byte[], byte[]> sign) => $"{text}.{WebEncoders.Base64UrlEncode(sign(Encoding.ASCII.GetBytes(text)))}";
    }

    private static async Task<string> Get(Fair fair, string path)
    {
        using var http = fair.Http();
        return await http.GetStringAsync(path);
    }

    private static async Task<string> Token(Fair fair, (string Id, string Secret) app, params (string Name, string Value)[] values)
    {
        using var http = fair.Http();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{app.Id}:{app.Secret}")));
        using var answer = await http.PostAsync("connect/token", new FormUrlEncodedContent(values.Select(v => KeyValuePair.Create(v.Name, v.Value))));
        return (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["error"]!;
    }

    private static async Task<string?> Code(Fair fair, string token, HttpMethod method, string path)
    {
        using var http = fair.Http();
        using var request = new HttpRequestMessage(method, $"api/v1/{path}") { Content = method == HttpMethod.Post ? JsonContent.Create(new { }) : null };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await http.SendAsync(request);
        return (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["code"];
    }

    private static async Task<HttpStatusCode> Lists(Fair fair, string token, string shopId, string sku)
    {
        using var http = fair.Http();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await http.PostAsJsonAsync($"api/v1/shops/{shopId}/products", new { sku, name = sku, price = Person.Money(100) });
        return answer.StatusCode;
    }
}
