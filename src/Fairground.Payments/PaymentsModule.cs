using Fairground.Kernel;
using Fairground.Kernel.Modules;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Payments;

/// <summary>The Payments module.</summary>
public sealed class PaymentsModule : IModule
{
    public string Name => "payments";

    public IReadOnlyList<RefusalKind> Refusals { get; } = [];

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
    }

    public void MapApi(IEndpointRouteBuilder api)
    {
    }
}
