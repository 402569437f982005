using Fairground.Catalog.AnswerGoods;
using Fairground.Catalog.AskPrice;
using Fairground.Catalog.BrowseGoods;
using Fairground.Catalog.CountFiles;
using Fairground.Catalog.Doctor;
using Fairground.Catalog.ExchangeWith1C;
using Fairground.Catalog.FetchOutside;
using Fairground.Catalog.FetchPictures;
using Fairground.Catalog.HearStores;
using Fairground.Catalog.ImportFeed;
using Fairground.Catalog.KeepCategories;
using Fairground.Catalog.KeepDocuments;
using Fairground.Catalog.KeepFavourites;
using Fairground.Catalog.KeepGoods;
using Fairground.Catalog.KeepPersonalData;
using Fairground.Catalog.OpenShop;
using Fairground.Catalog.ReadDatabase;
using Fairground.Catalog.ReleasePrices;
using Fairground.Catalog.SearchGoods;
using Fairground.Catalog.SyncFeeds;
using Fairground.Catalog.SyncStores;
using Fairground.Catalog.TellRobots;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Files;
using Fairground.Kernel.Modules;
using Fairground.Kernel.Storage;
using Fairground.Ui;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Catalog;

/// <summary>Shops and their goods: imported from the shops' own feeds, found on the shelf, answered to other modules (C-06, C-07, C-08).</summary>
public sealed class CatalogModule : IModule
{
    public string Name => "catalog";

    public IReadOnlyList<RefusalKind> Refusals { get; } = RefusalList.Of(typeof(CatalogRefusals), typeof(SourceRefusals));

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddDbContext<CatalogContext>((provider, options) => provider.GetRequiredService<Database>().Configure(options));
        services.AddOptions<OutsideOptions>().Configure(options => OutsideSettings.Read(options, configuration));
        foreach (var permission in CatalogPermissions.All) services.AddSingleton(permission);
        services.AddSingleton<OutsideFetcher>();
        services.AddScoped<OpenShop.OpenShop>();
        services.AddScoped<KeepGoods.KeepGoods>();
        services.AddScoped<KeepCategories.KeepCategories>();
        services.AddScoped<EditGoods.StartEdit>();
        services.AddScoped<Shelf>();
        services.AddScoped<ExchangeKeys>();
        services.AddScoped<ExchangeFiles>();
        services.AddScoped<Favourites>();
        services.AddScoped<IPersonalData, CatalogData>();
        services.AddSingleton<Spelling>();
        services.AddSingleton<GoodsSearch>();
        services.AddSingleton<CategoryCounts>();
        services.AddSingleton<SearchKeeper>();
        services.AddScoped<ShowProduct>();
        services.AddScoped<StartImport>();
        services.AddScoped<UndoImport.UndoImport>();
        services.AddScoped<IGoods, Goods>();
        services.AddScoped<IGoodsIndex, GoodsIndex>();
        services.AddSingleton<INavigation, CatalogNavigation>();
        services.AddSingleton<ImportDesk>();
        services.AddSingleton(provider => new ScratchFolder(Path.Combine(DataFolder(provider.GetRequiredService<Database>(), configuration), "temp")));
        services.AddSingleton(provider => new CatalogImport(provider.GetRequiredService<IServiceScopeFactory>(), provider.GetRequiredService<ImportDesk>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IAuditCheck, CatalogAudit>();
        services.AddSingleton<IFileReferences>(provider => new ColumnReferences(
            provider.GetRequiredService<Database>(),
            ["catalog_picture.file_id", "catalog_document.file_id", "catalog_import.file_id", "catalog_import_picture.file_id", "catalog_exchange_part.file_id"],
            ("catalog_import_change.before", "\"fileId\"")));
        services.AddSingleton(UsualQuota.Read(configuration));
        services.AddScoped<ShopFiles>();
        services.AddScoped<IShopFiles>(provider => provider.GetRequiredService<ShopFiles>());
        services.AddScoped<ShopDocuments>();
        services.AddScoped<FailedPictures>();
        services.AddSingleton<FileCounter>();
        services.AddHostedService(provider => provider.GetRequiredService<FileCounter>());
        services.AddSingleton<PictureFetcher>();
        services.AddSingleton<PriceReleaser>();
        services.AddSingleton<SourceSecrets>();
        services.AddSingleton<DatabasePlaces>();
        services.AddSingleton<SelectReader>();
        services.AddSingleton<StoreCalls>();
        services.AddScoped<FeedAddress>();
        services.AddScoped<DatabaseSource>();
        services.AddScoped<StoreWalk>();
        services.AddScoped<HookWork>();
        services.AddScoped<SourceRun>();
        services.AddScoped<KeepSources>();
        services.AddScoped<ShowSources>();
        services.AddScoped<WaitingPrices>();
        services.AddScoped<ICurrentCost, CurrentCosts>();
        services.AddSingleton<SourceClock>();
        services.AddHostedService(provider => provider.GetRequiredService<SourceClock>());
        services.AddHostedService<ImportWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<SearchKeeper>());
        services.AddHostedService(provider => provider.GetRequiredService<PictureFetcher>());
        services.AddHostedService(provider => provider.GetRequiredService<PriceReleaser>());
    }

    private static string DataFolder(Database database, IConfiguration configuration) =>
        Path.GetFullPath(configuration["FAIRGROUND_DATA"] is { Length: > 0 } given ? given : database.File is { } file ? Path.GetDirectoryName(file)! : "data");

    public void MapApi(IEndpointRouteBuilder api)
    {
        ShopEndpoints.Map(api);
        ImportEndpoints.Map(api);
        BrowseEndpoints.Map(api);
        KeepEndpoints.Map(api);
        CategoryEndpoints.Map(api);
        EditGoods.EditEndpoints.Map(api);
        KeepHistory.ShowHistory.Map(api);
        FavouriteEndpoints.Map(api);
        ExchangeEndpoints.MapApi(api);
        DocumentEndpoints.Map(api);
        RoomEndpoints.Map(api);
        FailedPictures.Map(api);
        SourceEndpoints.Map(api);
        WaitingPrices.Map(api);
    }

    public void MapRoot(IEndpointRouteBuilder root)
    {
        OfficeForms.Map(root);
        CategoryEndpoints.MapForms(root);
        FilesOfficeForms.Map(root);
        FavouriteEndpoints.MapForm(root);
        ExchangeEndpoints.MapRoot(root);
        ExchangeForms.Map(root);
        SourceForms.Map(root);
        HookEndpoints.Map(root);
        Robots.Map(root);
    }
}
