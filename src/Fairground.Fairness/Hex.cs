namespace Fairground.Fairness;

/// <summary>Lower-case hexadecimal, the only spelling the draw proof knows.</summary>
internal static class Hex
{
    public static string Of(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);

    public static bool Is(string text, int bytes) => text.Length == bytes * 2 && IsLower(text);

    public static byte[] Bytes(string text, string what)
    {
        if (text.Length % 2 != 0 || !IsLower(text)) throw new FormatException($"{what} must be lower-case hexadecimal.");
        return Convert.FromHexString(text);
    }

    private static bool IsLower(string text)
    {
        foreach (var c in text)
        {
            if (c is not ((>= '0' and <= '9') or (>= 'a' and <= 'f'))) return false;
        }
        return true;
    }
}
