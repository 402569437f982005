namespace Fairground.Server.Demo;

/// <summary>One of the demo's people.</summary>
internal sealed record DemoPerson(string Name, string Contact, string Password);

/// <summary>Who lives in the demo market. Their password is printed on the console: nothing here is secret.</summary>
internal static class DemoPeople
{
    public const string Password = "town-fair-2026";

    public static DemoPerson Operator { get; } = Of("Operator", "operator@fairground.example");

    public static DemoPerson Owner { get; } = Of("Saule, shop owner", "owner@fairground.example");

    public static DemoPerson Staff { get; } = Of("Timur, at the counter", "staff@fairground.example");

    public static DemoPerson Aigerim { get; } = Of("Aigerim", "aigerim@fairground.example");

    public static DemoPerson Daniyar { get; } = Of("Daniyar", "+7 701 000 00 02");

    public static IReadOnlyList<DemoPerson> Buyers { get; } =
    [
        Aigerim,
        Daniyar,
        Of("Madina", "madina@fairground.example"),
        Of("Ruslan", "ruslan@fairground.example"),
        Of("Zarina", "zarina@fairground.example"),
        Of("Viktor", "viktor@fairground.example"),
        Of("Kamila", "kamila@fairground.example"),
        Of("Alibek", "alibek@fairground.example"),
    ];

    private static DemoPerson Of(string name, string contact) => new(name, contact, Password);
}
