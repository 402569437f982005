using Fairground.Fairness;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Draws;

/// <summary>What the sources of randomness need.</summary>
internal static class BeaconWiring
{
    public static void AddBeacons(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(BeaconOptions.Of(configuration));
        services.AddSingleton<RoundCheck>(DrandBeacon.Verify);
        services.AddSingleton<BeaconHttp>();
        services.AddSingleton<RelayHealth>();
        services.AddSingleton<BeaconClock>();
        services.AddSingleton<DrandRelays>();
        services.AddSingleton<PulseBeacons>();
        services.AddSingleton<PulseCheck>((beacon, pulse, earliest) => NistBeacon.Problem(beacon, earliest, pulse.Pulse, pulse.Previous, pulse.Certificate));
        services.AddSingleton<BeaconRounds>();
        services.AddSingleton<EntropySources>();
        services.AddScoped<Failover>();
        services.AddScoped<Beacons>();
        services.AddHostedService<BeaconWatch>();
    }
}
