using Fairground.Kernel.Contracts;
using Fairground.Kernel.Messaging;
using Fairground.Kernel.Storage;
using Fairground.Ledger;
using Fairground.Ledger.GroupCommit;
using Fairground.Payments.BuyByRule;
using Fairground.Payments.KeepPersonalData;
using Fairground.Payments.PayTheRest;
using Fairground.Payments.TakeCash;
using Fairground.Payments.TellPayers;
using Fairground.Payments.TopUpByItself;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Payments;

/// <summary>The part of the module that acts for people who are not here: it buys, tops up, and ends what they began.</summary>
internal static class AutomaticSetup
{
    public static void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(TillOptions.From(configuration));
        services.AddSingleton<ILedgerChart, TillPostings>();
        services.AddSingleton<HotRule, MakeTillCodeRule>();
        services.AddSingleton<HotRule, UseTillCodeRule>();
        services.AddScoped<TillGuesses>();
        services.AddScoped<TillDesk>();
        services.AddSingleton<IEventConsumer, TillAnnouncements>();
        services.AddDbContext<RulesContext>((provider, o) => provider.GetRequiredService<Database>().Configure(o));
        services.AddScoped<IPersonalData, RulesData>();
        services.AddSingleton<IEventConsumer, PayerAnnouncements>();

        services.AddSingleton<MonthOf>();
        services.AddSingleton<RuleLetters>();
        services.AddScoped<RuleDesk>();
        services.AddScoped<RuleRunner>();
        services.AddSingleton<IEventConsumer, OpenedLots>();
        services.AddHostedService<RuleWorker>();

        services.AddSingleton<HotRule, StartOrderRule>();
        services.AddSingleton<HotRule, EndOrderRule>();
        services.AddScoped<OrderDesk>();
        services.AddScoped<OrderRunner>();
        services.AddSingleton<IEventConsumer, OrderAnnouncements>();
        services.AddHostedService<OrderWorker>();

        services.AddScoped<AutomaticDesk>();
        services.AddScoped<AutomaticRunner>();
        services.AddHostedService<AutomaticWorker>();
    }

    public static void MapApi(IEndpointRouteBuilder api)
    {
        RuleEndpoints.Map(api);
        OrderEndpoints.Map(api);
        AutomaticEndpoints.Map(api);
        TillEndpoints.Map(api);
    }
}
