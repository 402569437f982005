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

    /// <summary>
    /// False where decoding would take more memory than <see cref="PictureLimits.MostDecodedBytes"/>. libvips has no limit of its own; it is asked what it sees in the head, which
    /// also holds where that is not what we read there. Nothing is decoded for it.
    /// </summary>
    public bool Fits(byte[] picture)
    {
        if (!IsThere) throw new InvalidOperationException("libvips is not here.");
        try
        {
            using var head = Image.NewFromBuffer(picture);
            var pixels = (long)head.Width * head.Height;
            return pixels <= PictureLimits.MostPixels && pixels * head.Bands * BytesOf(head.Format) <= PictureLimits.MostDecodedBytes;
        }
        catch (VipsException)
        {
            // Whatever it is, it is no picture; that is said when it is to be made smaller.
            return true;
        }
    }

    private static int BytesOf(Enums.BandFormat format) => format switch
    {
        Enums.BandFormat.Uchar or Enums.BandFormat.Char => 1,
        Enums.BandFormat.Ushort or Enums.BandFormat.Short => 2,
        Enums.BandFormat.Uint or Enums.BandFormat.Int or Enums.BandFormat.Float => 4,
        _ => 16,
    };

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
