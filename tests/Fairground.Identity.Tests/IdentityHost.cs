using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Fairground.Kernel.Modules;
using Fairground.Kernel.Storage;
using Fairground.Ledger;
using Fairground.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Xunit;

namespace Fairground.Identity.Tests;

/// <summary>A clock that a test sets.</summary>
internal sealed class Clock : TimeProvider
{
    public DateTimeOffset Now { get; set; } = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);

    public void Pass(TimeSpan span) => Now += span;

    public override DateTimeOffset GetUtcNow() => Now;
}

/// <summary>Keeps messages in place of sending them. As the real one does, it waits for the writer's turn: a caller that still holds it would wait for ever.</summary>
internal sealed class CapturedMessages(Database database) : IMessages
{
    private static readonly TimeSpan LongestTurn = TimeSpan.FromSeconds(20);

    private readonly ConcurrentQueue<ToldMessage> all = new();

    public IReadOnlyList<ToldMessage> All => [.. all];

    public ToldMessage LastTo(string contact) => all.Last(m => m.To == contact);

    public async Task Send(IReadOnlyCollection<Message> messages, CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(LongestTurn);
        using (await database.Gate.EnterAsync(patience.Token))
        {
            foreach (var message in messages) all.Enqueue(ToldMessage.Of(message, typeof(IdentityModule).Assembly));
        }
    }
}

/// <summary>One shop, for staff to work at.</summary>
internal sealed class OneShop : IGoods
{
    public static readonly ShopInfo Kettles = new(Ids.Derive("shop", "kettles"), "Kettles and Co", Currency.Of("KZT"), "Abai 1");

    public Task<ShopInfo?> FindShop(Guid shopId, CancellationToken ct) => Task.FromResult(shopId == Kettles.ShopId ? Kettles : null);

    public Task<ProductInfo?> FindProduct(Guid productId, CancellationToken ct) => Task.FromResult<ProductInfo?>(null);

    public Task<IReadOnlyDictionary<Guid, ProductInfo>> FindProducts(IReadOnlyCollection<Guid> productIds, CancellationToken ct) =>
        Task.FromResult<IReadOnlyDictionary<Guid, ProductInfo>>(new Dictionary<Guid, ProductInfo>());

    public Task<IReadOnlyDictionary<Guid, ShopInfo>> FindShops(IReadOnlyCollection<Guid> shopIds, CancellationToken ct) =>
        Task.FromResult<IReadOnlyDictionary<Guid, ShopInfo>>(new Dictionary<Guid, ShopInfo> { [Kettles.ShopId] = Kettles });
}

/// <summary>An answer: its status and its JSON.</summary>
internal sealed record Answer(HttpStatusCode Status, JsonObject? Body, HttpResponseHeaders Headers)
{
    public string? Code => Body?["code"]?.GetValue<string>();

    public string Text(string name) => Body![name]!.GetValue<string>();

    public Answer Is(HttpStatusCode status)
    {
        Assert.True(Status == status, $"expected {(int)status}, was {(int)Status}: {Body}");
        return this;
    }

    public Answer IsRefused(int status, string code)
    {
        Assert.Equal((status, code), ((int)Status, Code));
        return this;
    }
}

/// <summary>Kernel and Identity on a real port, over a fresh database.</summary>
internal sealed class IdentityHost : IAsyncDisposable
{
    public const string Password = "kettle-on-the-fire";

    private static readonly IModule[] Modules = [new KernelModule(), new LedgerModule(), new IdentityModule()];

    private readonly TestDatabase? owned;
    private readonly WebApplication app;
    private readonly HttpClient http;

    private IdentityHost(TestDatabase? owned, WebApplication app, Clock clock, CapturedMessages messages, WorkDone work)
    {
        (this.owned, this.app, Clock, Messages, Work) = (owned, app, clock, messages, work);
        http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new Uri(app.Urls.First()) };
    }

    public Clock Clock { get; }

    public CapturedMessages Messages { get; }

    /// <summary>What the server did: statements and password hashes.</summary>
    public WorkDone Work { get; }

    public IServiceProvider Services => app.Services;

    public string Origin => http.BaseAddress!.GetLeftPart(UriPartial.Authority);

    public static async Task<IdentityHost> Start(DatabaseKind kind, params (string Name, string Value)[] settings)
    {
        var database = await TestDatabase.Migrated(kind);
        return await StartOn(database, database.Database, new Clock(), settings);
    }

    /// <summary>A second node on the same database and clock.</summary>
    public Task<IdentityHost> StartNode(params (string Name, string Value)[] settings) => StartOn(null, Services.GetRequiredService<Database>(), Clock, settings);

    /// <summary>A file; the answer must be 200.</summary>
    public async Task<byte[]> Bytes(string path, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/" + path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsByteArrayAsync();
    }

    public async Task<Answer> Send(HttpMethod method, string path, object? body = null, string? token = null, string? cookie = null, string? forwardedFor = null)
    {
        using var request = new HttpRequestMessage(method, path.StartsWith('/') ? path : "/api/v1/" + path);
        if (body is not null) request.Content = JsonContent.Create(body);
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (cookie is not null) request.Headers.Add("Cookie", cookie);
        if (forwardedFor is not null) request.Headers.Add("X-Forwarded-For", forwardedFor);
        using var response = await http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new Answer(response.StatusCode, text.StartsWith('{') ? JsonNode.Parse(text)!.AsObject() : null, response.Headers);
    }

    public Task<Answer> Get(string path, string? token = null) => Send(HttpMethod.Get, path, null, token);

    public Task<Answer> Post(string path, object body, string? token = null) => Send(HttpMethod.Post, path, body, token);

    public Task<Answer> Delete(string path, string? token = null) => Send(HttpMethod.Delete, path, null, token);

    /// <summary>Begins a registration and returns its id.</summary>
    public async Task<string> Begins(string contact, string name = "Aigul") =>
        (await Post("registrations", new { contact, displayName = name, numberConsent = true })).Is(HttpStatusCode.Accepted).Text("registrationId");

    /// <summary>Registers and returns the session.</summary>
    public async Task<Answer> Registers(string contact, string name = "Aigul")
    {
        var id = await Begins(contact, name);
        var code = Messages.All.Last(m => m.Code is not null).Code;
        return (await Post($"registrations/{id}/confirmation", new { code, password = Password })).Is(HttpStatusCode.Created);
    }

    /// <summary>Asks for a code at this path, and gives the id of what waits for it.</summary>
    public async Task<string> Asks(string path, string contact, string idName) => (await Post(path, new { contact })).Is(HttpStatusCode.Accepted).Text(idName);

    /// <summary>A six-digit code that is not this one.</summary>
    public static string Wrong(string? code) => code == "123456" ? "654321" : "123456";

    public Task<Answer> SignsIn(string contact, string password = Password) => Post("sessions", new { contact, password });

    /// <summary>Asks a registered contact into an organisation and takes the role.</summary>
    public async Task Joins(string inviter, Guid organisationId, string contact, string role)
    {
        var invitation = (await Post($"organisations/{organisationId}/invitations", new { contact, role }, inviter)).Is(HttpStatusCode.Created).Text("invitationId");
        (await Post($"me/invitations/{invitation}/acceptance", new { }, (await SignsIn(contact)).Text("accessToken"))).Is(HttpStatusCode.NoContent);
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
        if (owned is not null) await owned.DisposeAsync();
    }

    private static async Task<IdentityHost> StartOn(TestDatabase? owned, Database database, Clock clock, (string Name, string Value)[] settings)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(settings.ToDictionary(s => s.Name, s => (string?)s.Value));
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        var messages = new CapturedMessages(database);
        var work = new WorkDone();
        builder.Logging.AddProvider(work).AddFilter<WorkDone>(null, LogLevel.None).AddFilter<WorkDone>(WorkDone.Category, LogLevel.Information);
        // As an instance, so that closing this host leaves the database to its owner.
        builder.Services.AddSingleton(database);
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Services.AddSingleton<IMessages>(messages);
        builder.Services.AddSingleton<IGoods, OneShop>();
        // A hash that is slow on purpose is somebody else's test; the number of hashes is what ours look at.
        builder.Services.Configure<PasswordHasherOptions>(options => options.IterationCount = 1_000);
        Permission goods = new("goods.write", "Change goods."), lots = new("lots.write", "Open lots.");
        builder.Services.AddSingleton(goods).AddSingleton(lots);
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddRouting();
        foreach (var module in Modules) module.AddServices(builder.Services, builder.Configuration);
        builder.Services.Replace(ServiceDescriptor.Singleton<IPasswordHasher<FairgroundUser>>(provider => new CountedHasher(provider.GetRequiredService<IOptions<PasswordHasherOptions>>(), work)));
        var app = builder.Build();
        TrustedProxies.Use(app, builder.Configuration);
        app.UseRouting();
        app.UseAuthentication();
        app.UseOperatorTrail();
        app.UseAuthorization();
        var api = app.MapGroup("/api/v1");
        foreach (var module in Modules)
        {
            module.MapApi(api);
            module.MapRoot(app);
        }
        api.MapPost("shops/{shopId:guid}/goods", () => "kept").WithAccess(Access.ShopStaff).WithPermission(goods);
        api.MapPost("shops/{shopId:guid}/lots", () => "kept").WithAccess(Access.ShopStaff).WithPermission(lots);
        api.MapPost("payout", () => "paid").WithAccess(Access.SignedIn).WithRecentSignIn();
        api.MapGet("office", () => "yes").WithAccess(Access.Operator);
        app.MapGet("/a-page", () => "yes").RequireAuthorization(Policies.Shop);
        await app.Services.GetRequiredService<Migrator>().Apply(Modules.Select(m => m.Migrations), CancellationToken.None);
        await app.StartAsync();
        return new IdentityHost(owned, app, clock, messages, work);
    }
}
