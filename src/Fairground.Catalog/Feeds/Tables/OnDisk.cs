using Fairground.Kernel;

namespace Fairground.Catalog.Feeds.Tables;

/// <summary>Copies of packages: a package is read here and there and not asynchronously, which a store of files does not do.</summary>
internal static class OnDisk
{
    private const int Buffer = 64 * 1024;

    /// <summary>The content in a file of this machine, which goes when it is closed; what can be read so already is given back as it is.</summary>
    public static async Task<Stream> Of(Stream content, CancellationToken ct)
    {
        if (content is FileStream or MemoryStream) return content;
        var disk = new FileStream(Path.Combine(Path.GetTempPath(), $"fairground-{Ids.New():n}.zip"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, Buffer, FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        await using (content) await content.CopyToAsync(disk, ct);
        disk.Position = 0;
        return disk;
    }
}
