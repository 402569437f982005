using System.Globalization;

namespace Fairground.Kernel.Languages;

/// <summary>
/// Finds a text again whose places were filled in when it was said: problems of an import and errors of a source are kept in English, for they are said while nobody reads,
/// and whoever reads them later reads his language.
/// </summary>
internal sealed class KeptText
{
    // What a text must have besides its places, or it would be found in anything.
    private const int FewestLetters = 6;

    private readonly List<Pattern> patterns = [];

    public KeptText(IEnumerable<PoEntry> entries)
    {
        foreach (var entry in entries.Where(e => e.Plural is null && e.Key.Contains('{', StringComparison.Ordinal) && !e.Key.Contains('\u0004', StringComparison.Ordinal)))
        {
            var pattern = new Pattern(entry.Key, entry.Forms[0]);
            if (pattern.Letters >= FewestLetters) patterns.Add(pattern);
        }
        // The one that says the most itself is the one that was meant.
        patterns.Sort((a, b) => b.Letters.CompareTo(a.Letters));
    }

    /// <summary>The translation with the same parts in its places, or null where no text of ours is the sentence.</summary>
    /// <param name="again">Translates a part that is a sentence itself.</param>
    public string? Find(string sentence, Func<string, string> again)
    {
        foreach (var pattern in patterns)
        {
            if (pattern.Parts(sentence) is not { } parts) continue;
            for (var i = 0; i < parts.Length; i++)
            {
                if (parts[i].EndsWith('.') && parts[i].Contains(' ', StringComparison.Ordinal)) parts[i] = again(parts[i]);
            }
            return string.Format(CultureInfo.InvariantCulture, pattern.Form, parts);
        }
        return null;
    }

    private sealed class Pattern
    {
        private readonly List<string> texts = [];
        private readonly List<int> places = [];

        public Pattern(string key, string form)
        {
            Form = form;
            var at = 0;
            while (key.IndexOf('{', at) is >= 0 and var open && key.IndexOf('}', open) is >= 0 and var close && char.IsAsciiDigit(key[open + 1]))
            {
                texts.Add(key[at..open]);
                places.Add(key[open + 1] - '0');
                at = close + 1;
            }
            texts.Add(key[at..]);
            Letters = texts.Sum(t => t.Length);
        }

        public string Form { get; }

        public int Letters { get; }

        public string[]? Parts(string sentence)
        {
            if (sentence.Length < Letters || !sentence.StartsWith(texts[0], StringComparison.Ordinal) || !sentence.EndsWith(texts[^1], StringComparison.Ordinal)) return null;
            var parts = new string[places.Max() + 1];
            Array.Fill(parts, "");
            var at = texts[0].Length;
            for (var i = 0; i < places.Count; i++)
            {
                // The last place reaches to the end, the others to where the text goes on first.
                var end = i == places.Count - 1 ? sentence.Length - texts[^1].Length : sentence.IndexOf(texts[i + 1], at, StringComparison.Ordinal);
                if (end < at) return null;
                parts[places[i]] = sentence[at..end];
                at = end + texts[i + 1].Length;
            }
            return parts;
        }
    }
}
