namespace Fairground.Catalog.SearchGoods.Stems;

/// <summary>
/// Takes the endings off Russian words, by the algorithm that Snowball publishes (snowballstem.org, "Russian"): чайники and чайника
/// are both чайник. The tests compare it with PostgreSQL's own.
/// </summary>
internal static class RussianStemmer
{
    private const string Vowels = "аеиоуыэюя";

    // The first group of each pair counts only after а or я.
    private static readonly string[] GerundAfterA = ["в", "вши", "вшись"];
    private static readonly string[] Gerund = ["ив", "ивши", "ившись", "ыв", "ывши", "ывшись"];
    private static readonly string[] Adjective = ["ее", "ие", "ые", "ое", "ими", "ыми", "ей", "ий", "ый", "ой", "ем", "им", "ым", "ом", "его", "ого", "ему", "ому", "их", "ых", "ую", "юю", "ая", "яя", "ою", "ею"];
    private static readonly string[] ParticipleAfterA = ["ем", "нн", "вш", "ющ", "щ"];
    private static readonly string[] Participle = ["ивш", "ывш", "ующ"];
    private static readonly string[] Reflexive = ["ся", "сь"];
    private static readonly string[] VerbAfterA = ["ла", "на", "ете", "йте", "ли", "й", "л", "ем", "н", "ло", "но", "ет", "ют", "ны", "ть", "ешь", "нно"];
    private static readonly string[] Verb = ["ила", "ыла", "ена", "ейте", "уйте", "ите", "или", "ыли", "ей", "уй", "ил", "ыл", "им", "ым", "ен", "ило", "ыло", "ено", "ят", "ует", "уют", "ит", "ыт", "ены", "ить", "ыть", "ишь", "ую", "ю"];
    private static readonly string[] Noun = ["а", "ев", "ов", "ие", "ье", "е", "иями", "ями", "ами", "еи", "ии", "и", "ией", "ей", "ой", "ий", "й", "иям", "ям", "ием", "ем", "ам", "ом", "о", "у", "ах", "иях", "ях", "ы", "ь", "ию", "ью", "ю", "ия", "ья", "я"];
    private static readonly string[] Derivational = ["ост", "ость"];
    private static readonly string[] Superlative = ["ейш", "ейше"];

    /// <summary>The stem of a word in lower case, with е for ё.</summary>
    public static string Stem(string word)
    {
        var (rv, r2) = Regions(word);
        if (rv >= word.Length) return word;
        var stem = Inflection(word, rv);
        stem = Without(stem, rv, "и") ?? stem;
        // What forms a noun from an adjective goes only where enough of the word is left.
        stem = Drop(stem, r2, Derivational) ?? stem;
        if (Undouble(stem, rv) is { } single) return single;
        if (Drop(stem, rv, Superlative) is { } plain) return Undouble(plain, rv) ?? plain;
        return Without(stem, rv, "ь") ?? stem;
    }

    private static string Inflection(string word, int rv)
    {
        if (DropEither(word, rv, GerundAfterA, Gerund) is { } gerund) return gerund;
        var stem = Drop(word, rv, Reflexive) ?? word;
        if (Drop(stem, rv, Adjective) is { } adjective) return DropEither(adjective, rv, ParticipleAfterA, Participle) ?? adjective;
        return DropEither(stem, rv, VerbAfterA, Verb) ?? Drop(stem, rv, Noun) ?? stem;
    }

    // RV begins after the first vowel; R2 after the second change from vowel to consonant.
    private static (int Rv, int R2) Regions(string word)
    {
        var rv = 0;
        while (rv < word.Length && !IsVowel(word[rv])) rv++;
        return (Math.Min(rv + 1, word.Length), AfterConsonant(word, AfterConsonant(word, 0)));
    }

    private static int AfterConsonant(string word, int from)
    {
        var i = from;
        while (i < word.Length && !IsVowel(word[i])) i++;
        while (i < word.Length && IsVowel(word[i])) i++;
        return Math.Min(i + 1, word.Length);
    }

    private static bool IsVowel(char c) => Vowels.Contains(c, StringComparison.Ordinal);

    private static string? Without(string word, int region, string ending) =>
        word.Length - ending.Length >= region && word.EndsWith(ending, StringComparison.Ordinal) ? word[..^ending.Length] : null;

    private static string? Undouble(string word, int region) =>
        word.Length - 2 >= region && word.EndsWith("нн", StringComparison.Ordinal) ? word[..^1] : null;

    private static string? Drop(string word, int region, string[] endings) => Longest(word, region, endings) is { } ending ? word[..^ending.Length] : null;

    // The longest ending of both groups decides; one of the first group then also needs its а or я inside the region.
    private static string? DropEither(string word, int region, string[] afterA, string[] always)
    {
        var (first, second) = (Longest(word, region, afterA), Longest(word, region, always));
        if (second is not null && second.Length >= (first?.Length ?? 0)) return word[..^second.Length];
        if (first is null) return null;
        var before = word.Length - first.Length - 1;
        return before >= region && word[before] is 'а' or 'я' ? word[..^first.Length] : null;
    }

    private static string? Longest(string word, int region, string[] endings)
    {
        string? longest = null;
        foreach (var ending in endings)
        {
            if (ending.Length > (longest?.Length ?? 0) && word.Length - ending.Length >= region && word.EndsWith(ending, StringComparison.Ordinal)) longest = ending;
        }
        return longest;
    }
}
