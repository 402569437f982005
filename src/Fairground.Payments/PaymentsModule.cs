using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Fairground.Kernel.Modules;
using Fairground.Kernel.Storage;
using Fairground.Ledger;
using Fairground.Ledger.GroupCommit;
using Fairground.Payments.ApplyReport;
using Fairground.Payments.BuyByRule;
using Fairground.Payments.CollectDebt;
using Fairground.Payments.CompletePayment;
using Fairground.Payments.ExpirePayments;
using Fairground.Payments.KeepPersonalData;
using Fairground.Payments.LookAtTrouble;
using Fairground.Payments.OfficeRefunds;
using Fairground.Payments.PayByEpay;
using Fairground.Payments.PayByLink;
using Fairground.Payments.PayByPayPal;
using Fairground.Payments.PayByStripe;
using Fairground.Payments.PayTheRest;
using Fairground.Payments.PlayDemoGateway;
using Fairground.Payments.ReadBankStatement;
using Fairground.Payments.ReadGatewayReport;
using Fairground.Payments.ReadPayment;
using Fairground.Payments.ReadStatement;
using Fairground.Payments.ReadWallet;
using Fairground.Payments.ReceiveNotice;
using Fairground.Payments.RefundPayment;
using Fairground.Payments.ResolvePayments;
using Fairground.Payments.ShowDeclined;
using Fairground.Payments.ShowReconciliation;
using Fairground.Payments.ShowStatement;
using Fairground.Payments.StartTopUp;
using Fairground.Payments.TakeCash;
using Fairground.Payments.TopUpByItself;
using Fairground.Ui;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Payments;

/// <summary>Wallets, gateways and top-ups (C-13, C-14). Money comes in through a gateway and by no other door.</summary>
public sealed class PaymentsModule : IModule
{
    public string Name => "payments";

    public IReadOnlyList<RefusalKind> Refusals { get; } =
        RefusalList.Of(typeof(PaymentRefusals), typeof(RefundRefusals), typeof(LinkRefusals), typeof(PayoutRefusals), typeof(StatementRefusals), typeof(BankRefusals), typeof(ReportRefusals), typeof(CloseRefusals), typeof(RuleRefusals), typeof(OrderRefusals), typeof(AutomaticRefusals), typeof(TillRefusals));

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        var options = PaymentsOptions.From(configuration);
        services.AddSingleton(options);
        services.AddDbContext<PaymentsContext>((provider, o) => provider.GetRequiredService<Database>().Configure(o));
        services.AddSingleton<ILedgerChart, PaymentsPostings>();
        services.AddSingleton<HotRule, StartTopUpRule>();
        services.AddSingleton<HotRule, CompletePaymentRule>();
        services.AddSingleton<HotRule, ApplyReportRule>();
        services.AddSingleton<HotRule, NoteStartedRule>();
        services.AddSingleton<HotRule, TakeNumberRule>();
        services.AddSingleton<HotRule, CollectDebtRule>();
        services.AddSingleton<HotRule, AskRefundRule>();
        services.AddSingleton<HotRule, TurnRefundRule>();
        services.AddSingleton<HotRule, MakeLinkRule>();
        services.AddSingleton<HotRule, MoveWalletRule>();
        services.AddSingleton<WalletMover>();
        services.AddScoped<IPersonalData, PaymentsData>();
        services.AddSingleton<IAuditCheck, PaymentsAudit>();
        services.AddScoped<IPapers, NameMovements.PaymentPapers>();
        services.AddScoped<TopUpDesk>();
        services.AddScoped<PaymentResolver>();
        services.AddScoped<NoticeDesk>();
        services.AddScoped<RefundDesk>();
        services.AddScoped<TroubleDesk>();
        services.AddScoped<LinkDesk>();
        services.AddSingleton<WayBack>();
        services.AddSingleton<DebtCollector>();
        services.AddSingleton<GatewayWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<GatewayWorker>());
        services.AddSingleton<WalletReader>();
        services.AddSingleton<StatementReader>();
        services.AddScoped<PaymentFinder>();
        services.AddScoped<IHarmSigns, DeclinedPayments>();
        services.AddSingleton<ExpiryWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<ExpiryWorker>());
        services.AddSingleton<INavigation, WalletNavigation>();
        PayoutsSetup.AddServices(services, configuration);
        AutomaticSetup.AddServices(services, configuration);
        AddGateways(services, configuration, options);
    }

    // In the order in which they are offered; the first is taken where nobody chooses.
    private static void AddGateways(IServiceCollection services, IConfiguration configuration, PaymentsOptions options)
    {
        if (options.DemoGateway)
        {
            services.AddSingleton<DemoGateway>();
            services.AddSingleton<IPaymentGateway>(provider => provider.GetRequiredService<DemoGateway>());
        }
        if (EpaySettings.Read(configuration) is { } epay)
        {
            services.AddSingleton(epay);
            services.AddSingleton<EpayGateway>();
            services.AddSingleton<IPaymentGateway>(provider => provider.GetRequiredService<EpayGateway>());
        }
        if (StripeSettings.Read(configuration) is { } stripe)
        {
            services.AddSingleton(stripe);
            services.AddSingleton<IPaymentGateway, StripeGateway>();
        }
        if (PayPalSettings.Read(configuration) is { } paypal)
        {
            services.AddSingleton(paypal);
            services.AddSingleton<IPaymentGateway, PayPalGateway>();
        }
    }

    public void MapApi(IEndpointRouteBuilder api)
    {
        api.MapGet("me/wallet", ReadWalletEndpoint.Handle).WithAccess(Access.SignedIn).WithTags("Wallet").WithSummary("What is in my wallet");
        api.MapGet("me/wallet/transfers", ReadStatementEndpoint.Handle).WithAccess(Access.SignedIn).WithTags("Wallet").WithSummary("My wallet's statement, newest first");
        api.MapPost("me/wallet/top-ups", StartTopUpEndpoint.Handle).WithAccess(Access.SignedIn).WithTags("Wallet").WithSummary("Start a top-up")
            .Accepts<TopUpRequest>("application/json").WithMetadata(new RequestSizeLimitAttribute(4096));
        api.MapGet("me/wallet/gateways", ReadGatewaysEndpoint.Handle).WithAccess(Access.SignedIn).WithTags("Wallet").WithSummary("Ways to pay money in");
        api.MapPost("me/wallet/payment-links", LinkEndpoints.Make).WithAccess(Access.SignedIn).WithTags("Wallet").WithSummary("Make a link that somebody else, or another device, can pay");
        api.MapGet("me/wallet/payment-links", LinkEndpoints.Mine).WithAccess(Access.SignedIn).WithTags("Wallet").WithSummary("My payment links, newest first");
        api.MapGet("payment-links/{token}", LinkEndpoints.Read).WithAccess(Access.Public).WithTags("Wallet").WithSummary("What a payment link asks for");
        api.MapPost("payment-links/{token}/payments", LinkEndpoints.Pay).WithAccess(Access.Public).WithTags("Wallet").WithSummary("Pay a link");
        api.MapPost("gateways/{gateway}/notices", ReceiveNoticeEndpoint.Handle).WithAccess(Access.Public).WithTags("Wallet").WithSummary("Where payment gateways tell what happened")
            .WithMetadata(new RequestSizeLimitAttribute(ReceiveNoticeEndpoint.LargestBody), new RateRule("gateways", 2_000, 500));
        api.MapGet("payments/{id:guid}", ReadPaymentEndpoint.Handle).WithAccess(Access.SignedIn).WithTags("Wallet").WithSummary("How a payment went");
        api.MapGet("payments/{id:guid}/refunds", RefundEndpoints.Read).WithAccess(Access.SignedIn).WithTags("Wallet").WithSummary("What of a payment can go back, what that costs, and what went back");
        api.MapPost("payments/{id:guid}/refunds", RefundEndpoints.Ask).WithAccess(Access.SignedIn).WithTags("Wallet").WithSummary("Give money back the way it came");
        api.MapGet("waiting-refunds", OfficeRefundsEndpoints.Read).WithAccess(Access.Operator).WithTags("Wallet").WithSummary("Refunds that wait for a person");
        api.MapPost("waiting-refunds/{refundId:guid}/decision", OfficeRefundsEndpoints.Decide).WithAccess(Access.Operator).WithTags("Wallet").WithSummary("Decide about a refund that waits");
        TroubleEndpoints.Map(api);
        api.MapPost("payments/{id:guid}/demo-completion", PlayDemoGatewayEndpoint.Handle).WithAccess(Access.SignedIn).WithTags("Wallet").WithSummary("Play the demo gateway's part");
        PayoutsSetup.MapApi(api);
        AutomaticSetup.MapApi(api);
    }

    public void MapRoot(IEndpointRouteBuilder root)
    {
        root.MapGet("/wallet/statement.csv", StatementFile.Handle).WithAccess(Access.SignedIn).ExcludeFromDescription();
        PayoutsSetup.MapRoot(root);
        root.MapGet("/pay/epay.js", EpayScript.Handle).WithAccess(Access.Public).ExcludeFromDescription();
    }
}
