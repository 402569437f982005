using Fairground.Kernel;
using Fairground.Kernel.Modules;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Draws;

/// <summary>The Draws module.</summary>
public sealed class DrawsModule : IModule
{
    public string Name => "draws";

    public IReadOnlyList<RefusalKind> Refusals { get; } = [];

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
    }

    public void MapApi(IEndpointRouteBuilder api)
    {
    }
}
