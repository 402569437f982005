using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fairground.Catalog.Tests;

/// <summary>Somebody else's server, on this machine and on a port of its own.</summary>
internal abstract class OtherServer : IAsyncDisposable
{
    private WebApplication app = null!;

    /// <summary>Without a slash at its end.</summary>
    public string Url { get; private set; } = "";

    public virtual async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

    /// <summary>What it answers.</summary>
    protected abstract void Routes(WebApplication app);

    protected static async Task<T> Start<T>(T server)
        where T : OtherServer
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        server.app = builder.Build();
        server.Routes(server.app);
        await server.app.StartAsync();
        server.Url = server.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return server;
    }
}
