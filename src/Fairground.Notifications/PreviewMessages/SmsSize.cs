namespace Fairground.Notifications.PreviewMessages;

/// <summary>How much room a text takes as SMS (3GPP TS 23.038): in the alphabet of GSM 160 signs, or 153 a part of several; with any other sign in it 70 or 67 of UTF-16.</summary>
/// <param name="Encoding"><c>GSM-7</c> or <c>UCS-2</c>.</param>
/// <param name="Length">In septets or UTF-16 units; signs of the extension table count two.</param>
/// <param name="Segments">What it is sent, and paid, as.</param>
public sealed record SmsSize(string Encoding, int Length, int Segments)
{
    private const string Basic = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
    private const string Extension = "^{}\\[~]|€\f";

    public static SmsSize Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var isGsm = text.All(c => Basic.Contains(c, StringComparison.Ordinal) || Extension.Contains(c, StringComparison.Ordinal));
        var units = new List<int>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var isPair = !isGsm && char.IsHighSurrogate(text[i]) && i + 1 < text.Length;
            units.Add(isPair || (isGsm && Extension.Contains(text[i], StringComparison.Ordinal)) ? 2 : 1);
            if (isPair) i++;
        }
        var length = units.Sum();
        return new SmsSize(isGsm ? "GSM-7" : "UCS-2", length, length <= (isGsm ? 160 : 70) ? Math.Min(1, length) : Parts(units, isGsm ? 153 : 67));
    }

    // A sign of two units is not parted.
    private static int Parts(List<int> units, int room)
    {
        var (parts, used) = (1, 0);
        foreach (var unit in units)
        {
            if (used + unit > room) (parts, used) = (parts + 1, 0);
            used += unit;
        }
        return parts;
    }
}
