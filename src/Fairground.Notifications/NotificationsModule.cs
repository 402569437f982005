using Fairground.Kernel;
using Fairground.Kernel.Modules;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Notifications;

/// <summary>The Notifications module.</summary>
public sealed class NotificationsModule : IModule
{
    public string Name => "notifications";

    public IReadOnlyList<RefusalKind> Refusals { get; } = [];

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
    }

    public void MapApi(IEndpointRouteBuilder api)
    {
    }
}
