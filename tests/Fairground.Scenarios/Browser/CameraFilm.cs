using System.Text;
using QRCoder;

namespace Fairground.Scenarios.Browser;

/// <summary>A film of a QR code lying before a camera, as uncompressed Y4M that the browser plays in place of one.</summary>
internal static class CameraFilm
{
    private const int Width = 640;
    private const int Height = 480;
    private const int Frames = 10;
    private const byte Table = 200;
    private const byte Paper = 235;
    private const byte Ink = 24;
    private const byte NoColour = 128;

    public static void Write(string file, string text)
    {
        var frame = Frame(text);
        using var film = File.Create(file);
        film.Write(Encoding.ASCII.GetBytes($"YUV4MPEG2 W{Width} H{Height} F10:1 Ip A1:1 C420\n"));
        for (var i = 0; i < Frames; i++)
        {
            film.Write("FRAME\n"u8);
            film.Write(frame);
        }
    }

    // Brightness of every pixel, then both colour planes at half the width and height.
    private static byte[] Frame(string text)
    {
        using var generator = new QRCodeGenerator();
        using var code = generator.CreateQrCode(text, QRCodeGenerator.ECCLevel.M);
        var modules = code.ModuleMatrix;
        var pixels = (Height - 40) / modules.Count;
        var (left, top) = ((Width - (pixels * modules.Count)) / 2, (Height - (pixels * modules.Count)) / 2);
        var frame = new byte[Width * Height * 3 / 2];
        Array.Fill(frame, Table, 0, Width * Height);
        Array.Fill(frame, NoColour, Width * Height, Width * Height / 2);
        for (var y = 0; y < pixels * modules.Count; y++)
        {
            for (var x = 0; x < pixels * modules.Count; x++) frame[((top + y) * Width) + left + x] = modules[y / pixels][x / pixels] ? Ink : Paper;
        }
        return frame;
    }
}
