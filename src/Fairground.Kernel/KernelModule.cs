using Fairground.Kernel.Files;
using Fairground.Kernel.Messaging;
using Fairground.Kernel.Modules;
using Fairground.Kernel.Storage;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Fairground.Kernel;

/// <summary>What every module stands on: storage, the outbox and its relay.</summary>
public sealed class KernelModule : IModule
{
    public string Name => "kernel";

    public IReadOnlyList<RefusalKind> Refusals { get; } = RefusalList.Of(typeof(CommonRefusals), typeof(FileRefusals));

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<Leases>();
        services.AddSingleton<Migrator>();
        services.AddSingleton<IEventBus, InProcessBus>();
        services.AddHostedService<OutboxRelay>();
        services.AddSingleton<ChunkStore>();
        services.AddSingleton<IFileStore>(provider => provider.GetRequiredService<ChunkStore>());
        services.AddHostedService<FileSweeper>();
    }

    public void MapApi(IEndpointRouteBuilder api)
    {
    }

    public void MapRoot(IEndpointRouteBuilder root) => ShowFile.Map(root);
}
