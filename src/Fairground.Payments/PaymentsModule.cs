using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Fairground.Kernel.Modules;
using Fairground.Kernel.Storage;
using Fairground.Ledger;
using Fairground.Ledger.GroupCommit;
using Fairground.Payments.CompletePayment;
using Fairground.Payments.ExpirePayments;
using Fairground.Payments.KeepPersonalData;
using Fairground.Payments.PlayDemoGateway;
using Fairground.Payments.ReadBankStatement;
using Fairground.Payments.ReadPayment;
using Fairground.Payments.ReadStatement;
using Fairground.Payments.ReadWallet;
using Fairground.Payments.ShowDeclined;
using Fairground.Payments.ShowReconciliation;
using Fairground.Payments.ShowStatement;
using Fairground.Payments.StartTopUp;
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

    public IReadOnlyList<RefusalKind> Refusals { get; } = RefusalList.Of(typeof(PaymentRefusals), typeof(PayoutRefusals), typeof(StatementRefusals), typeof(BankRefusals), typeof(CloseRefusals));

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        var options = PaymentsOptions.From(configuration);
        services.AddSingleton(options);
        services.AddDbContext<PaymentsContext>((provider, o) => provider.GetRequiredService<Database>().Configure(o));
        services.AddSingleton<ILedgerChart, PaymentsPostings>();
        services.AddSingleton<HotRule, StartTopUpRule>();
        services.AddSingleton<HotRule, CompletePaymentRule>();
        services.AddSingleton<HotRule, MoveWalletRule>();
        services.AddSingleton<WalletMover>();
        services.AddScoped<IPersonalData, PaymentsData>();
        services.AddSingleton<IAuditCheck, PaymentsAudit>();
        services.AddSingleton<TopUpDesk>();
        services.AddSingleton<WalletReader>();
        services.AddSingleton<StatementReader>();
        services.AddScoped<PaymentFinder>();
        services.AddScoped<IHarmSigns, DeclinedPayments>();
        services.AddSingleton<ExpiryWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<ExpiryWorker>());
        services.AddSingleton<INavigation, WalletNavigation>();
        PayoutsSetup.AddServices(services, configuration);
        if (!options.DemoGateway) return;
        services.AddSingleton<DemoGateway>();
        services.AddSingleton<IPaymentGateway>(provider => provider.GetRequiredService<DemoGateway>());
    }

    public void MapApi(IEndpointRouteBuilder api)
    {
        api.MapGet("me/wallet", ReadWalletEndpoint.Handle).WithAccess(Access.SignedIn).WithTags("Wallet").WithSummary("What is in my wallet");
        api.MapGet("me/wallet/transfers", ReadStatementEndpoint.Handle).WithAccess(Access.SignedIn).WithTags("Wallet").WithSummary("My wallet's statement, newest first");
        api.MapPost("me/wallet/top-ups", StartTopUpEndpoint.Handle).WithAccess(Access.SignedIn).WithTags("Wallet").WithSummary("Start a top-up")
            .Accepts<TopUpRequest>("application/json").WithMetadata(new RequestSizeLimitAttribute(4096));
        api.MapGet("payments/{id:guid}", ReadPaymentEndpoint.Handle).WithAccess(Access.SignedIn).WithTags("Wallet").WithSummary("How a payment went");
        api.MapPost("payments/{id:guid}/demo-completion", PlayDemoGatewayEndpoint.Handle).WithAccess(Access.SignedIn).WithTags("Wallet").WithSummary("Play the demo gateway's part");
        PayoutsSetup.MapApi(api);
    }

    public void MapRoot(IEndpointRouteBuilder root)
    {
        root.MapGet("/wallet/statement.csv", StatementFile.Handle).WithAccess(Access.SignedIn).ExcludeFromDescription();
        PayoutsSetup.MapRoot(root);
    }
}
