namespace Fairground.Kernel.Files;

/// <summary>Why a file is not taken.</summary>
public static class FileRefusals
{
    public static readonly RefusalKind TypeRefused = new("file.type_refused", 422, "This is not a picture we take: send a PNG, JPEG, GIF, WebP or AVIF file.");
    public static readonly RefusalKind TooLarge = new("file.too_large", 413, "The file is larger than the limit.");
    public static readonly RefusalKind Empty = new("file.empty", 422, "The file is empty.");
}
