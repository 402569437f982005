using Fairground.Kernel;
using Fairground.Kernel.Http;
using Microsoft.Extensions.Hosting;

namespace Fairground.Notifications.SendMessages;

/// <summary>A real market that sends mail must know its own address: a mail that links to the machine's inside, or to whatever name a stranger's request carried, is worse than none.</summary>
internal sealed class LinksAtStart : IHostedService
{
    /// <summary>Throws <see cref="SettingException"/> where mail goes out in production and the address is not set.</summary>
    public LinksAtStart(PublicAddress address, NotificationsOptions options, IHostEnvironment environment)
    {
        if (options.Smtp is not null && !options.DevInbox && !address.IsSet && environment.IsProduction())
            throw new SettingException($"FAIRGROUND_SMTP is set and {PublicAddress.Setting} is not: links in mails would lead nowhere. Set {PublicAddress.Setting} to the address at which people reach this market, such as https://market.example.com.");
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
