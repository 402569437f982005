using Fairground.Ui;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Draws;

/// <summary>What the pages need besides the use cases.</summary>
internal static class DrawsPages
{
    public static void AddPages(this IServiceCollection services)
    {
        services.AddSingleton<INavigation, DrawsNavigation>();
        services.AddScoped<MyShops>();
        services.AddSingleton<MyEntries>();
        services.AddSingleton<LotNews>();
        services.AddSingleton<LotWatch>();
    }
}
