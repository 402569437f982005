using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Fairground.Kernel;
using Fairground.Kernel.Storage;
using Fairground.Notifications.SendWebhooks;
using Fairground.Testing;
using Microsoft.Extensions.DependencyInjection;
using StandardWebhooks;
using StandardWebhooks.Diagnostics;
using Xunit;

namespace Fairground.Notifications.Tests;

/// <summary>Webhooks, called over real connections (C-35).</summary>
[Requirement("C-35")]
public sealed class WebhookTests
{
    private static readonly (string, string) Private = ("FAIRGROUND_ALLOW_PRIVATE_WEBHOOKS", "1");
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task An_event_is_sent_once_to_each_that_asked_for_it_signed_so_that_a_library_of_others_believes_it(DatabaseKind kind)
    {
        await using var receiver = await HookReceiver.Start();
        await using var host = await NotificationsHost.Start(kind, Private);
        // The library asks the machine's clock how old a call is.
        host.Clock.Advance(TimeProvider.System.GetUtcNow() - host.Clock.GetUtcNow());
        var ((shop, owner), (other, stranger)) = (host.Neighbours.Shop("Ours"), host.Neighbours.Shop("Theirs"));
        using var mine = host.As(owner);
        using var theirs = host.As(stranger);
        using var office = host.As(Ids.New(), isOperator: true);
        var secret = (string)(await Make(mine, $"shops/{shop}/webhooks", $"{receiver.Address}/ours", Toy.Name))["secret"]!;
        await Make(theirs, $"shops/{other}/webhooks", $"{receiver.Address}/theirs", Toy.Name);
        await Make(mine, $"shops/{shop}/webhooks", $"{receiver.Address}/lost", "toys.toy.lost");
        await Make(office, "webhooks", $"{receiver.Address}/office", Toy.Name, "toys.toy.lost");
        var buyer = Ids.New();
        await Happens(host, new Toy(7, shop, buyer));
        await Waiting(host, 2);
        await host.CallWebhooks();
        await host.CallWebhooks();

        Assert.Equal(["/office", "/ours"], receiver.Calls.Select(c => c.Path).Order());
        var call = receiver.Calls.Single(c => c.Path == "/ours");
        var body = JsonNode.Parse(call.Text)!;
        Assert.Equal((Toy.Name, 7, $"{shop}"), ((string)body["type"]!, (int)body["data"]!["number"]!, (string)body["data"]!["shopId"]!));
        Assert.DoesNotContain(buyer.ToString(), call.Text, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(("POST", "application/json"), (call.Method, call.Headers.ContentType.ToString()));
        // One fact, one id, whoever hears of it.
        Assert.Single(receiver.Calls.Select(c => c.Headers["webhook-id"].ToString()).Distinct());
        new StandardWebhook(secret).Verify(call.Text, call.Headers);
        Assert.Throws<WebhookVerificationException>(() => new StandardWebhook(secret).Verify(call.Text.Replace('7', '8'), call.Headers));
        Assert.Throws<WebhookVerificationException>(() => new StandardWebhook("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").Verify(call.Text, call.Headers));
        await host.AuditHolds();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task While_a_secret_is_replaced_both_sign_and_then_only_the_new_one(DatabaseKind kind)
    {
        await using var receiver = await HookReceiver.Start();
        await using var host = await NotificationsHost.Start(kind, Private);
        host.Clock.Advance(TimeProvider.System.GetUtcNow() - host.Clock.GetUtcNow() - TimeSpan.FromMinutes(62));
        var (shop, owner) = host.Neighbours.Shop("Ours");
        using var mine = host.As(owner);
        var made = await Make(mine, $"shops/{shop}/webhooks", receiver.Address, Toy.Name);
        var (id, old) = ((string)made["webhook"]!["webhookId"]!, (string)made["secret"]!);
        Assert.Equal("webhook.overlap_invalid", await Code(await mine.PostAsJsonAsync($"/api/v1/shops/{shop}/webhooks/{id}/rotation", new { overlapHours = 169 }, Ct)));
        var rotated = await Json(await mine.PostAsJsonAsync($"/api/v1/shops/{shop}/webhooks/{id}/rotation", new { overlapHours = 1 }, Ct));
        var fresh = (string)rotated["secret"]!;
        Assert.NotEqual(old, fresh);

        host.Clock.Advance(TimeSpan.FromMinutes(59));
        await Test(mine, shop, id);
        await host.CallWebhooks();
        host.Clock.Advance(TimeSpan.FromMinutes(2));
        await Test(mine, shop, id);
        await host.CallWebhooks();
        var (during, after) = (receiver.Calls.First(), receiver.Calls.Last());
        var signatures = during.Headers["webhook-signature"].ToString().Split(' ');
        Assert.Equal(2, signatures.Length);
        // This library looks at the first signature only, so it is given one at a time.
        foreach (var (signature, secret) in signatures.Zip([fresh, old]))
        {
            during.Headers["webhook-signature"] = signature;
            new StandardWebhook(secret).Verify(during.Text, during.Headers);
        }
        new StandardWebhook(fresh).Verify(after.Text, after.Headers);
        Assert.Throws<WebhookVerificationException>(() => new StandardWebhook(old).Verify(after.Text, after.Headers));
        Assert.DoesNotContain(fresh, await mine.GetStringAsync($"/api/v1/shops/{shop}/webhooks", Ct), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task What_fails_is_tried_over_three_days_then_the_webhook_is_given_up_with_a_notice_and_what_it_missed_is_replayed(DatabaseKind kind)
    {
        await using var receiver = await HookReceiver.Start();
        await using var host = await NotificationsHost.Start(kind, Private, ("FAIRGROUND_DEV_INBOX", "1"));
        var (shop, owner) = host.Neighbours.Shop("Ours");
        using var mine = host.As(owner);
        var hooks = $"/api/v1/shops/{shop}/webhooks";
        var id = (string)(await Make(mine, $"shops/{shop}/webhooks", receiver.Address, Toy.Name))["webhook"]!["webhookId"]!;
        receiver.Says(500);
        await Happens(host, new Toy(1, shop, owner));
        await Waiting(host, 1);
        var begun = host.Clock.GetUtcNow();
        var waits = new List<double>();
        for (var attempt = 1; attempt <= 10; attempt++)
        {
            await host.CallWebhooks();
            Assert.Equal(attempt, receiver.Calls.Count);
            var next = (DateTimeOffset?)(await Log(mine, hooks, id))[0]!["nextTryAt"];
            if (next is null) break;
            waits.Add((next.Value - host.Clock.GetUtcNow()).TotalSeconds);
            host.Clock.Advance(next.Value - host.Clock.GetUtcNow());
        }
        double[] pauses = [5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400];
        Assert.Equal(9, waits.Count);
        Assert.All(waits.Zip(pauses), w => Assert.InRange(w.First, w.Second - 0.01, w.Second * 1.1));
        Assert.InRange((host.Clock.GetUtcNow() - begun).TotalDays, 3, 3.5);
        Assert.Single(receiver.Calls.Select(c => c.Headers["webhook-id"].ToString()).Distinct());
        Assert.Equal("given_up", (string?)(await Json(await mine.GetAsync($"{hooks}/{id}", Ct)))["state"]);
        var notice = Assert.Single(JsonNode.Parse(await mine.GetStringAsync($"/dev/inbox?to=owner-{shop:N}@example.com", Ct))!.AsArray());
        Assert.Equal("A webhook no longer answers", (string?)notice!["subject"]);

        // Missed while it is given up, kept all the same.
        await Happens(host, new Toy(2, shop, owner));
        await Eventually.Holds(async () => (await Log(mine, hooks, id)).Count == 2, Soon, "the second is noted");
        Assert.Equal("off", (string?)(await Log(mine, hooks, id))[0]!["lastError"]);
        Assert.Equal("webhook.off", await Code(await mine.PostAsJsonAsync($"{hooks}/{id}/replay", new { }, Ct)));
        Assert.Equal("webhook.off", await Code(await mine.PostAsync($"{hooks}/{id}/test", null, Ct)));
        await Json(await mine.PatchAsJsonAsync($"{hooks}/{id}", new { on = true }, Ct));
        receiver.Says(200);
        Assert.Equal(2, (int)(await Json(await mine.PostAsJsonAsync($"{hooks}/{id}/replay", new { since = begun }, Ct)))["deliveries"]!);
        await host.CallWebhooks();
        Assert.Equal(["delivered", "delivered"], (await Log(mine, hooks, id)).Select(d => (string)d!["state"]!));
        Assert.Equal(12, receiver.Calls.Count);
        Assert.Equal(2, receiver.Calls.Select(c => c.Headers["webhook-id"].ToString()).Distinct().Count());
        await host.AuditHolds();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task One_delivery_is_replayed_under_its_id_and_the_log_has_every_try(DatabaseKind kind)
    {
        await using var receiver = await HookReceiver.Start();
        await using var host = await NotificationsHost.Start(kind, Private);
        var (shop, owner) = host.Neighbours.Shop("Ours");
        using var mine = host.As(owner);
        var hooks = $"/api/v1/shops/{shop}/webhooks";
        var id = (string)(await Make(mine, $"shops/{shop}/webhooks", receiver.Address, Toy.Name))["webhook"]!["webhookId"]!;
        // Asked to come later, redirected, and hanging up: none of them is done.
        Queue<Func<HttpResponseStatus>> script = new([() => new(503, "Retry-After", "600"), () => new(302, "Location", $"{receiver.Address}/elsewhere"), () => new(0, "", ""), () => new(200, "", "")]);
        receiver.Answer = (_, http) =>
        {
            var answer = script.Dequeue()();
            if (answer.Status == 0) http.Abort();
            else http.Response.StatusCode = answer.Status;
            if (answer.Name.Length > 0) http.Response.Headers[answer.Name] = answer.Value;
            return Task.CompletedTask;
        };
        await Test(mine, shop, id);
        foreach (var advance in new[] { 0, 599, 1, 330, 2000 })
        {
            host.Clock.Advance(TimeSpan.FromSeconds(advance));
            await host.CallWebhooks();
        }
        Assert.Equal(4, receiver.Calls.Count);
        Assert.DoesNotContain(receiver.Calls, c => c.Path == "/elsewhere");
        var delivery = (string)(await Log(mine, hooks, id))[0]!["deliveryId"]!;
        var detail = await Json(await mine.GetAsync($"{hooks}/{id}/deliveries/{delivery}", Ct));
        Assert.Equal(["503 status", "302 status", " unreachable", "200 "], detail["attempts"]!.AsArray().Select(a => $"{a!["status"]} {a["error"]}"));
        Assert.Equal("webhook.test", (string?)detail["body"]!["type"]);
        receiver.Says(200);
        await Json(await mine.PostAsync($"{hooks}/{id}/deliveries/{delivery}/replay", null, Ct));
        await host.CallWebhooks();
        Assert.Equal(5, receiver.Calls.Count);
        Assert.Single(receiver.Calls.Select(c => c.Headers["webhook-id"].ToString()).Distinct());
        Assert.Equal("webhook.delivery_not_found", await Code(await mine.PostAsync($"{hooks}/{id}/deliveries/{Ids.New()}/replay", null, Ct)));
        // 410: gone for good.
        receiver.Says(410);
        await Test(mine, shop, id);
        await host.CallWebhooks();
        Assert.Equal("given_up", (string?)(await Json(await mine.GetAsync($"{hooks}/{id}", Ct)))["state"]);
    }

    [Fact]
    public async Task What_is_wrong_is_refused_and_a_webhook_belongs_to_one_shop()
    {
        await using var host = await NotificationsHost.Start(DatabaseKind.Sqlite, Private);
        var ((shop, owner), (other, stranger)) = (host.Neighbours.Shop("Ours"), host.Neighbours.Shop("Theirs"));
        using var mine = host.As(owner);
        using var theirs = host.As(stranger);
        using var office = host.As(Ids.New(), isOperator: true);
        var hooks = $"/api/v1/shops/{shop}/webhooks";
        async Task<string> Refused(object body) => await Code(await mine.PostAsJsonAsync(hooks, body, Ct));
        Assert.Equal("webhook.address_refused", await Refused(new { url = "ftp://example.com", events = new[] { Toy.Name } }));
        Assert.Equal("webhook.address_refused", await Refused(new { url = "http://a:b@127.0.0.1:9", events = new[] { Toy.Name } }));
        Assert.Equal("webhook.events_unknown", await Refused(new { url = "http://127.0.0.1:9", events = Array.Empty<string>() }));
        Assert.Equal("webhook.events_unknown", await Refused(new { url = "http://127.0.0.1:9", events = new[] { "toys.toy.eaten" } }));
        Assert.Equal("webhook.description_too_long", await Refused(new { url = "http://127.0.0.1:9", description = new string('x', 201), events = new[] { Toy.Name } }));
        var id = (string)(await Make(mine, $"shops/{shop}/webhooks", "http://127.0.0.1:9", Toy.Name))["webhook"]!["webhookId"]!;
        Assert.Equal("access.forbidden", await Code(await theirs.GetAsync($"{hooks}/{id}", Ct)));
        Assert.Equal("webhook.not_found", await Code(await theirs.GetAsync($"/api/v1/shops/{other}/webhooks/{id}", Ct)));
        Assert.Equal("access.forbidden", await Code(await mine.GetAsync("/api/v1/webhooks", Ct)));
        Assert.Equal("webhook.not_found", await Code(await office.GetAsync($"/api/v1/webhooks/{id}", Ct)));
        for (var i = 1; i < 20; i++) await Make(mine, $"shops/{shop}/webhooks", "http://127.0.0.1:9", Toy.Name);
        Assert.Equal("webhook.too_many", await Refused(new { url = "http://127.0.0.1:9", events = new[] { Toy.Name } }));
        Assert.Equal(HttpStatusCode.NoContent, (await mine.DeleteAsync($"{hooks}/{id}", Ct)).StatusCode);
        host.Neighbours.Unconfirmed = CommonRefusals.ConfirmIdentity;
        Assert.Equal("access.confirm_identity", await Refused(new { url = "http://127.0.0.1:9", events = new[] { Toy.Name } }));
    }

    [Fact]
    public async Task No_address_leads_into_the_private_network_neither_when_it_is_given_nor_when_it_is_called()
    {
        await using var receiver = await HookReceiver.Start();
        await using var host = await NotificationsHost.Start(DatabaseKind.Sqlite);
        var (shop, owner) = host.Neighbours.Shop("Ours");
        using var mine = host.As(owner);
        foreach (var address in new[] { receiver.Address, "https://127.0.0.1", "https://[::1]:8443", "https://[::ffff:10.0.0.1]", "https://169.254.169.254/latest", "https://2130706433", "https://0x7f.1", "https://0", "http://example.com" })
        {
            Assert.Equal("webhook.address_refused", await Code(await mine.PostAsJsonAsync($"/api/v1/shops/{shop}/webhooks", new { url = address, events = new[] { Toy.Name } }, Ct)));
        }
        // A name that was public when it was given, and leads inside later.
        var reach = host.Services.GetRequiredService<WebhookReach>();
        var leads = IPAddress.Parse("93.184.215.14");
        reach.Resolve = (_, _) => Task.FromResult(new[] { leads });
        var id = (string)(await Make(mine, $"shops/{shop}/webhooks", $"https://rebind.example:{new Uri(receiver.Address).Port}", Toy.Name))["webhook"]!["webhookId"]!;
        leads = IPAddress.Loopback;
        await Test(mine, shop, id);
        await host.CallWebhooks();
        Assert.Empty(receiver.Calls);
        Assert.Equal("address_refused", (string?)(await Log(mine, $"/api/v1/shops/{shop}/webhooks", id))[0]!["lastError"]);
    }

    // Standard Webhooks, libraries/python/tests/test_webhooks.py (test_sign_function), Apache-2.0 and MIT.
    [Fact]
    public void The_published_vector_is_signed_as_published()
    {
        var secret = Convert.FromBase64String("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        Assert.Equal("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", WebhookSecrets.Signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, "{\"test\": 2432232314}"u8));
    }

    private static async Task Happens(NotificationsHost host, Toy toy)
    {
        await using var scope = host.Services.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<NotificationsContext>();
        context.Publish(toy, host.Clock.GetUtcNow());
        await context.SaveChangesAsync(Ct);
    }

    private static Task Waiting(NotificationsHost host, int expected) => Eventually.Holds(
        async () =>
        {
            await using var connection = await host.Database.OpenAsync(Ct);
            await using var command = connection.CreateCommand();
            command.CommandText = "select count(*) from notifications_webhook_delivery where state = 0";
            return Convert.ToInt32(await command.ExecuteScalarAsync(Ct), System.Globalization.CultureInfo.InvariantCulture) == expected;
        },
        Soon,
        $"{expected} wait to be called");

    private static async Task<JsonNode> Make(HttpClient client, string at, string url, params string[] events) =>
        await Json(await client.PostAsJsonAsync($"/api/v1/{at}", new { url, events }, Ct));

    private static async Task Test(HttpClient client, Guid shop, string id) => await Json(await client.PostAsync($"/api/v1/shops/{shop}/webhooks/{id}/test", null, Ct));

    private static async Task<JsonArray> Log(HttpClient client, string hooks, string id) => (await Json(await client.GetAsync($"{hooks}/{id}/deliveries", Ct)))["items"]!.AsArray();

    private static async Task<JsonNode> Json(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync(Ct);
        Assert.True(response.IsSuccessStatusCode, $"{(int)response.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }

    private static async Task<string> Code(HttpResponseMessage response) => (string)JsonNode.Parse(await response.Content.ReadAsStringAsync(Ct))!["code"]!;

    private sealed record HttpResponseStatus(int Status, string Name, string Value);
}
