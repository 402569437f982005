namespace Fairground.Server.Hosting;

/// <summary>What of a market importing needs, without its web side: for a command that works through a lot of data and serves nobody, in a fraction of the memory. Nothing of it is started.</summary>
internal sealed class ToolHost : IAsyncDisposable
{
    private readonly IHost host;

    private ToolHost(IHost host) => this.host = host;

    public IServiceProvider Services => host.Services;

    /// <summary>Builds it from the same settings as <see cref="WebHost"/>.</summary>
    public static ToolHost Build()
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings
        {
            ContentRootPath = AppContext.BaseDirectory,
            ApplicationName = typeof(ToolHost).Assembly.GetName().Name,
        });
        WebHost.AddLogging(builder.Logging, builder.Configuration);
        builder.Services.AddImporting(builder.Configuration);
        // Modules that are there only for what importing asks of them are never whole.
        builder.ConfigureContainer(new DefaultServiceProviderFactory(new ServiceProviderOptions()));
        return new ToolHost(builder.Build());
    }

    // The database closes asynchronously, which the interface does not show.
    public ValueTask DisposeAsync() => ((IAsyncDisposable)host).DisposeAsync();
}
