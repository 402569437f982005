using Fairground.Kernel;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fairground.Protection.ChooseJurisdiction;

/// <summary>Chooses the pack of an empty server from <c>FAIRGROUND_JURISDICTION</c>. Where one was chosen before, the database holds and the setting does nothing.</summary>
internal sealed class JurisdictionAtStart : IHostedService
{
    public const string Setting = "FAIRGROUND_JURISDICTION";

    private readonly JurisdictionBook book;
    private readonly ILogger<JurisdictionAtStart> logger;
    private readonly string? asked;

    public JurisdictionAtStart(IConfiguration configuration, JurisdictionBook book, ILogger<JurisdictionAtStart> logger)
    {
        (this.book, this.logger) = (book, logger);
        asked = configuration[Setting] is { Length: > 0 } id ? id : null;
        // Also where nothing is asked: a pack that cannot be read is found at the start, and not by the first buyer.
        var known = PackFiles.All;
        if (asked is not null && PackFiles.Find(asked) is null) throw new SettingException($"{Setting} is one of {string.Join(", ", known.Select(p => p.Id))}.");
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var chosen = await book.Chosen(cancellationToken);
        if (chosen is null && asked is not null)
        {
            try
            {
                chosen = (await book.Choose(asked, null, null, onlyFirst: true, cancellationToken)).Value;
            }
            catch (DbUpdateException) when (!cancellationToken.IsCancellationRequested)
            {
                // Another node that started beside this one was first.
                chosen = await book.Chosen(cancellationToken);
            }
        }
        if (chosen is null) logger.LogInformation("No jurisdiction is chosen yet, so nothing that sells a chance is offered. An operator chooses on /office/jurisdiction, or the setting {Setting} does", Setting);
        else if (asked is not null && asked != chosen.Pack.Id) logger.LogWarning("{Setting} names {Asked}, but {Chosen} was chosen before and holds; change it on /office/jurisdiction", Setting, asked, chosen.Pack.Id);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
