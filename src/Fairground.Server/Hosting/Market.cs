using Fairground.Catalog;
using Fairground.Delivery;
using Fairground.Documents;
using Fairground.Draws;
using Fairground.Identity;
using Fairground.Kernel;
using Fairground.Kernel.Languages;
using Fairground.Kernel.Modules;
using Fairground.Kernel.Storage;
using Fairground.Ledger;
using Fairground.Notifications;
using Fairground.Payments;
using Fairground.Protection;
using Fairground.Ui.Wording;

namespace Fairground.Server.Hosting;

/// <summary>What a market is made of, and where it keeps its data.</summary>
public static class Market
{
    /// <summary>Every module, in the order in which their migrations run.</summary>
    public static IReadOnlyList<IModule> Modules { get; } =
    [
        new KernelModule(),
        new LedgerModule(),
        new IdentityModule(),
        new ProtectionModule(),
        new NotificationsModule(),
        new PaymentsModule(),
        new CatalogModule(),
        new DrawsModule(),
        new DeliveryModule(),
        new DocumentsModule(),
    ];

    /// <summary>The data folder: <c>FAIRGROUND_DATA</c>, else <c>./data</c>.</summary>
    public static string DataFolder(IConfiguration configuration)
    {
        var folder = Path.GetFullPath(configuration["FAIRGROUND_DATA"] is { Length: > 0 } given ? given : "data");
        Directory.CreateDirectory(folder);
        return folder;
    }

    /// <summary>The database named by <c>FAIRGROUND_DATABASE</c>, else SQLite in the data folder.</summary>
    public static Database Open(IConfiguration configuration) => Database.From(configuration["FAIRGROUND_DATABASE"], DataFolder(configuration));

    /// <summary>Registers the database and all modules.</summary>
    public static IServiceCollection AddMarket(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(_ => Open(configuration));
        foreach (var module in Modules)
        {
            module.AddServices(services, configuration);
            Words.T.Add(module.GetType().Assembly);
            services.AddSingleton(MessageTemplates.Of(module.GetType().Assembly));
        }
        Words.T.Add(typeof(Ui.UiOptions).Assembly);
        Words.T.Add(typeof(Market).Assembly);
        return services;
    }

    /// <summary>Registers what importing goods needs and no more: nobody reads a page here, so no words are read either, and modules that are not asked stay on the disk.</summary>
    public static IServiceCollection AddImporting(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(_ => Open(configuration));
        new KernelModule().AddServices(services, configuration);
        new CatalogModule().AddServices(services, configuration);
        DrawsModule.AddPriceFreeze(services);
        return services;
    }

    /// <summary>Brings the database to the present schema.</summary>
    public static Task<IReadOnlyList<Migration>> Migrate(IServiceProvider services, CancellationToken ct) =>
        services.GetRequiredService<Migrator>().Apply(Modules.Select(m => m.Migrations), ct);

    /// <summary>As <see cref="Migrate"/>, by the list of all migrations first: where the database has them, no module is read for it.</summary>
    public static async Task MigrateByList(IServiceProvider services, CancellationToken ct)
    {
        if (!await services.GetRequiredService<Migrator>().HasAll(MigrationList.Read(services.GetRequiredService<Database>().Kind), ct)) await Migrate(services, ct);
    }
}
