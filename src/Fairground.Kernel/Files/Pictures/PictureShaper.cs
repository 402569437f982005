using System.Runtime.InteropServices;
using NetVips;

namespace Fairground.Kernel.Files;

/// <summary>A picture in one size, as WebP.</summary>
internal sealed record ShapedPicture(int Width, int Height, byte[] Bytes);

/// <summary>
/// Makes a picture smaller with libvips, upright and without anything but pixels. Only the five kinds of picture that we take can be decoded at all; one picture at a time, each within
/// a limit of time. Where libvips is not there, nothing is made and originals are shown.
/// </summary>
internal sealed class PictureShaper
{
    /// <summary>Widths in pixels that pages may ask for.</summary>
    public static readonly IReadOnlyList<int> Widths = [160, 320, 640, 960, 1600];

    private const int Quality = 80;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private static readonly string[] Decoders = ["VipsForeignLoadJpeg", "VipsForeignLoadPng", "VipsForeignLoadWebp", "VipsForeignLoadNsgif", "VipsForeignLoadHeif"];

    // What libvips says of a damaged picture would go to the console, line by line; that it is damaged is written down with the picture.
    private static readonly Log.LogDelegate Silent = (_, _, _) => { };

    private readonly Lazy<bool> there = new(Prepare);

    /// <summary>True where libvips is there.</summary>
    public bool IsThere => there.Value;

    /// <summary>The picture in each width below its own, and in its own up to the widest; null where it cannot be decoded.</summary>
    public async Task<IReadOnlyList<ShapedPicture>?> Shape(byte[] picture, PictureFacts facts, CancellationToken ct)
    {
        if (!IsThere) throw new InvalidOperationException("libvips is not here.");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Longest);
        int[] wanted = [.. Widths.Where(w => w < facts.ShownWidth), .. (int[])(facts.ShownWidth <= Widths[^1] ? [facts.ShownWidth] : [])];
        try
        {
            return await Task.Run(() => wanted.Select(width => Make(picture, width, limit.Token)).ToList(), ct);
        }
        catch (VipsException)
        {
            ct.ThrowIfCancellationRequested();
            return null;
        }
    }

    private static ShapedPicture Make(byte[] picture, int width, CancellationToken limit)
    {
        if (limit.IsCancellationRequested) throw new VipsException("The picture took too long.");
        // Thumbnail decodes no more than it needs, turns the picture upright and brings its colours to sRGB; as tall as it likes, but never larger than it was.
        using var small = Image.ThumbnailBuffer(picture, width, height: 10_000_000, size: Enums.Size.Down, outputProfile: "srgb", failOn: Enums.FailOn.Error);
        using var stop = limit.Register(() => small.SetKill(true));
        return new ShapedPicture(small.Width, small.Height, small.WebpsaveBuffer(q: Quality, effort: 4, keep: Enums.ForeignKeep.None));
    }

    private static bool Prepare()
    {
        try
        {
            if (!ModuleInitializer.VipsInitialized) return false;
            NetVips.NetVips.Concurrency = 1;
            Log.SetLogHandler("VIPS", Enums.LogLevelFlags.Warning, Silent);
            Cache.Max = 0;
            Operation.Block("VipsForeignLoad", true);
            foreach (var decoder in Decoders) Operation.Block(decoder, false);
            return true;
        }
        catch (Exception error) when (error is DllNotFoundException or TypeInitializationException or EntryPointNotFoundException or BadImageFormatException or ExternalException)
        {
            return false;
        }
    }
}
