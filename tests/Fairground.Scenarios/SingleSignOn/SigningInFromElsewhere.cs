using System.Net;
using Fairground.Kernel.Storage;
using Fairground.Scenarios.Vocabulary;
using Fairground.Testing;
using Xunit;

namespace Fairground.Scenarios.SingleSignOn;

/// <summary>People sign in here with an account of another provider: a second server of ours stands for it, over the wire.</summary>
public sealed class SigningInFromElsewhere
{
    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines)), Requirement("S-38")]
    public async Task Both_accounts_are_proved_once_and_then_one_opens_the_other(DatabaseKind engine)
    {
        await using var provider = await Fair.Open(DatabaseKind.Sqlite);
        await using var market = await Market(provider, engine);
        // The same address on both sides connects nothing by itself.
        var (there, here) = (await provider.Register("dana@fair.example", "Dana of there"), await market.Register("dana@fair.example", "Dana of here"));
        using var agent = new Agent(There(provider), market.Address);

        await agent.Goes(new Uri(market.Address, "sign-in"));
        Assert.Contains("Go on with The other fair", agent.Page.Html, StringComparison.Ordinal);
        await agent.Goes("/sign-in/outside?returnUrl=%2Faccount");
        Assert.Equal(There(provider).Authority, agent.Page.Url.Authority);
        await agent.SignsIn(there.Contact, Fair.Password);
        await agent.Presses("Allow");
        Assert.Equal(new Uri(market.Address, "sign-in/outside/connect"), agent.Page.Url);
        Assert.Contains("The other fair knows you. We do not yet", agent.Page.Html, StringComparison.Ordinal);
        await agent.Goes("/account");
        Assert.Equal("/sign-in", agent.Page.Url.AbsolutePath);

        await agent.Goes("/account/outside");
        await agent.SignsIn(here.Contact, Fair.Password);
        await agent.Presses("Connect them");
        Assert.Equal("/account/security", agent.Page.Url.AbsolutePath);
        Assert.Contains("Opens your account: dana@fair.example", agent.Page.Html, StringComparison.Ordinal);

        // From now on the one opens the other, in a browser that was never here; but not what needs a proof of here.
        using var elsewhere = new Agent(There(provider), market.Address);
        await elsewhere.Goes(new Uri(market.Address, "sign-in/outside?returnUrl=%2Faccount"));
        await elsewhere.SignsIn(there.Contact, Fair.Password);
        Assert.Equal(new Uri(market.Address, "account"), elsewhere.Page.Url);
        Assert.Contains("Dana of here", elsewhere.Page.Html, StringComparison.Ordinal);
        await elsewhere.Goes("/account/contact");
        Assert.Equal("/account/confirm", elsewhere.Page.Url.AbsolutePath);
    }

    [Fact]
    public async Task An_account_of_there_opens_one_account_here_and_what_goes_wrong_is_said()
    {
        await using var provider = await Fair.Open(DatabaseKind.Sqlite);
        await using var market = await Market(provider, DatabaseKind.Sqlite);
        var (there, first, second) = (await provider.Register("t@fair.example"), await market.Register("a@fair.example"), await market.Register("b@fair.example"));
        using var agent = new Agent(There(provider), market.Address);
        await Connects(agent, market, first.Contact, there.Contact);
        Assert.Contains("Opens your account", agent.Page.Html, StringComparison.Ordinal);
        // Somebody else here, in the same browser, would take it over: the account it is connected to opens instead.
        await agent.Goes(new Uri(market.Address, "sign-in/outside?returnUrl=%2Faccount"));
        Assert.Contains("a@fair.example", agent.Page.Html, StringComparison.Ordinal);
        Assert.NotEqual(first.Id, second.Id);

        using var stranger = new Agent(There(provider), market.Address);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await stranger.Goes(new Uri(market.Address, "sign-in/outside/connect"))).Status);
        // An answer that nobody asked for, as of somebody who plants his own sign-in, is refused.
        var planted = await stranger.Goes(new Uri(market.Address, "sign-in/outside/back?code=planted&state=planted"));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "/sign-in/outside/failed"), (planted.Status, planted.Url.AbsolutePath));

        // What takes a way in off the account asks for a proof of here.
        await agent.Goes("/account/security");
        await agent.Presses("Disconnect");
        Assert.Equal("/account/confirm", agent.Page.Url.AbsolutePath);
        await agent.Presses("Confirm", ("password", Fair.Password));
        await agent.Presses("Disconnect");
        Assert.Contains("once you have connected the two", agent.Page.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_provider_there_is_no_way_in()
    {
        await using var market = await Fair.Open(DatabaseKind.Sqlite);
        using var agent = new Agent(market.Address);
        Assert.DoesNotContain("Go on with", (await agent.Goes(new Uri(market.Address, "sign-in"))).Html, StringComparison.Ordinal);
        Assert.Equal("/sign-in", (await agent.Goes("/sign-in/outside")).Url.AbsolutePath);
    }

    private static async Task Connects(Agent agent, Fair market, string here, string there)
    {
        await agent.Goes(new Uri(market.Address, "sign-in"));
        await agent.SignsIn(here, Fair.Password);
        await agent.Goes("/sign-in/outside?returnUrl=%2Faccount%2Fsecurity");
        await agent.SignsIn(there, Fair.Password);
        await agent.Presses("Allow");
        await agent.Presses("Connect them");
    }

    private static async Task<Fair> Market(Fair provider, DatabaseKind engine)
    {
        var port = FreePort.Next();
        var operators = Kernel.Contracts.OrganisationInfo.OperatorId;
        var app = await provider.Operator.Post($"organisations/{operators}/applications", new { name = "The market", kind = "web", redirectUris = new[] { $"http://127.0.0.1:{port}/sign-in/outside/back" }, scopes = new[] { "profile", "email" } }, 201);
        return await Fair.Open(engine, settings:
        [
            $"urls=http://127.0.0.1:{port}", $"FAIRGROUND_OIDC_AUTHORITY={There(provider)}", $"FAIRGROUND_OIDC_CLIENT_ID={app["application"]!["clientId"]}", $"FAIRGROUND_OIDC_CLIENT_SECRET={app["clientSecret"]}", "FAIRGROUND_OIDC_NAME=The other fair",
        ]);
    }

    // Under another name: a browser keeps cookies by host, not by port, and two servers on one host would take each other's.
    private static Uri There(Fair provider) => new($"http://localhost:{provider.Address.Port}/");
}
