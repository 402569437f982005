using Fairground.Kernel;
using Fairground.Kernel.Contracts;
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

/// <summary>Selling by certificates and one provable draw (C-09 to C-25).</summary>
public sealed class DrawsModule : IModule
{
    public string Name => "draws";

    public IReadOnlyList<RefusalKind> Refusals { get; } = RefusalList.Of(typeof(DrawsRefusals), typeof(ClaimRefusals));

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddDbContext<DrawsContext>((provider, options) => provider.GetRequiredService<Database>().Configure(options));
        services.AddSingleton<ILedgerChart, DrawsPostings>();
        services.AddSingleton<DrawsReader>();
        services.AddSingleton<DrawsMemory>();
        services.AddSingleton<ProofSigner>();
        services.AddSingleton<IEntropySource, CommitRevealSource>();

        services.AddSingleton<HotRule, DraftLotRule>();
        services.AddSingleton<HotRule, OpenLotRule>();
        services.AddSingleton<HotRule, BuyCertificatesRule>();
        services.AddSingleton<HotRule, CloseLotRule>();
        services.AddSingleton<HotRule, CancelLotRule>();
        services.AddSingleton<HotRule, FreezeEntriesRule>();
        services.AddSingleton<HotRule, DrawLotRule>();
        services.AddSingleton<HotRule, SettleLotRule>();
        services.AddSingleton<HotRule, RefundHolderRule>();
        services.AddSingleton<HotRule, FinishRefundRule>();
        services.AddSingleton<HotRule, LapseWinRule>();

        services.AddScoped<LotDrafts>();
        services.AddScoped<LotOpening>();
        services.AddScoped<CertificateSales>();
        services.AddScoped<LotClosings>();
        services.AddScoped<LotCancellations>();
        services.AddScoped<LotViews>();
        services.AddScoped<MyDraws>();
        services.AddScoped<DrawProofs>();
        services.AddSingleton<LeafHashes>();
        services.AddSingleton<LotWatch>();

        services.AddClaims();
        services.AddPages();

        services.AddScoped<LotSteps>();
        services.AddScoped<EntryFreezer>();
        services.AddScoped<Drawing>();
        services.AddScoped<Settlement>();
        services.AddScoped<Refunds>();
        services.AddScoped<Lapses>();
        services.AddSingleton<DrawsClock>();
        services.AddHostedService(provider => provider.GetRequiredService<DrawsClock>());

        services.AddSingleton<IPriceFreeze, PriceFreeze>();
        services.AddSingleton<IEventConsumer, DrawAnnouncements>();
        services.AddSingleton<IAuditCheck, DrawsAudit>();
        services.ConfigureHttpJsonOptions(options => options.SerializerOptions.TypeInfoResolverChain.Insert(0, DrawsJson.Default));
    }

    public void MapApi(IEndpointRouteBuilder api)
    {
        var lots = api.MapGroup("/lots").WithTags("Lots");
        lots.MapPost("", LotEndpoints.Create).WithAccess(Access.SignedIn);
        lots.MapGet("", LotEndpoints.List).WithAccess(Access.Public);
        lots.MapGet("/{lotId:guid}", LotEndpoints.Show).WithAccess(Access.Public);
        lots.MapPost("/{lotId:guid}/opening", LotEndpoints.Open).WithAccess(Access.SignedIn);
        lots.MapPost("/{lotId:guid}/closing", LotEndpoints.Close).WithAccess(Access.SignedIn);
        lots.MapPost("/{lotId:guid}/cancellation", LotEndpoints.Cancel).WithAccess(Access.SignedIn);
        lots.MapPost("/{lotId:guid}/purchases", BuyEndpoint.Handle).WithAccess(Access.SignedIn);
        lots.MapGet("/{lotId:guid}/events", WatchEndpoint.Handle).WithAccess(Access.Public);
        lots.MapGet("/{lotId:guid}/terms", CheckEndpoints.Terms).WithAccess(Access.Public);
        lots.MapGet("/{lotId:guid}/proof", CheckEndpoints.Proof).WithAccess(Access.Public);
        lots.MapGet("/{lotId:guid}/entries", CheckEndpoints.Entries).WithAccess(Access.Public);
        lots.MapGet("/{lotId:guid}/entries/{seq:int}/inclusion", CheckEndpoints.Inclusion).WithAccess(Access.Public);
        api.MapGet("/closing-log", CheckEndpoints.ClosingLog).WithTags("Lots").WithAccess(Access.Public);
        api.MapGet("/me/certificates", MyEndpoints.Certificates).WithTags("Me").WithAccess(Access.SignedIn);
        api.MapGet("/me/wins", MyEndpoints.Wins).WithTags("Me").WithAccess(Access.SignedIn);
        ClaimEndpoints.Map(api);
    }

    public void MapRoot(IEndpointRouteBuilder root) => ClaimEndpoints.MapRoot(root);
}
