namespace Fairground.Documents.ShowDocuments;

/// <summary>Where pages of the module stand.</summary>
internal static class DocumentPages
{
    public static string Of(Guid organisationId) => $"/account/organisations/{organisationId}/documents";

    public static string TaxOf(Guid organisationId) => $"/account/organisations/{organisationId}/taxes";
}
