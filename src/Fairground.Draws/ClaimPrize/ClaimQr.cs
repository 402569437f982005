using QRCoder;

namespace Fairground.Draws;

/// <summary>Draws a code as a picture for a phone's camera.</summary>
internal static class ClaimQr
{
    public const string ContentType = "image/png";

    private const int PixelsPerModule = 12;

    /// <summary>A black and white PNG with its quiet zone, readable with a seventh of it covered (level M).</summary>
    public static byte[] Png(string token)
    {
        using var generator = new QRCodeGenerator();
        using var data = generator.CreateQrCode(token, QRCodeGenerator.ECCLevel.M);
        using var code = new PngByteQRCode(data);
        return code.GetGraphic(PixelsPerModule, drawQuietZones: true);
    }
}
