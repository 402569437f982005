using System.Text.Json.Nodes;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Files;
using Fairground.Kernel.Http;
using Fairground.Kernel.Messaging;
using Fairground.Kernel.Modules;
using Fairground.Kernel.Storage;
using Fairground.Ledger;
using Fairground.Ledger.GroupCommit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Draws;

/// <summary>Selling by certificates and one provable draw (C-09 to C-25), and by two payments with a draw between them (D-01 to D-29).</summary>
public sealed class DrawsModule : IModule
{
    public string Name => "draws";

    public IReadOnlyList<RefusalKind> Refusals { get; } = RefusalList.Of(typeof(DrawsRefusals), typeof(TwoStageRefusals), typeof(ClaimRefusals));

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        foreach (var permission in DrawsPermissions.All) services.AddSingleton(permission);
        foreach (var told in DrawsPublicEvents.All) services.AddSingleton(told);
        services.AddDbContext<DrawsContext>((provider, options) => provider.GetRequiredService<Database>().Configure(options));
        services.AddSingleton(DrawsOptions.Of(configuration));
        services.AddSingleton<ILedgerChart, DrawsPostings>();
        AddPriceFreeze(services);
        services.AddSingleton<DrawsMemory>();
        services.AddSingleton<ProofSigner>();
        services.AddBeacons(configuration);

        services.AddSingleton<HotRule, DraftLotRule>();
        services.AddSingleton<HotRule, OpenLotRule>();
        services.AddSingleton<HotRule, BuyCertificatesRule>();
        services.AddSingleton<HotRule, CloseLotRule>();
        services.AddSingleton<HotRule, CancelLotRule>();
        services.AddSingleton<HotRule, FreezeEntriesRule>();
        services.AddSingleton<HotRule, DrawLotRule>();
        services.AddSingleton<HotRule, SwitchSourceRule>();
        services.AddSingleton<HotRule, SettleLotRule>();
        services.AddSingleton<HotRule, RefundHolderRule>();
        services.AddSingleton<HotRule, FinishRefundRule>();
        services.AddSingleton<HotRule, LapseWinRule>();
        services.AddSingleton<HotRule, RemindWinnerRule>();

        services.AddScoped<LotDrafts>();
        services.AddScoped<LotOpening>();
        services.AddSingleton<CertificateSales>();
        services.AddSingleton<ICertificateBuying, BuyingForPeople>();
        services.AddScoped<LotClosings>();
        services.AddScoped<LotCancellations>();
        services.AddScoped<LotViews>();
        services.AddScoped<MyDraws>();
        services.AddSingleton<Purchases>();
        services.AddScoped<DrawProofs>();
        services.AddScoped<DrawShows>();
        services.AddScoped<ClosingLines>();
        services.AddSingleton<LeafHashes>();
        services.AddScoped<ProofChecks>();
        services.AddSingleton<ProofCheckWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<ProofCheckWorker>());

        services.AddScoped<LotDocuments>();
        services.AddSingleton<IFileReferences>(provider => new ColumnReferences(provider.GetRequiredService<Database>(), ["draws_document.file_id"]));
        services.AddClaims();
        services.AddPages();
        services.AddTwoStage();

        services.AddScoped<LotSteps>();
        services.AddScoped<EntryFreezer>();
        services.AddScoped<Drawing>();
        services.AddScoped<Settlement>();
        services.AddScoped<Refunds>();
        services.AddScoped<Lapses>();
        services.AddScoped<Reminders>();
        services.AddSingleton<OutcomeMemory>();
        services.AddScoped<Outcomes>();
        services.AddSingleton<DrawsClock>();
        services.AddHostedService(provider => provider.GetRequiredService<DrawsClock>());

        services.AddSingleton<ISales, LotsOfGoods>();
        services.AddSingleton<IStatementNames, LotNames>();
        services.AddSingleton<IPapers, NameSales.SalePapers>();
        services.AddSingleton<IEventConsumer, DrawAnnouncements>();
        services.AddSingleton<IAuditCheck, DrawsAudit>();
        services.AddScoped<IPersonalData, DrawsData>();
        services.ConfigureHttpJsonOptions(options => options.SerializerOptions.TypeInfoResolverChain.Insert(0, DrawsJson.Default));
    }

    /// <summary>Registers only what knows which prices may not change, for whoever imports goods and draws nothing.</summary>
    public static void AddPriceFreeze(IServiceCollection services)
    {
        services.AddSingleton<DrawsReader>();
        services.AddSingleton<IPriceFreeze, PriceFreeze>();
    }

    public void MapApi(IEndpointRouteBuilder api)
    {
        var lots = api.MapGroup("/lots").WithTags("Lots");
        lots.MapPost("", LotEndpoints.Create).WithAccess(Access.ShopStaff).WithPermission(DrawsPermissions.Lots).WithName("CreateLot").WithSummary("Drafts a lot, of certificates or two-stage; numbers follow from the price where they are not given.");
        lots.MapGet("", LotEndpoints.List).WithAccess(Access.Public).WithName("ListLots").WithSummary("Lots, newest first.");
        lots.MapGet("/{lotId:guid}", LotEndpoints.Show).WithAccess(Access.Public).WithName("GetLot").WithSummary("One lot as it stands.");
        lots.MapPost("/{lotId:guid}/opening", LotEndpoints.Open).WithAccess(Access.ShopStaff).WithPermission(DrawsPermissions.Lots).WithName("OpenLot").WithSummary("Freezes the terms and starts the sale.");
        lots.MapPost("/{lotId:guid}/closing", LotEndpoints.Close).WithAccess(Access.ShopStaff).WithPermission(DrawsPermissions.Lots).WithName("CloseLot").WithSummary("Ends the sale before its deadline; the terms say what follows.");
        lots.MapPost("/{lotId:guid}/cancellation", LotEndpoints.Cancel).WithAccess(Access.ShopStaff).WithPermission(DrawsPermissions.Cancel).WithName("CancelLot").WithSummary("Drops a draft, or as an operator stops a sale, and says why; everyone gets the money back.");
        lots.MapPost("/{lotId:guid}/purchases", BuyEndpoint.Handle).WithAccess(Access.SignedIn).WithName("BuyCertificates").WithSummary("Buys certificates from the wallet. Needs an Idempotency-Key.");
        lots.MapGet("/{lotId:guid}/events", WatchEndpoint.Handle).WithAccess(Access.Public).WithName("WatchLot").WithSummary("Server-sent events: sold, closed, drawn, cancelled.").Produces<string>(200, "text/event-stream");
        lots.MapGet("/{lotId:guid}/terms", CheckEndpoints.Terms).WithAccess(Access.Public).WithName("GetTerms").WithSummary("The exact published terms.").Produces<JsonObject>();
        lots.MapGet("/{lotId:guid}/outcomes", OutcomeEndpoints.Document).WithAccess(Access.Public).WithName("GetOutcomes").WithSummary("What becomes of everybody's money for every number of sold certificates; a preview while the lot is a draft.").Produces<JsonObject>();
        lots.MapGet("/{lotId:guid}/outcomes/{sold:int}", OutcomeEndpoints.Row).WithAccess(Access.Public).WithName("GetOutcome").WithSummary("The outcome for one number of sold certificates.");
        lots.MapGet("/{lotId:guid}/proof", CheckEndpoints.Proof).WithAccess(Access.Public).WithName("GetProof").WithSummary("The bundle that lets anyone check the draw.").Produces<JsonObject>();
        lots.MapGet("/{lotId:guid}/entries", CheckEndpoints.Entries).WithAccess(Access.Public).WithName("GetEntries").WithSummary("The frozen list of entries, one leaf a line.").Produces<string>(200, "text/plain");
        lots.MapGet("/{lotId:guid}/entries/{seq:int}/inclusion", CheckEndpoints.Inclusion).WithAccess(Access.Public).WithName("GetInclusion").WithSummary("The proof that one entry stands in the frozen list.").Produces<InclusionAnswer>();
        api.MapGet("/closing-log/head", ClosingLogEndpoints.Head).WithTags("Lots").WithAccess(Access.Public).WithName("GetClosingLogHead").WithSummary("The signed head of the closing log: its length and the hash of its last line.").Produces<string>(200, "text/plain");
        api.MapGet("/closing-log", ClosingLogEndpoints.Show).WithTags("Lots").WithAccess(Access.Public).WithName("GetClosingLog").WithSummary("The public log of closings and switches, one line each; page or follow it with from and take.").Produces<string>(200, "text/plain");
        api.MapGet("/me/certificates", MyEndpoints.Certificates).WithTags("Me").WithAccess(Access.SignedIn).WithName("ListMyCertificates").WithSummary("My certificates, the newest lots first.").Produces<Page<MyCertificate>>();
        api.MapGet("/me/purchases", PurchaseEndpoints.List).WithTags("Me").WithAccess(Access.SignedIn).WithName("ListMyPurchases").WithSummary("My purchases with their receipts, newest first.");
        api.MapGet("/me/purchases/{purchaseId:guid}", PurchaseEndpoints.Show).WithTags("Me").WithAccess(Access.SignedIn).WithName("GetMyPurchase").WithSummary("The answer to one purchase of mine again, its receipt included.");
        api.MapGet("/me/wins", MyEndpoints.Wins).WithTags("Me").WithAccess(Access.SignedIn).WithName("ListMyWins").WithSummary("What I won, and where to collect it.").Produces<IReadOnlyList<MyWin>>();
        api.MapGet("/beacons", Beacons.Handle).WithTags("Office").WithAccess(Access.Operator).WithName("GetBeacons").WithSummary("The sources of randomness as this node sees them: relays, clock, and the draws that wait.").Produces<BeaconsView>();
        LotDocumentEndpoints.Map(api);
        ClaimEndpoints.Map(api);
        TwoStageWiring.Map(api);
    }

    public void MapRoot(IEndpointRouteBuilder root)
    {
        ClaimEndpoints.MapRoot(root);
        LotDocumentEndpoints.MapRoot(root);
        LotFile.Map(root);
    }
}
