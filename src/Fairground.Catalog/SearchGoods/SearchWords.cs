using System.Globalization;
using System.Text;
using Fairground.Catalog.SearchGoods.Stems;

namespace Fairground.Catalog.SearchGoods;

/// <summary>A word as it is searched for and as it was written.</summary>
internal readonly record struct SearchWord(string Stem, string Written);

/// <summary>Cuts text into words and takes their endings off, the same way for goods and for questions, so that both databases find the same.</summary>
internal static class SearchWords
{
    private const int LongestWord = 40;

    /// <summary>The words of a text, in order, in lower case: runs of letters and digits, accents of Latin letters taken off, е for ё.</summary>
    public static IEnumerable<SearchWord> Of(string text)
    {
        var word = new StringBuilder(LongestWord);
        foreach (var c in Plain(text))
        {
            if (char.IsLetterOrDigit(c))
            {
                if (word.Length < LongestWord) word.Append(c);
                continue;
            }
            if (word.Length > 0) yield return Word(word);
            word.Clear();
        }
        if (word.Length > 0) yield return Word(word);
    }

    /// <summary>The stem of one word in lower case: Russian for Cyrillic letters, English for Latin ones; words with digits are codes and stay.</summary>
    public static string Stem(string word)
    {
        var (latin, cyrillic) = (false, false);
        foreach (var c in word)
        {
            if (char.IsDigit(c)) return word;
            if (c is >= 'a' and <= 'z') latin = true;
            else if (c is >= '\u0400' and <= '\u052f') cyrillic = true;
        }
        if (latin == cyrillic) return word;
        return latin ? EnglishStemmer.Stem(word) : RussianStemmer.Stem(word);
    }

    private static SearchWord Word(StringBuilder letters)
    {
        var written = letters.ToString();
        return new SearchWord(Stem(written), written);
    }

    // Compatibility forms (ﬁ, ½, full width) become plain letters; an accent goes from Latin letters only, for й without its breve is another letter.
    private static string Plain(string text)
    {
        var lower = text.ToLowerInvariant();
        if (IsPlain(lower)) return lower;
        var plain = new StringBuilder(lower.Length);
        var last = '\0';
        foreach (var c in lower.Normalize(NormalizationForm.FormKD))
        {
            var isMark = CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.NonSpacingMark;
            if (isMark && (last is >= 'a' and <= 'z' || (last == 'е' && c == '\u0308'))) continue;
            plain.Append(c);
            if (!isMark) last = c;
        }
        return plain.ToString().Normalize(NormalizationForm.FormC);
    }

    private static bool IsPlain(string text)
    {
        foreach (var c in text)
        {
            if (c >= '\u0080' && c is not (>= 'а' and <= 'я')) return false;
        }
        return true;
    }
}
