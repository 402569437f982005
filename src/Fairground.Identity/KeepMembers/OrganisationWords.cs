namespace Fairground.Identity.KeepMembers;

/// <summary>What kinds of organisations are called on pages.</summary>
internal static class OrganisationWords
{
    public static string Of(string kind) => kind switch
    {
        "shop" => T["Shop"],
        "supplier" => T["Supplier"],
        "vendor" => T["Vendor"],
        "distributor" => T["Distributor"],
        "reseller" => T["Reseller"],
        _ => T["Runs the market"],
    };
}
