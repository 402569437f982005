using System.Collections.Frozen;

namespace Fairground.Identity.ChoosePassword;

/// <summary>The passwords of eight characters and more that are guessed first, in any case.</summary>
internal static class CommonPasswords
{
    private static readonly FrozenSet<string> All = Load();

    public static bool Contains(string password) => All.Contains(password);

    private static FrozenSet<string> Load()
    {
        using var reader = new StreamReader(typeof(CommonPasswords).Assembly.GetManifestResourceStream("Fairground.Identity.ChoosePassword.common-passwords.txt")!);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
    }
}
