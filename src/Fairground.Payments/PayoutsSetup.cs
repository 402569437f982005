using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Fairground.Kernel.Messaging;
using Fairground.Kernel.Modules;
using Fairground.Kernel.Storage;
using Fairground.Ledger;
using Fairground.Ledger.GroupCommit;
using Fairground.Payments.ChangeBankDetails;
using Fairground.Payments.ChargeOrganisations;
using Fairground.Payments.CloseDay;
using Fairground.Payments.EndPayouts;
using Fairground.Payments.KeepPayees;
using Fairground.Payments.MakePayouts;
using Fairground.Payments.MatchBankLines;
using Fairground.Payments.MatchGatewayLines;
using Fairground.Payments.ReadBankStatement;
using Fairground.Payments.ReadGatewayReport;
using Fairground.Payments.ShowBankDetails;
using Fairground.Payments.ShowPayouts;
using Fairground.Payments.ShowReconciliation;
using Fairground.Payments.ShowStatement;
using Fairground.Payments.TellPayees;
using Fairground.Payments.WritePayoutFile;
using Fairground.Ui;
using Fairground.Ui.Paper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Payments;

/// <summary>The half of the module that pays out and speaks with banks (S-33).</summary>
internal static class PayoutsSetup
{
    public static void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(PayoutOptions.From(configuration));
        services.AddDbContext<PayoutsContext>((provider, o) => provider.GetRequiredService<Database>().Configure(o));
        services.AddSingleton<ILedgerChart, PayoutPostings>();
        services.AddSingleton<HotRule, MakePayoutRule>();
        services.AddSingleton<HotRule, EndPayoutRule>();
        services.AddSingleton<HotRule, ChargeOrganisationRule>();
        services.AddSingleton<HotRule, CreditTransferRule>();
        services.AddSingleton<HotRule, SettleGatewayRule>();
        services.AddSingleton<HotRule, HandOverCashRule>();
        services.AddSingleton<HotRule, KeepGatewayCostRule>();
        services.AddScoped<StatementIntake>();
        services.AddScoped<ReportIntake>();
        services.AddScoped<GatewayMatching>();
        services.AddScoped<LineMatching>();
        services.AddScoped<TransferDesk>();
        services.AddScoped<IPersonalData, TransferData>();
        services.AddSingleton<IEventConsumer, TransferAnnouncements>();
        services.AddScoped<PayeeDesk>();
        services.AddScoped<BankDetailsDesk>();
        services.AddScoped<PayoutAsking>();
        services.AddScoped<PayoutRunner>();
        services.AddScoped<PayoutFiles>();
        services.AddScoped<PayoutEnds>();
        services.AddScoped<PayoutReader>();
        services.AddScoped<Charges>();
        services.AddHostedService<PayoutWorker>();
        services.AddSingleton<IEventConsumer, PayeeAnnouncements>();
        services.AddSingleton<IAuditCheck, PayoutsAudit>();
        services.AddSingleton<INavigation, PayoutNavigation>();
        services.AddSingleton<IStatementNames, PayoutNames>();
        services.AddPaper(configuration);
        services.AddSingleton<StatementDesk>();
        services.AddScoped<StatementPapers>();
        services.AddScoped<DayCloser>();
        services.AddHostedService<CloseWorker>();
        services.AddSingleton<IAuditCheck, ClosesAudit>();
        services.AddScoped<Reconciliation>();
        foreach (var permission in PayoutPermissions.All) services.AddSingleton(permission);
    }

    public static void MapApi(IEndpointRouteBuilder api)
    {
        PayoutEndpoints.Map(api);
        StatementEndpoints.MapApi(api);
        BankEndpoints.Map(api);
        GatewayReportEndpoints.Map(api);
        ReconciliationEndpoints.Map(api);
    }

    public static void MapRoot(IEndpointRouteBuilder root)
    {
        root.MapGet("/office/payouts/files/{fileId:guid}", PayoutEndpoints.Take).WithAccess(Access.Operator).ExcludeFromDescription();
        root.MapGet("/office/closes/{day}/signed", ReconciliationEndpoints.Signed).WithAccess(Access.Operator).ExcludeFromDescription();
        StatementEndpoints.MapRoot(root);
    }
}
