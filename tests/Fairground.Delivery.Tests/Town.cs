using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Modules;
using Fairground.Kernel.Storage;
using Fairground.Server.Hosting;
using Fairground.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Fairground.Delivery.Tests;

/// <summary>A whole server with a shop and a buyer, over HTTP. What a way of selling does, writing its order to the outbox, is done here by hand.</summary>
internal sealed class Town : IAsyncDisposable
{
    public const string Password = "password of a friend";

    private readonly TestDatabase database;
    private readonly DirectoryInfo folder;
    private readonly WebApplication app;

    private Town(TestDatabase database, DirectoryInfo folder, WebApplication app, ShiftedTime clock) => (this.database, this.folder, this.app, Clock) = (database, folder, app, clock);

    public ShiftedTime Clock { get; }

    public Townsman Operator { get; private set; } = null!;

    public Townsman Owner { get; private set; } = null!;

    public Townsman Buyer { get; private set; } = null!;

    public Guid ShopId { get; private set; }

    public Uri Address => new(app.Urls.First());

    public static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<Town> Open(DatabaseKind kind, params string[] settings)
    {
        var database = await TestDatabase.Migrated(kind);
        var folder = Directory.CreateTempSubdirectory("fairground-town-");
        var clock = new ShiftedTime();
        var app = WebHost.Build(
            [
                $"--FAIRGROUND_DATABASE={database.Setting}", $"--FAIRGROUND_DATA={folder.FullName}", "--FAIRGROUND_DEV_INBOX=1", $"--FAIRGROUND_OPERATOR=operator@town.example:{Password}",
                "--FAIRGROUND_DRAND=off", "--FAIRGROUND_JURISDICTION=demo", "--urls=http://127.0.0.1:0", .. settings.Select(s => "--" + s),
            ],
            builder =>
            {
                builder.Logging.SetMinimumLevel(LogLevel.Warning);
                builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock));
            });
        var town = new Town(database, folder, app, clock);
        await Market.Migrate(app.Services, Ct);
        await app.StartAsync(Ct);
        town.Operator = await town.SignIn("operator@town.example");
        town.ShopId = Guid.Parse((string)(await town.Operator.Post("shops", new { name = "Kettles and Co", currency = "KZT", address = "Abay Avenue 10" }, 201))["shopId"]!);
        town.Owner = await town.Register("owner");
        await town.Appoint(town.Owner, town.ShopId);
        town.Buyer = await town.Register("aigerim");
        return town;
    }

    public async Task Appoint(Townsman person, Guid shopId)
    {
        var invitation = await Operator.Post($"organisations/{shopId}/invitations", new { contact = person.Contact, role = "owner" }, 201);
        await person.Post($"me/invitations/{invitation["invitationId"]}/acceptance", new { }, 204);
    }

    public async Task<Townsman> Register(string name)
    {
        using var http = Http();
        var contact = $"{name}@town.example";
        var registration = await Townsman.Read(await http.PostAsJsonAsync("api/v1/registrations", new { contact, displayName = name }, Ct), 202);
        var code = (await http.GetFromJsonAsync<JsonArray>($"dev/inbox?to={Uri.EscapeDataString(contact)}", Ct))!.Select(m => (string?)m!["code"]).First(c => c is not null);
        var session = await Townsman.Read(await http.PostAsJsonAsync($"api/v1/registrations/{registration["registrationId"]}/confirmation", new { code, password = Password }, Ct), 201);
        return new Townsman(this, contact, session);
    }

    public async Task<Townsman> SignIn(string contact)
    {
        using var http = Http();
        return new Townsman(this, contact, await Townsman.Read(await http.PostAsJsonAsync("api/v1/sessions", new { contact, password = Password }, Ct), 201));
    }

    /// <summary>Somebody has become the final buyer of something: ordered as a way of selling does it, and waited for.</summary>
    /// <param name="late">How long ago that was when the order is read.</param>
    public async Task<Guid> Sells(HandoverWays ways = HandoverWays.Shipment | HandoverWays.PickUp, int approveDays = 10, int sendDays = 5, Townsman? to = null, Guid? sourceId = null, TimeSpan late = default)
    {
        var buyer = to ?? Buyer;
        var at = Clock.GetUtcNow() - late;
        var order = new HandoverOrder("test", sourceId ?? Guid.CreateVersion7(), ShopId, buyer.Id, null, "Copper kettle", 1_000_000, "KZT", ways, approveDays, at.AddDays(sendDays));
        await Publishes(order, at);
        await Eventually.Holds(async () => await buyer.Status($"me/deliveries/{order.HandoverId}") == 200, TimeSpan.FromSeconds(20), "the handover is open");
        return order.HandoverId;
    }

    private async Task Publishes(HandoverOrder order, DateTimeOffset at)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<DeliveryContext>();
        context.Publish(order, at);
        await context.SaveChangesAsync(Ct);
    }

    /// <summary>A delivery that the buyer has asked to be sent home.</summary>
    public async Task<Guid> SellsToSend(int approveDays = 10, int sendDays = 5, TimeSpan late = default)
    {
        var delivery = await Sells(approveDays: approveDays, sendDays: sendDays, late: late);
        var addresses = (await Buyer.Get("me/addresses"))["items"]!.AsArray();
        var address = addresses.Count > 0 ? addresses[0]! : await Buyer.Post("me/addresses", Samples.Address, 201);
        await Buyer.Post($"me/deliveries/{delivery}/choice", new { way = "shipment", addressId = (string)address["addressId"]! }, 200);
        return delivery;
    }

    /// <summary>A parcel of a delivery, made by the shop.</summary>
    public async Task<string> Packs(Guid delivery, string carrier = "own", string? tracking = null) => (string)(await Owner.Post("shipments", new { deliveryId = delivery, carrier, tracking }, 201))["shipmentId"]!;

    /// <summary>What the clock does at its turn; it may do it by itself at the same time.</summary>
    public async Task Ticks()
    {
        await using var scope = app.Services.CreateAsyncScope();
        while (await scope.ServiceProvider.GetRequiredService<DueHandovers>().Turn(Ct))
        {
            // More is due.
        }
    }

    /// <summary>Asks every carrier that is due.</summary>
    public async Task AsksCarriers()
    {
        await using var scope = app.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<CarrierPolling>().Turn(Ct);
    }

    public T Service<T>()
        where T : notnull => app.Services.GetRequiredService<T>();

    /// <summary>The events of a topic that were written for this handover, from the outbox or from what has left it.</summary>
    public async Task<List<string>> Told(Townsman who)
    {
        using var http = Http();
        return [.. (await http.GetFromJsonAsync<JsonArray>($"dev/inbox?to={Uri.EscapeDataString(who.Contact)}", Ct))!.Select(m => (string)m!["subject"]!)];
    }

    /// <summary>Waits for a message to this person whose subject begins so.</summary>
    public Task IsTold(Townsman who, string subject) => Eventually.Holds(async () => (await Told(who)).Exists(s => s.StartsWith(subject, StringComparison.Ordinal)), TimeSpan.FromSeconds(20), $"{who.Contact} hears «{subject}»");

    public HttpClient Http() => new() { BaseAddress = Address };

    public async ValueTask DisposeAsync()
    {
        try
        {
            var broken = await Broken();
            // Events of a second ago are days old to a clock that was moved since: what is about to leave may leave first.
            for (var i = 0; i < 200 && broken is [{ Check: "kernel outbox" }]; i++)
            {
                await Task.Delay(50, Ct);
                broken = await Broken();
            }
            Assert.Empty(broken.Select(f => $"{f.Check}: {f.Text}"));
        }
        finally
        {
            await app.StopAsync(CancellationToken.None);
            await app.DisposeAsync();
            await database.DisposeAsync();
            folder.Delete(true);
        }
    }

    private async Task<List<AuditFinding>> Broken()
    {
        await using var scope = app.Services.CreateAsyncScope();
        var broken = new List<AuditFinding>();
        foreach (var check in scope.ServiceProvider.GetServices<IAuditCheck>()) broken.AddRange((await check.Run(Ct)).Where(f => !f.Holds));
        return broken;
    }
}

/// <summary>Somebody signed in, who signs in again where the clock has made the session old.</summary>
internal sealed class Townsman
{
    private readonly Town town;
    private readonly HttpClient http;

    public Townsman(Town town, string contact, JsonNode session)
    {
        (this.town, Contact, Id) = (town, contact, Guid.Parse((string)session["userId"]!));
        http = town.Http();
        Take(session);
    }

    public string Contact { get; }

    public Guid Id { get; }

    public HttpClient Client => http;

    public Task<JsonNode> Get(string path, int expected = 200) => Ask(() => http.GetAsync(new Uri($"api/v1/{path}", UriKind.Relative), Town.Ct), expected);

    public async Task<int> Status(string path)
    {
        using var answer = await http.GetAsync(new Uri($"api/v1/{path}", UriKind.Relative), Town.Ct);
        return (int)answer.StatusCode;
    }

    public Task<JsonNode> Post(string path, object body, int expected) => Ask(() => http.PostAsJsonAsync($"api/v1/{path}", body, Town.Ct), expected);

    public Task<JsonNode> Put(string path, object body, int expected) => Ask(() => http.PutAsJsonAsync($"api/v1/{path}", body, Town.Ct), expected);

    public Task<JsonNode> Delete(string path, int expected) => Ask(() => http.DeleteAsync(new Uri($"api/v1/{path}", UriKind.Relative), Town.Ct), expected);

    /// <summary>The code of the refusal.</summary>
    public async Task<string> IsRefused(string path, object body, int status) => (string)(await Post(path, body, status))["code"]!;

    private void Take(JsonNode session) => http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string)session["accessToken"]!);

    private async Task<JsonNode> Ask(Func<Task<HttpResponseMessage>> ask, int expected)
    {
        var answer = await ask();
        if (answer.StatusCode == System.Net.HttpStatusCode.Unauthorized)
        {
            answer.Dispose();
            using var again = town.Http();
            Take(await Read(await again.PostAsJsonAsync("api/v1/sessions", new { contact = Contact, password = Town.Password }, Town.Ct), 201));
            answer = await ask();
        }
        return await Read(answer, expected);
    }

    public static async Task<JsonNode> Read(HttpResponseMessage response, int expected)
    {
        using (response)
        {
            var text = await response.Content.ReadAsStringAsync(Town.Ct);
            Assert.True((int)response.StatusCode == expected, $"{response.RequestMessage?.Method} {response.RequestMessage?.RequestUri?.AbsolutePath} answered {(int)response.StatusCode}, expected {expected}: {text}");
            return text.Length == 0 || text[0] is not ('{' or '[') ? new JsonObject() : JsonNode.Parse(text)!;
        }
    }
}

/// <summary>What tests send.</summary>
internal static class Samples
{
    public static object Address => new { name = "Айгерім Серікқызы", phone = "+7 701 234 56 78", country = "kz", street = "Абай даңғылы 52, 14", city = "Алматы", postcode = "050000", note = "Entrance 2" };

    /// <summary>The smallest PNG there is.</summary>
    public static byte[] Png { get; } = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");
}
