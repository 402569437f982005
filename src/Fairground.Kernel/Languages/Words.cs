using System.Collections.Frozen;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Localization;

namespace Fairground.Kernel.Languages;

/// <summary>
/// The words of pages and refusals in the reader's language. The English text stands in the code and is the key; each module keeps its translations in <c>Languages/*.po</c>,
/// and the host adds the modules. Without a translation the English text is said.
/// </summary>
public sealed class Words : IStringLocalizer
{
    private static readonly Lock Adding = new();

    private readonly HashSet<Assembly> added = [];

    private volatile FrozenDictionary<string, Lazy<KeptText>> kept = FrozenDictionary<string, Lazy<KeptText>>.Empty;

    private volatile FrozenDictionary<string, FrozenDictionary<string, PoEntry>> known = FrozenDictionary<string, FrozenDictionary<string, PoEntry>>.Empty;

    private Words()
    {
    }

    /// <summary>All words of this program; short, because pages are full of it.</summary>
    public static Words T { get; } = new();

    /// <summary>How the reader writes numbers and dates.</summary>
    public static CultureInfo ReadersCulture => Language.Current.Culture;

    /// <summary>The text in the reader's language.</summary>
    public string this[string text] => Find(text)?.Forms[0] ?? text;

    /// <summary>The text in the reader's language with <c>{0}</c> and what follows filled in; numbers as the reader writes them.</summary>
    public string this[string text, params object?[] parts] => string.Format(ReadersCulture, this[text], parts);

    /// <summary>A text that stands for different things in different places; the context says which.</summary>
    public string In(string context, string text) => Find(PoFile.KeyIn(context, text))?.Forms[0] ?? text;

    /// <summary>The text for this many, which is <c>{0}</c>; the other parts are <c>{1}</c> and what follows.</summary>
    public string Count(long count, string one, string many, params ReadOnlySpan<object?> parts)
    {
        var entry = Find(one);
        var form = entry is null ? count == 1 ? one : many : entry.Forms[Math.Min(PluralForms.Of(Language.Current, count), entry.Forms.Count - 1)];
        return string.Format(ReadersCulture, form, [count.ToString("N0", ReadersCulture), .. parts]);
    }

    /// <summary>
    /// A sentence that was said in English and kept, in the reader's language: one of our texts as it stands, or with its places filled in. What is none of ours stays as it is.
    /// </summary>
    public string Again(string sentence)
    {
        ArgumentNullException.ThrowIfNull(sentence);
        if (Language.Current == Language.English) return sentence;
        return Find(sentence)?.Forms[0] ?? (kept.TryGetValue(Language.Current.Code, out var texts) ? texts.Value.Find(sentence, Again) : null) ?? sentence;
    }

    /// <summary>Fills in a text that is kept in English until somebody reads it (<see cref="Again"/>); the text itself is marked by <see cref="Key"/>.</summary>
    public static string Fill(string text, params object?[] parts) => string.Format(CultureInfo.InvariantCulture, text, parts);

    /// <summary>Marks a text that is translated later, where it is shown: <c>T[…]</c> of what this gives.</summary>
    public static string Key(string text) => text;

    /// <summary>Learns the words of a module, once.</summary>
    public void Add(Assembly module)
    {
        ArgumentNullException.ThrowIfNull(module);
        lock (Adding)
        {
            if (!added.Add(module)) return;
            var all = known.ToDictionary(pair => pair.Key, pair => pair.Value.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal);
            foreach (var language in Language.All)
            {
                foreach (var entry in Of(module, language))
                {
                    if (!all.TryGetValue(language.Code, out var words)) all[language.Code] = words = new(StringComparer.Ordinal);
                    words[entry.Key] = entry;
                }
            }
            known = all.ToFrozenDictionary(pair => pair.Key, pair => pair.Value.ToFrozenDictionary(StringComparer.Ordinal), StringComparer.Ordinal);
            kept = known.ToFrozenDictionary(pair => pair.Key, pair => new Lazy<KeptText>(() => new KeptText(pair.Value.Values)), StringComparer.Ordinal);
        }
    }

    /// <summary>What a module says in a language, without the head.</summary>
    public static IReadOnlyList<PoEntry> Of(Assembly module, Language language)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(language);
        using var stream = module.GetManifestResourceStream($"languages/{language.Code}.po");
        if (stream is null) return [];
        using var reader = new StreamReader(stream);
        return [.. PoFile.Read(reader).Where(entry => entry.Key.Length > 0)];
    }

    LocalizedString IStringLocalizer.this[string name] => new(name, this[name], Find(name) is null);

    LocalizedString IStringLocalizer.this[string name, params object[] arguments] => new(name, this[name, arguments], Find(name) is null);

    IEnumerable<LocalizedString> IStringLocalizer.GetAllStrings(bool includeParentCultures) =>
        known.TryGetValue(Language.Current.Code, out var words) ? words.Values.Select(entry => new LocalizedString(entry.Key, entry.Forms[0])) : [];

    private PoEntry? Find(string key) => known.TryGetValue(Language.Current.Code, out var words) && words.TryGetValue(key, out var entry) ? entry : null;
}
