using Fairground.Kernel;
using Fairground.Kernel.Modules;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Identity;

/// <summary>The Identity module.</summary>
public sealed class IdentityModule : IModule
{
    public string Name => "identity";

    public IReadOnlyList<RefusalKind> Refusals { get; } = [];

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
    }

    public void MapApi(IEndpointRouteBuilder api)
    {
    }
}
