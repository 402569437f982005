using Fairground.Catalog.Feeds;
using Fairground.Kernel;
using Fairground.Kernel.Files;

namespace Fairground.Catalog.ImportFeed;

/// <summary>Finds the pictures that a feed names: beside it, by their file name, or at an address, to be fetched later.</summary>
internal sealed class PictureShelf(IFileStore files, IReadOnlyDictionary<string, Guid> sent, string? folder)
{
    private readonly Dictionary<string, string> inFolder = Index(folder);
    private readonly Dictionary<string, Guid> kept = new(sent, StringComparer.OrdinalIgnoreCase);

    public async Task<IReadOnlyList<PictureDraft>> Of(FeedProduct product, Action<FeedProblem> say, CancellationToken ct)
    {
        if (product.Pictures.Count == 0) return [];
        var drafts = new List<PictureDraft>(product.Pictures.Count);
        foreach (var picture in product.Pictures)
        {
            var source = picture.Source.StartsWith("//", StringComparison.Ordinal) ? "https:" + picture.Source : picture.Source;
            var alt = picture.Alt.Length > 300 ? picture.Alt[..300] : picture.Alt;
            var draft = new PictureDraft(source, null, alt);
            if (drafts.Exists(d => d.Source == source)) continue;
            if (draft.IsRemote)
            {
                if (Uri.IsWellFormedUriString(source, UriKind.Absolute) || Uri.TryCreate(source, UriKind.Absolute, out _)) drafts.Add(draft);
                else Say(say, picture, FeedCodes.PictureAddress, Fill(Key("'{0}' is no address of a picture."), Short(source)));
            }
            else if (source.Contains(':', StringComparison.Ordinal)) Say(say, picture, FeedCodes.PictureAddress, Fill(Key("'{0}' is no address of a picture."), Short(source)));
            else if (await Own(source, ct) is { } file)
            {
                if (file.Refused) Say(say, picture, file.Refusal!.Code, file.Refusal.Sentence);
                else drafts.Add(draft with { FileId = file.Value });
            }
            else Say(say, picture, FeedCodes.PictureMissing, Fill(Key("The picture '{0}' did not come with the feed."), Short(source)));
        }
        return drafts;
    }

    private async Task<Result<Guid>?> Own(string source, CancellationToken ct)
    {
        var name = NameOf(source);
        if (kept.TryGetValue(name, out var known)) return known;
        if (!inFolder.TryGetValue(name, out var path)) return null;
        await using var stream = File.OpenRead(path);
        var saved = await files.Save(stream, FileRules.Picture, ct);
        if (saved.Refused) return saved.Refusal!;
        kept[name] = saved.Value.Id;
        return saved.Value.Id;
    }

    /// <summary>The last part of a path, however it is written.</summary>
    public static string NameOf(string source)
    {
        var path = source.Split('?', '#')[0].Replace('\\', '/');
        return path[(path.LastIndexOf('/') + 1)..];
    }

    private static Dictionary<string, string> Index(string? folder)
    {
        var index = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (folder is null) return index;
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)) index.TryAdd(Path.GetFileName(path), path);
        return index;
    }

    private static void Say(Action<FeedProblem> say, FeedPicture picture, string code, string text) => say(new FeedProblem(picture.Line, 0, picture.Field, code, text, Rejects: false));

    private static string Short(string text) => text.Length > 80 ? text[..80] + "…" : text;
}
