using System.Net;
using Fairground.Identity.SetUpServer;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Identity.Tests;

public sealed class SetupTests
{
    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task The_setting_makes_the_first_operator_once(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind, ("FAIRGROUND_OPERATOR", "Op@Example.com:Secret:with:colons-1"));
        var op = (await host.SignsIn("op@example.com", "Secret:with:colons-1")).Is(HttpStatusCode.Created);
        var me = await host.Get("me", op.Text("accessToken"));
        Assert.Equal("""["buyer","operator"]""", me.Body!["roles"]!.ToJsonString());
        (await host.Get("office", op.Text("accessToken"))).Is(HttpStatusCode.OK);
        Assert.False(await host.Services.GetRequiredService<SetupToken>().IsOpen(CancellationToken.None));
        // A second start with the same setting finds an operator and leaves it alone.
        await ActivatorUtilities.CreateInstance<OperatorAtStart>(host.Services).StartAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_setting_that_cannot_be_used_stops_the_start_and_says_why()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => IdentityHost.Start(DatabaseKind.Sqlite, ("FAIRGROUND_OPERATOR", "op@example.com:password")));
        Assert.Contains("FAIRGROUND_OPERATOR", error.Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task The_printed_token_makes_the_first_operator_and_no_second(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        await using var node = await host.StartNode();
        var setup = host.Services.GetRequiredService<SetupToken>();
        Assert.True(await setup.IsOpen(CancellationToken.None));
        Assert.Equal(setup.Token, node.Services.GetRequiredService<SetupToken>().Token);
        Assert.Equal("people.setup_token_wrong", await Make(host, "0000-0000-0000-0000", "a@example.com"));
        Assert.Null(await Make(host, setup.Token, "a@example.com"));
        Assert.Equal("people.setup_closed", await Make(host, setup.Token, "b@example.com"));
        // The other node has not looked yet: the database says no.
        Assert.Equal("people.setup_closed", await Make(node, setup.Token, "b@example.com"));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_buyer_who_was_faster_does_not_close_the_setup(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        await host.Registers("a@example.com");
        Assert.Null(await Make(host, host.Services.GetRequiredService<SetupToken>().Token, "op@example.com"));
    }

    private static async Task<string?> Make(IdentityHost host, string token, string contact)
    {
        await using var scope = host.Services.CreateAsyncScope();
        var made = await scope.ServiceProvider.GetRequiredService<FirstOperator>().Make(token, contact, "Operator", IdentityHost.Password, null, CancellationToken.None);
        return made.Refusal?.Code;
    }
}
