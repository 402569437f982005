using Fairground.Documents.AuditDocuments;
using Fairground.Documents.IssueDocuments;
using Fairground.Documents.KeepPersonalData;
using Fairground.Documents.KeepTaxProfile;
using Fairground.Documents.ShowDocuments;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Fairground.Kernel.Modules;
using Fairground.Kernel.Storage;
using Fairground.Ui;
using Fairground.Ui.Paper;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Documents;

/// <summary>Taxes, and numbered documents that never change: receipts, invoices, credit notes (C-10, S-33, S-40). They are made after the money moved, from the ledger, and slow nobody down who buys.</summary>
public sealed class DocumentsModule : IModule
{
    public string Name => "documents";

    public IReadOnlyList<RefusalKind> Refusals { get; } = RefusalList.Of(typeof(DocumentsRefusals), typeof(TaxRefusals));

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddDbContext<DocumentsContext>((provider, options) => provider.GetRequiredService<Database>().Configure(options));
        services.AddSingleton(DocumentsOptions.From(configuration));
        services.AddScoped<Issuing>();
        services.AddHostedService<IssuingWorker>();
        services.AddScoped<TaxProfileDesk>();
        services.AddScoped<DocumentDesk>();
        services.AddScoped<DocumentFiles>();
        services.AddPaper(configuration);
        services.AddSingleton<IAuditCheck, DocumentsAudit>();
        services.AddSingleton<IAuditCheck, HashesAudit>();
        services.AddScoped<IPersonalData, DocumentsData>();
        services.AddSingleton<INavigation, DocumentsNavigation>();
        foreach (var permission in DocumentsPermissions.All) services.AddSingleton(permission);
    }

    public void MapApi(IEndpointRouteBuilder api)
    {
        TaxProfileEndpoints.Map(api);
        DocumentEndpoints.MapApi(api);
    }

    public void MapRoot(IEndpointRouteBuilder root) => DocumentEndpoints.MapRoot(root);
}

/// <summary>The links to documents: one's own, the shop's, the market's.</summary>
internal sealed class DocumentsNavigation : INavigation
{
    private static NavItem Mine => new(T["My documents"], "/account/documents", NavSection.Account, 84) { Icon = "paper" };

    private static NavItem Shop => new(T["Documents and taxes"], "/shop/documents", NavSection.Shop, 61) { Icon = "paper" };

    private static NavItem Office => new(T["Documents"], "/office/documents", NavSection.Operator, 43) { Icon = "paper" };

    public IReadOnlyList<NavItem> Items(HttpContext http)
    {
        if (http.User.TryUserId() is null) return [];
        var links = new List<NavItem> { Mine };
        if (http.User.HasClaim(claim => claim.Type == FairgroundClaims.Shop)) links.Add(Shop);
        if (http.User.IsOperator()) links.Add(Office);
        return links;
    }
}
