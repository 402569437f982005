namespace Fairground.Kernel.Files;

/// <summary>Why a file is not taken.</summary>
public static class FileRefusals
{
    public static readonly RefusalKind TypeRefused = new("file.type_refused", 422, "This is not a picture we take: send a PNG, JPEG, GIF, WebP or AVIF file.");
    public static readonly RefusalKind TooLarge = new("file.too_large", 413, "The file is larger than the limit.");
    public static readonly RefusalKind Empty = new("file.empty", 422, "The file is empty.");
    public static readonly RefusalKind PictureBroken = new("file.picture_broken", 422, "The picture is damaged: how wide and high it is cannot be read from it.");
    public static readonly RefusalKind TooManyPixels = new("file.too_many_pixels", 422, "The picture has more than 50 million pixels. Send a smaller one.");
    public static readonly RefusalKind QuotaExceeded = new("file.quota_exceeded", 409, "The shop has no room left for this file. Remove something first, or ask the operator for more room.");
    public static readonly RefusalKind DocumentNotFound = new("document.not_found", 404, "There is no such document.");
    public static readonly RefusalKind DocumentNameInvalid = new("document.name_invalid", 422, "A document needs a name of 1 to 120 characters.");
    public static readonly RefusalKind TooManyDocuments = new("document.too_many", 409, "There are 50 documents already. Remove one first.");
    public static readonly RefusalKind StoreAway = new("file.store_unavailable", 503, "The store with this file does not answer just now. Try again in a moment.", IsTransient: true);
    public static readonly RefusalKind StoreUnknown = new("file.store_unknown", 409, "This server has no such store: set FAIRGROUND_S3_BUCKET and what belongs to it first.");
    public static readonly RefusalKind MoveRunning = new("file.move_running", 409, "Files are being moved already. Wait for the end.", IsTransient: true);
}
