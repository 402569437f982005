namespace Fairground.Identity;

/// <summary>Addresses to go back to.</summary>
internal static class LocalAddress
{
    /// <summary>The path where it stays on this site; else the given place. No other site can be reached through us.</summary>
    public static string Or(string? address, string elsewhere) => IsLocal(address) && !address!.StartsWith("/sign-", StringComparison.Ordinal) ? address : elsewhere;

    /// <summary>The same, also back to the pages of signing in.</summary>
    public static string OrAlsoSignIn(string? address, string elsewhere) => IsLocal(address) ? address! : elsewhere;

    // Browsers read \ as / and drop control characters, so neither may stand where a host could follow.
    private static bool IsLocal(string? address) =>
        address is ['/', ..] && !(address.Length > 1 && address[1] is '/' or '\\') && !address.Any(char.IsControl);
}
