using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Fairground.Kernel.Messaging;
using Fairground.Kernel.Modules;
using Fairground.Ledger;
using Fairground.Ledger.GroupCommit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Draws;

/// <summary>What two-stage draws need and answer to.</summary>
internal static class TwoStageWiring
{
    public static void AddTwoStage(this IServiceCollection services)
    {
        services.AddSingleton<ILedgerChart, TwoStagePostings>();
        services.AddSingleton<TwoStageReader>();
        services.AddSingleton<HotRule, PayDepositRule>();
        services.AddSingleton<HotRule, ApplyForLotRule>();
        services.AddSingleton<HotRule, PaySecondRule>();
        services.AddSingleton<HotRule, WaivePlaceRule>();
        services.AddSingleton<HotRule, EndDeliveryRule>();
        services.AddSingleton<HotRule, SettleTwoStageRule>();
        services.AddSingleton<HotRule, PayOutRule>();
        services.AddSingleton<HotRule, EndHoldsRule>();
        services.AddSingleton<HotRule, EndTwoStageRule>();
        services.AddSingleton<HotRule, ExpireMileageRule>();
        services.AddSingleton<HotRule, MoveMileageRule>();
        services.AddSingleton<EntryDesk>();
        services.AddSingleton<LotNames>();
        services.AddSingleton<Applications>();
        services.AddScoped<DepositDesk>();
        services.AddScoped<SecondPayments>();
        services.AddScoped<Waivers>();
        services.AddScoped<TwoStageEnds>();
        services.AddScoped<MileageExpiry>();
        services.AddScoped<MyMileage>();
        services.AddSingleton<MileageMover>();
        services.AddSingleton<IEventConsumer, HandoverEnds>();
        services.AddSingleton<IEventConsumer, TwoStageAnnouncements>();
        services.AddSingleton<IAuditCheck, TwoStageAudit>();
        services.AddSingleton<IPapers, NameSales.TwoStagePapers>();
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        var lots = api.MapGroup("/lots").WithTags("Two-stage lots");
        lots.MapPost("/{lotId:guid}/deposit", DepositEndpoint.Handle).WithAccess(Access.ShopOwner).WithPermission(DrawsPermissions.Deposits).WithName("PayDeposit").WithSummary("Pays the deposit without which a two-stage lot is not published. Needs an Idempotency-Key.");
        lots.MapPost("/{lotId:guid}/applications", ApplyEndpoint.Handle).WithAccess(Access.SignedIn).WithName("ApplyForLot").WithSummary("Applies for a two-stage lot with the first payment, from the wallet or by mileage. Needs an Idempotency-Key.");
        lots.MapPost("/{lotId:guid}/second-payment", SecondPaymentEndpoint.Handle).WithAccess(Access.SignedIn).WithName("PaySecond").WithSummary("Makes the second payment of the candidate. Needs an Idempotency-Key.");
        lots.MapPost("/{lotId:guid}/waiver", WaiverEndpoint.Handle).WithAccess(Access.SignedIn).WithName("WaivePlace").WithSummary("Gives the candidate's place up; the next reserve of the published order is called.");
        api.MapGet("/me/mileage", MileageEndpoints.Balance).WithTags("Me").WithAccess(Access.SignedIn).WithName("GetMyMileage").WithSummary("My mileage by currency, with when it expires.");
        api.MapGet("/me/mileage/transfers", MileageEndpoints.Statement).WithTags("Me").WithAccess(Access.SignedIn).WithName("ListMyMileageTransfers").WithSummary("What became of my mileage of a currency, newest first.");
    }
}
