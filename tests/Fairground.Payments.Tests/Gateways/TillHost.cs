using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Fairground.Kernel.Storage;
using Fairground.Payments.ResolvePayments;
using Fairground.Sandbox;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Payments.Tests.Gateways;

/// <summary>The module beside the sandbox, both over HTTP: what a payment company, a bank and a person do.</summary>
internal sealed class TillHost : IAsyncDisposable
{
    /// <summary>Goes through on every hosted page.</summary>
    public const string GoodCard = "4242 4242 4242 4242";

    /// <summary>The bank asks first, and then it goes through.</summary>
    public const string AskedCard = "4000 0000 0000 3220";

    public const string DeclinedCard = "4000 0000 0000 0002";

    private TillHost(PaymentsHost host, SandboxServer sandbox, string gateway, string currency) => (Host, Sandbox, Gateway, Currency) = (host, sandbox, gateway, currency);

    public PaymentsHost Host { get; }

    public SandboxServer Sandbox { get; }

    public string Gateway { get; }

    public string Currency { get; }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<TillHost> Start(DatabaseKind kind, string gateway, params (string Name, string Value)[] settings)
    {
        // The companies' clock is the market's: notices carry the time at which they were signed.
        var clock = new SettableClock();
        var sandbox = await SandboxServer.Start(clock: clock);
        var host = await PaymentsHost.Start(kind, clock, [.. SandboxServer.Settings(sandbox.Address).Where(s => settings.All(other => other.Name != s.Name)), .. settings]);
        sandbox.Notices.Send(host.Address);
        return new TillHost(host, sandbox, gateway, gateway == "paypal" ? "USD" : "KZT");
    }

    /// <summary>The server dies and another takes its place.</summary>
    public async Task Restart()
    {
        await Host.Restart();
        Sandbox.Notices.Send(Host.Address);
    }

    public Task<Answer> Starts(Buyer buyer, long minor, string? key = null) =>
        buyer.Posts("me/wallet/top-ups", $$$"""{"amount":{"amount":"{{{minor}}}","currency":"{{{Currency}}}"},"gateway":"{{{Gateway}}}"}""", key ?? Guid.CreateVersion7().ToString());

    /// <summary>A payment that was begun, and the company's side of it once its page was opened.</summary>
    public async Task<(Guid Id, Play Play)> Begins(Buyer buyer, long minor)
    {
        var answer = await Starts(buyer, minor);
        Assert.Equal(HttpStatusCode.Created, answer.Status);
        var id = answer.Body.GetProperty("paymentId").GetGuid();
        if (Gateway == "epay") await OpensEpay(buyer.Http, $"/pay/epay/{id}");
        return (id, await PlayOf(id));
    }

    /// <summary>A payment that went through on the hosted page, and that the market has heard of.</summary>
    public async Task<(Guid Id, Play Play)> Pays(Buyer buyer, long minor, string card = GoodCard)
    {
        var (id, play) = await Begins(buyer, minor);
        await OnPage(play, "pay", card);
        if (card == AskedCard) await OnPage(play, "confirm", "");
        await Sandbox.Notices.Quiet();
        return (id, play);
    }

    /// <summary>Presses a button on the company's page and gives where that leads to.</summary>
    public async Task<Uri?> OnPage(Play play, string button, string card)
    {
        using var person = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        var page = new Uri(Sandbox.Address, $"/{Gateway}/pages/{play.Id}");
        using var shown = await person.GetAsync(page, Ct);
        Assert.Equal(HttpStatusCode.OK, shown.StatusCode);
        using var pressed = await person.PostAsync(page, new FormUrlEncodedContent([KeyValuePair.Create("button", button), KeyValuePair.Create("card", card)]), Ct);
        return pressed.Headers.Location;
    }

    public static async Task<(string State, string Stage)> Stands(Buyer buyer, Guid id)
    {
        var payment = (await buyer.Gets($"payments/{id}")).Body;
        return (payment.GetProperty("state").GetString()!, payment.GetProperty("stage").GetString()!);
    }

    /// <summary>What is in the wallet less what is owed, and what is owed, minor units.</summary>
    public async Task<(long Net, long Owed)> Wallet(Buyer buyer)
    {
        foreach (var balance in (await buyer.Gets("me/wallet")).Body.GetProperty("balances").EnumerateArray())
        {
            if (balance.GetProperty("balance").GetProperty("currency").GetString() != Currency) continue;
            var (has, owes) = (Minor(balance.GetProperty("balance")), Minor(balance.GetProperty("owed")));
            return (has - owes, owes);
        }
        return (0, 0);
    }

    /// <summary>What the worker does when its turn comes.</summary>
    public async Task WorkerRuns()
    {
        var worker = Host.Services.GetRequiredService<GatewayWorker>();
        await worker.TakeUpNotices(Ct);
        await worker.LookAtDue(Ct);
    }

    public async ValueTask DisposeAsync()
    {
        await Sandbox.Notices.Quiet();
        await Host.DisposeAsync();
        await Sandbox.DisposeAsync();
    }

    private static long Minor(JsonElement money) => long.Parse(money.GetProperty("amount").GetString()!, System.Globalization.CultureInfo.InvariantCulture);

    public async Task<Play> PlayOf(Guid payment)
    {
        await using var scope = Host.Services.CreateAsyncScope();
        var row = await scope.ServiceProvider.GetRequiredService<PaymentsContext>().Payments.FindAsync([payment], Ct);
        return Sandbox.Till.Find(Gateway, row!.GatewayRef!)!;
    }

    // As the browser does: the page holds the argument of the bank's script, and the script leads to the bank.
    public async Task<Uri> OpensEpay(HttpClient whoever, string path, string argumentOf = "payment")
    {
        using var page = await whoever.GetAsync(new Uri(path, UriKind.Relative), Ct);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        var html = await page.Content.ReadAsStringAsync(Ct);
        var argument = WebUtility.HtmlDecode(html.Split($"data-epay-{argumentOf}=\"")[1].Split('"')[0]);
        Assert.Contains($"{Sandbox.Address}epay/payform/payment-api.js", html, StringComparison.Ordinal);
        using var person = new HttpClient();
        using var bank = await person.GetAsync(new Uri(Sandbox.Address, $"/epay/pages/begin?params={Uri.EscapeDataString(argument)}"), Ct);
        Assert.True(bank.IsSuccessStatusCode, await bank.Content.ReadAsStringAsync(Ct));
        return bank.RequestMessage!.RequestUri!;
    }
}
