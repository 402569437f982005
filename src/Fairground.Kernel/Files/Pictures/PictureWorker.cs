using Fairground.Kernel.Storage;
using Microsoft.Extensions.Logging;

namespace Fairground.Kernel.Files;

/// <summary>Makes the sizes of pictures in the background, each picture once. What is still to be done stands in the database, so that it goes on after a restart.</summary>
internal sealed class PictureWorker(IFileStore files, PictureRows pictures, PictureShaper shaper, Leases leases, TimeProvider time, ILogger<PictureWorker> logger)
    : LeasedWorker("kernel.pictures", TimeSpan.FromSeconds(2), leases, time, logger)
{
    private const int AtATime = 8;
    private const int MostTries = 4;

    private readonly TimeProvider clock = time;
    private bool told;

    /// <summary>Makes the sizes of some pictures that are due; returns how many were tried.</summary>
    public async Task<int> MakeDue(CancellationToken ct)
    {
        var due = await pictures.Due(clock.GetUtcNow(), AtATime, ct);
        foreach (var picture in due)
        {
            try
            {
                if (await Make(picture, ct) is { } error) await pictures.Failed(picture, error, null, ct);
            }
            catch (Exception error) when (error is IOException or HttpRequestException or Amazon.Runtime.AmazonClientException or Amazon.Runtime.AmazonServiceException)
            {
                // The store did not answer; what is wrong with the picture itself is wrong for good.
                var again = picture.Tries + 1 < MostTries ? clock.GetUtcNow().AddMinutes(Math.Pow(8, picture.Tries)) : (DateTimeOffset?)null;
                await pictures.Failed(picture, error.Message, again, ct);
            }
        }
        return due.Count;
    }

    protected override async Task<bool> RunOnce(CancellationToken ct)
    {
        if (shaper.IsThere) return await MakeDue(ct) == AtATime;
        if (!told) logger.LogWarning("libvips is not here, so no sizes of pictures are made and originals are shown");
        told = true;
        return false;
    }

    private async Task<string?> Make(DuePicture picture, CancellationToken ct)
    {
        if (await files.Find(picture.FileId, ct) is not { } file) return "The file is gone.";
        if (file.Length > PictureLimits.LongestBytes) return "The picture is too large.";
        using var content = new MemoryStream();
        await using (var stream = files.OpenRead(file)) await stream.CopyToAsync(content, ct);
        var bytes = content.ToArray();
        if (PictureHead.Read(bytes, file.MediaType) is not { } facts) return FileRefusals.PictureBroken.Sentence;
        if (facts.Pixels > PictureLimits.MostPixels) return FileRefusals.TooManyPixels.Sentence;
        if (!shaper.Fits(bytes)) return "The picture would take too much memory to be made smaller; it is shown as it is.";
        if (await shaper.Shape(bytes, facts, ct) is not { } shapes) return "The picture could not be decoded.";
        var sizes = new List<(int, int, Guid)>();
        foreach (var shape in shapes)
        {
            using var made = new MemoryStream(shape.Bytes);
            var saved = await files.Save(made, FileRules.Picture with { IsMadeHere = true }, ct);
            if (saved.Refused) return saved.Refusal!.Sentence;
            sizes.Add((shape.Width, shape.Height, saved.Value.Id));
        }
        await pictures.Made(picture.FileId, facts, sizes, ct);
        return null;
    }
}
