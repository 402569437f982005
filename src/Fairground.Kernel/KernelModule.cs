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

    public IReadOnlyList<RefusalKind> Refusals { get; } = RefusalList.Of(typeof(CommonRefusals));

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<Leases>();
        services.AddSingleton<Migrator>();
        if (configuration["FAIRGROUND_RABBITMQ"] is { Length: > 0 } broker)
        {
            services.AddSingleton(new RabbitMqOptions(new Uri(broker)));
            services.AddSingleton<RabbitMqBus>();
            services.AddSingleton<IEventBus>(provider => provider.GetRequiredService<RabbitMqBus>());
            services.AddHostedService(provider => provider.GetRequiredService<RabbitMqBus>());
        }
        else
        {
            services.AddSingleton<IEventBus, InProcessBus>();
        }
        services.AddHostedService<OutboxRelay>();
    }

    public void MapApi(IEndpointRouteBuilder api)
    {
    }
}
