namespace Fairground.Identity.KeepMembers;

/// <summary>What kinds of organisations are called on pages.</summary>
internal static class OrganisationWords
{
    public static string Of(string kind) => kind switch
    {
        "shop" => "Shop",
        "supplier" => "Supplier",
        "vendor" => "Vendor",
        "distributor" => "Distributor",
        "reseller" => "Reseller",
        _ => "Runs the market",
    };
}
