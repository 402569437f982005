using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Fairground.Kernel.Modules;
using Fairground.Kernel.Storage;
using Fairground.Protection.ChooseJurisdiction;
using Fairground.Protection.ExcludeInsiders;
using Fairground.Protection.KeepPersonalData;
using Fairground.Protection.SeeSignals;
using Fairground.Protection.SetLimits;
using Fairground.Ui;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Protection;

/// <summary>Whose law applies, and what protects people: limits, breaks, exclusion, age, insiders, signs of harm. What decides stands in the ledger's own transaction (<see cref="Ledger.Protection.Guarding"/>).</summary>
public sealed class ProtectionModule : IModule
{
    public string Name => "protection";

    public IReadOnlyList<RefusalKind> Refusals { get; } = RefusalList.Of(typeof(ChoiceRefusals), typeof(LimitRefusals), typeof(HouseholdRefusals), typeof(SignalRefusals));

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddDbContext<ProtectionContext>((provider, options) => provider.GetRequiredService<Database>().Configure(options));
        services.AddSingleton<JurisdictionBook>();
        services.AddSingleton<IJurisdiction>(provider => provider.GetRequiredService<JurisdictionBook>());
        services.AddSingleton<IJurisdictionChoice>(provider => provider.GetRequiredService<JurisdictionBook>());
        services.AddSingleton<INotice, PackNotice>();
        services.AddHostedService<JurisdictionAtStart>();
        services.AddSingleton(HomeCurrency.From(configuration));
        services.AddSingleton<PersonLimits>();
        services.AddScoped<Households>();
        services.AddSingleton<InsiderBars>();
        services.AddSingleton<InsiderWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<InsiderWorker>());
        services.AddSingleton<IHarmSigns, LedgerSigns>();
        services.AddScoped<SignalBook>();
        services.AddScoped<IPersonalData, ProtectionData>();
        services.AddHostedService<SignalWorker>();
        services.AddSingleton<INavigation, ProtectionNavigation>();
    }

    public void MapApi(IEndpointRouteBuilder api)
    {
        JurisdictionEndpoints.Map(api);
        LimitEndpoints.Map(api);
        HouseholdEndpoints.Map(api);
        SignalEndpoints.Map(api);
    }
}

internal sealed class ProtectionNavigation : INavigation
{
    private static NavItem Rules => new(T["Rules"], "/rules", NavSection.Footer, 70);
    private static NavItem Mine => new(T["My limits"], "/account/limits", NavSection.Account, 83) { Icon = "shield" };

    private static IReadOnlyList<NavItem> Office =>
    [
        new(T["Signs of harm"], "/office/signals", NavSection.Operator, 60) { Icon = "shield" },
        new(T["Whose law applies"], "/office/jurisdiction", NavSection.Operator, 90) { Icon = "flag" },
    ];

    public IReadOnlyList<NavItem> Items(HttpContext http) => http.User.TryUserId() is null ? [Rules] : http.User.IsOperator() ? [Rules, Mine, .. Office] : [Rules, Mine];
}
