namespace Fairground.Kernel.Files;

/// <summary>How wide and high pictures are, for pages that want to keep the place before the picture is there.</summary>
public sealed class PictureSizes
{
    private readonly PictureRows rows;

    internal PictureSizes(PictureRows rows) => this.rows = rows;

    /// <summary>Width and height in pixels as people see them, by file; a picture that is not known yet is left out.</summary>
    public Task<IReadOnlyDictionary<Guid, (int Width, int Height)>> Of(IReadOnlyCollection<Guid> files, CancellationToken ct) => rows.Shown(files, ct);
}
