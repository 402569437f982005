using Fairground.Kernel;
using Fairground.Kernel.Modules;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Catalog;

/// <summary>The Catalog module.</summary>
public sealed class CatalogModule : IModule
{
    public string Name => "catalog";

    public IReadOnlyList<RefusalKind> Refusals { get; } = [];

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
    }

    public void MapApi(IEndpointRouteBuilder api)
    {
    }
}
