using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Fairground.Kernel.Modules;
using Fairground.Kernel.Storage;
using Fairground.Ledger.GroupCommit;
using Fairground.Server.Hosting;
using Fairground.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Fairground.Scenarios.Vocabulary;

/// <summary>A whole server on a real port over a fresh database, spoken to over HTTP only. Disposing it audits the ledger: every scenario ends with that.</summary>
public sealed class Fair : IAsyncDisposable
{
    /// <summary>The operator's password.</summary>
    public const string OperatorPassword = "operator-of-the-fair";

    /// <summary>Everybody else's.</summary>
    public const string Password = "password of a friend";

    private readonly TestDatabase? database;
    private readonly DirectoryInfo? folder;
    private readonly GroupCommitOptions? groups;
    private readonly string[] settings = [];
    private WebApplication? app;

    private Fair(Uri address) => Address = address;

    private Fair(TestDatabase database, DirectoryInfo folder, GroupCommitOptions? groups, string[] settings, WebApplication app) =>
        (this.database, this.folder, this.groups, this.settings, this.app) = (database, folder, groups, settings, app);

    /// <summary>Where the server listens.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>The clock of the server, where the scenario sets it.</summary>
    public ShiftedTime? Clock { get; private init; }

    /// <summary>The first operator.</summary>
    public Person Operator { get; private set; } = null!;

    /// <param name="groups">How the hot commands are grouped, where not as usual.</param>
    /// <param name="clock">The clock of the server; it may show another year.</param>
    /// <param name="settings">Settings beside the usual ones, <c>NAME=value</c>.</param>
    public static async Task<Fair> Open(DatabaseKind kind, bool movableClock = false, GroupCommitOptions? groups = null, ShiftedTime? clock = null, params string[] settings)
    {
        var database = await TestDatabase.Migrated(kind);
        var folder = Directory.CreateTempSubdirectory("fairground-fair-");
        clock ??= movableClock ? new ShiftedTime() : null;
        var fair = new Fair(database, folder, groups, settings, Build(database, folder, clock, groups, settings)) { Clock = clock };
        await fair.Start();
        fair.Operator = await fair.SignIn("operator@fair.example", OperatorPassword);
        return fair;
    }

    /// <summary>A fair whose server runs as a process of its own; its audit is the process's <c>doctor</c>.</summary>
    public static async Task<Fair> At(Uri address)
    {
        var fair = new Fair(address);
        fair.Operator = await fair.SignIn("operator@fair.example", OperatorPassword);
        return fair;
    }

    /// <summary>Stops the server and starts it again on the same database.</summary>
    public async Task Restart()
    {
        await app!.StopAsync();
        await app.DisposeAsync();
        app = Build(database!, folder!, Clock, groups, settings);
        await Start();
    }

    /// <summary>Registers a person with the code that the development inbox shows.</summary>
    public async Task<Person> Register(string contact, string name = "")
    {
        using var http = Http();
        var registration = await Call.Read(await http.PostAsJsonAsync("api/v1/registrations", new { contact, displayName = name.Length > 0 ? name : contact }), 202);
        var code = (await http.GetFromJsonAsync<JsonArray>($"dev/inbox?to={Uri.EscapeDataString(contact)}"))!.Select(m => (string?)m!["code"]).First(c => c is not null);
        var session = await Call.Read(await http.PostAsJsonAsync($"api/v1/registrations/{registration["registrationId"]}/confirmation", new { code, password = Password }), 201);
        return new Person(this, contact, (string)session["userId"]!, (string)session["accessToken"]!);
    }

    /// <summary>A buyer with this much money in the wallet, in whole tenge.</summary>
    public async Task<Person> Buyer(string name, long tenge = 100_000)
    {
        var buyer = await Register($"{name}@fair.example", name);
        if (tenge > 0) await buyer.TopsUp(tenge);
        return buyer;
    }

    public async Task<Person> SignIn(string contact, string password)
    {
        using var http = Http();
        var session = await Call.Read(await http.PostAsJsonAsync("api/v1/sessions", new { contact, password }), 201);
        return new Person(this, contact, (string)session["userId"]!, (string)session["accessToken"]!);
    }

    /// <summary>The same person in a new session.</summary>
    public Task<Person> SignsInAgain(Person person) => SignIn(person.Contact, Password);

    /// <summary>A shop with an owner.</summary>
    public async Task<Shop> Shop(string name = "Bazaar")
    {
        var shopId = (string)(await Operator.Post("shops", new { name, currency = "KZT", address = "Abay Avenue 10" }, 201))["shopId"]!;
        var owner = await Register($"owner-{shopId[^8..]}@fair.example", $"Owner of {name}");
        // A clock that a scenario moved may have made the operator's sign-in old.
        await Operator.Post("me/confirmations", new { password = OperatorPassword }, 204);
        await Operator.Invites(owner, shopId, "owner");
        return new Shop(this, shopId, owner);
    }

    /// <summary>What only a second node, or the command line, would do.</summary>
    internal T Service<T>()
        where T : notnull => app!.Services.GetRequiredService<T>();

    // As long as two thousand people may need who all register at once on two busy cores.
    public HttpClient Http() => new() { BaseAddress = Address, Timeout = TimeSpan.FromMinutes(4) };

    /// <summary>Everything that must always hold, of every module.</summary>
    public async Task Audit()
    {
        // Events of a second ago are hours old to a clock that was moved since: what is about to leave may leave first.
        var patience = Stopwatch.StartNew();
        var broken = await Broken();
        while (broken is [{ Check: "kernel outbox" }] && patience.Elapsed < TimeSpan.FromSeconds(20))
        {
            await Task.Delay(50);
            broken = await Broken();
        }
        Assert.Empty(broken.Select(f => $"{f.Check}: {f.Text}"));
    }

    private async Task<List<AuditFinding>> Broken()
    {
        await using var scope = app!.Services.CreateAsyncScope();
        var broken = new List<AuditFinding>();
        foreach (var check in scope.ServiceProvider.GetServices<IAuditCheck>()) broken.AddRange((await check.Run(TestContext.Current.CancellationToken)).Where(f => !f.Holds));
        return broken;
    }

    public async ValueTask DisposeAsync()
    {
        if (app is null) return;
        try
        {
            await Audit();
        }
        finally
        {
            await app.StopAsync();
            await app.DisposeAsync();
            await database!.DisposeAsync();
            folder!.Delete(true);
        }
    }

    private static WebApplication Build(TestDatabase database, DirectoryInfo folder, ShiftedTime? clock, GroupCommitOptions? groups, string[] settings) => WebHost.Build(
        [
            $"--FAIRGROUND_DATABASE={database.Setting}", $"--FAIRGROUND_DATA={folder.FullName}", "--FAIRGROUND_DEV_INBOX=1", "--FAIRGROUND_DEMO_GATEWAY=1",
            $"--FAIRGROUND_OPERATOR=operator@fair.example:{OperatorPassword}", "--FAIRGROUND_ALLOW_PRIVATE_FEEDS=1", "--FAIRGROUND_DRAND=off", "--FAIRGROUND_JURISDICTION=demo", "--urls=http://127.0.0.1:0",
            .. settings.Select(setting => "--" + setting),
        ],
        builder =>
        {
            builder.Logging.SetMinimumLevel(LogLevel.Warning);
            if (groups is not null) builder.Services.Replace(ServiceDescriptor.Singleton(groups));
            if (clock is not null) builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock));
        });

    private async Task Start()
    {
        await Market.Migrate(app!.Services, CancellationToken.None);
        await app.StartAsync();
        Address = new Uri(app.Urls.First());
    }
}
