using System.Globalization;
using System.Net;
using System.Text.Json;
using Fairground.Kernel;
using Fairground.Kernel.Storage;
using Fairground.Ledger.GroupCommit;
using Fairground.Payments.Tests.Payouts;
using Fairground.Payments.TopUpByItself;
using Fairground.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using static Fairground.Payments.Tests.Gateways.TopUpSteps;

namespace Fairground.Payments.Tests.Gateways;

/// <summary>A market with one person whose wallet tops itself up by 1,000 where it falls below 500, at most 9,000 a month, from a way of paying that a company keeps; nothing has run yet.</summary>
internal sealed class SelfTopping : IAsyncDisposable
{
    private readonly TillHost till;
    private readonly Buyer buyer;

    private SelfTopping(TillHost till, Buyer buyer, JsonElement method) => (this.till, this.buyer, Method) = (till, buyer, method);

    /// <summary>The kept way of paying, as the API shows it.</summary>
    public JsonElement Method { get; }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<SelfTopping> Start(DatabaseKind kind, string gateway, string card = TillHost.GoodCard)
    {
        var till = await TillHost.Start(kind, gateway);
        var buyer = new Buyer(till.Host);
        var method = await Keeps(till, buyer, card);
        await TurnsOn(till, buyer, method, 500, 1_000, 9_000);
        return new SelfTopping(till, buyer, method);
    }

    public void Deconstruct(out TillHost host, out Buyer person) => (host, person) = (till, buyer);

    /// <summary>It runs once: the company charges, its answer is lost, and its notices are held.</summary>
    public async Task RunsUnanswered()
    {
        till.Sandbox.Faults.HoldNotices = true;
        till.Sandbox.Faults.LoseAnswer(till.Gateway == "paypal" ? "start" : "charge");
        await Runs(till);
        Assert.Equal((0, 0), await till.Wallet(buyer));
        Assert.Single(till.Sandbox.Till.Plays);
    }

    /// <summary>Its person turns it off; what has begun goes on.</summary>
    public Task<Answer> IsTurnedOff() => Send(buyer, HttpMethod.Delete, $"me/wallet/automatic-top-ups/{till.Currency}", null);

    /// <summary>What people were told by this template.</summary>
    public IReadOnlyList<ToldMessage> Told(string template) => till.Host.Services.GetRequiredService<Outside>().Told(template);

    /// <summary>The one charge there is.</summary>
    public async Task<AutomaticCharge> Charge()
    {
        await using var scope = till.Host.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<RulesContext>().Charges.AsNoTracking().SingleAsync(Ct);
    }

    /// <summary>The name by which the way of paying is charged is lost here.</summary>
    public Task LosesItsMethod() => Changes(payments => payments.Methods.ExecuteUpdateAsync(set => set.SetProperty(m => m.Token, (string?)null), Ct));

    /// <summary>Changes rows behind the market's back, as a copy of the data from another moment would have them.</summary>
    public Task Changes(Func<PaymentsContext, Task> change) => Reads(async payments =>
    {
        await change(payments);
        return true;
    });

    /// <summary>What stands in the rows.</summary>
    public async Task<T> Reads<T>(Func<PaymentsContext, Task<T>> read)
    {
        await using var scope = till.Host.Services.CreateAsyncScope();
        return await read(scope.ServiceProvider.GetRequiredService<PaymentsContext>());
    }

    public async ValueTask DisposeAsync()
    {
        buyer.Dispose();
        await till.DisposeAsync();
    }
}

/// <summary>What people, companies and workers do around a wallet that tops itself up.</summary>
internal static class TopUpSteps
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Has a way of paying kept, on the company's page and back.</summary>
    public static async Task<JsonElement> Keeps(TillHost till, Buyer buyer, string card)
    {
        var id = await Agrees(till, buyer, card);
        var done = await Send(buyer, HttpMethod.Post, $"me/wallet/saved-methods/{id}/completion", new { });
        Assert.Equal(HttpStatusCode.OK, done.Status);
        return done.Body;
    }

    /// <summary>Agrees on the company's page and does not come back.</summary>
    /// <returns>The id of the way of paying.</returns>
    public static async Task<Guid> Agrees(TillHost till, Buyer buyer, string card)
    {
        var begun = await Send(buyer, HttpMethod.Post, "me/wallet/saved-methods", new { gateway = till.Gateway, currency = till.Currency });
        Assert.Equal(HttpStatusCode.Created, begun.Status);
        using var person = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        var page = begun.Body.GetProperty("pageUrl").GetString()!;
        using var agreed = await person.PostAsync(till.Gateway == "epay" ? await till.OpensEpay(buyer.Http, page, "card") : new Uri(page), new FormUrlEncodedContent([KeyValuePair.Create("button", "agree"), KeyValuePair.Create("card", card)]), Ct);
        Assert.Equal(HttpStatusCode.Found, agreed.StatusCode);
        await till.Sandbox.Notices.Quiet();
        return begun.Body.GetProperty("methodId").GetGuid();
    }

    public static Task<Answer> TurnsOn(TillHost till, Buyer buyer, JsonElement method, long below, long amount, long cap) => Send(buyer, HttpMethod.Put, "me/wallet/automatic-top-ups", new
    {
        methodId = method.GetProperty("methodId").GetString(), below = Sum(below, till.Currency), amount = Sum(amount, till.Currency), monthlyCap = Sum(cap, till.Currency),
    });

    /// <summary>A sum as the API takes it.</summary>
    public static object Sum(long minor, string currency = "KZT") => new { amount = minor.ToString(CultureInfo.InvariantCulture), currency };

    /// <summary>A payment that got no answer is asked about a minute later, like any other.</summary>
    public static async Task IsAskedAgain(TillHost till)
    {
        till.Host.Clock.Advance(TimeSpan.FromMinutes(1));
        await till.WorkerRuns();
    }

    public static async Task Runs(TillHost till)
    {
        // Looks are some seconds apart.
        till.Host.Clock.Advance(TimeSpan.FromSeconds(11));
        await using var scope = till.Host.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<AutomaticRunner>().RunDue(Ct);
        await till.Sandbox.Notices.Quiet();
    }

    public static async Task Spends(TillHost till, Buyer buyer, long minor) => Assert.Null((await till.Host.Services.GetRequiredService<GroupCommitter>()
        .Submit<Moved>(new Spend(CommandKey.System("tests.spent", Guid.CreateVersion7().ToString()), buyer.Id, new Money(minor, Currency.Of(till.Currency))))).Refusal);

    public static async Task<Answer> Send(Buyer buyer, HttpMethod method, string path, object? body) => await Market.Send(buyer.Http, method, path, body);
}
