using Fairground.Kernel.Http;

namespace Fairground.Documents;

/// <summary>What may be done with an organisation's documents.</summary>
internal static class DocumentsPermissions
{
    public static readonly Permission See = new("documents.see", "See the organisation's receipts, invoices and credit notes, and its tax register.", Access.OrganisationOwner, ForPrograms: false);
    public static readonly Permission Taxes = new("documents.taxes", "Say how the organisation is taxed.", Access.OrganisationOwner, ForPrograms: false);

    public static IReadOnlyList<Permission> All { get; } = [See, Taxes];
}
