using Fairground.Kernel.Storage;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Kernel.Modules;

/// <summary>One way of selling, or one room that all of them need: its services, endpoints, pages and tables.</summary>
public interface IModule
{
    /// <summary>Lower case; also the prefix of the module's tables.</summary>
    string Name { get; }

    /// <summary>Where the module's migrations stand: <c>Migrations/Sqlite</c> and <c>Migrations/Postgres</c>, embedded.</summary>
    MigrationSource Migrations => new(Name, GetType().Assembly);

    /// <summary>Registers what the module needs.</summary>
    void AddServices(IServiceCollection services, IConfiguration configuration);

    /// <summary>Maps endpoints below <c>/api/v1</c>.</summary>
    void MapApi(IEndpointRouteBuilder api);

    /// <summary>Maps endpoints that stand elsewhere (files, development inbox, well-known documents).</summary>
    void MapRoot(IEndpointRouteBuilder root)
    {
    }

    /// <summary>Refusals of the module, for the reference page and its test.</summary>
    IReadOnlyList<RefusalKind> Refusals { get; }
}
