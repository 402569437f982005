using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Fairground.Identity.SetUpServer;

/// <summary>Makes the first operator from <c>FAIRGROUND_OPERATOR=contact:password</c>. Where there is an operator already the setting does nothing.</summary>
internal sealed class OperatorAtStart(IConfiguration configuration, SetupToken setup, IServiceScopeFactory scopes) : IHostedService
{
    public const string Setting = "FAIRGROUND_OPERATOR";

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var setting = configuration[Setting];
        if (string.IsNullOrWhiteSpace(setting) || !await setup.IsOpen(cancellationToken)) return;
        var parts = setting.Split(':', 2);
        if (parts.Length != 2) throw new InvalidOperationException($"{Setting} is contact:password.");
        await using var scope = scopes.CreateAsyncScope();
        try
        {
            var made = await scope.ServiceProvider.GetRequiredService<FirstOperator>().Make(parts[0], "Operator", parts[1], null, cancellationToken);
            if (made.Refused && made.Refusal!.Kind != PeopleRefusals.SetupClosed) throw new InvalidOperationException($"{Setting} cannot be used: {made.Refusal.Sentence}");
        }
        catch (DbUpdateException) when (!cancellationToken.IsCancellationRequested)
        {
            // Another node that started beside this one was first; if not, the next line says so.
            await scope.ServiceProvider.GetRequiredService<CheckRequest.RoleBook>().Reload(cancellationToken);
            if (await setup.IsOpen(cancellationToken)) throw;
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
