using Microsoft.Extensions.Hosting;

namespace Fairground.Kernel.Keys;

/// <summary>Loads the signing key before the first request.</summary>
internal sealed class KeysAtStart(SigningKeys keys) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => keys.EnsureLoaded(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
