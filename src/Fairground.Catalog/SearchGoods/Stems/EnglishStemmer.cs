using System.Buffers;

namespace Fairground.Catalog.SearchGoods.Stems;

/// <summary>
/// Takes the endings off English words, by the algorithm that Snowball publishes as "English" (Porter 2): kettles and kettle are both
/// kettl. The tests compare it with PostgreSQL's own.
/// </summary>
internal static class EnglishStemmer
{
    private static readonly Dictionary<string, string> Exceptions = new(StringComparer.Ordinal)
    {
        ["skis"] = "ski", ["skies"] = "sky", ["dying"] = "die", ["lying"] = "lie", ["tying"] = "tie", ["idly"] = "idl", ["gently"] = "gentl", ["ugly"] = "ugli", ["early"] = "earli",
        ["only"] = "onli", ["singly"] = "singl", ["sky"] = "sky", ["news"] = "news", ["howe"] = "howe", ["atlas"] = "atlas", ["cosmos"] = "cosmos", ["bias"] = "bias", ["andes"] = "andes",
    };

    private static readonly HashSet<string> KeptAfterPlural = new(StringComparer.Ordinal) { "inning", "outing", "canning", "herring", "earring", "proceed", "exceed", "succeed" };

    private static readonly SearchValues<char> Vowels = SearchValues.Create("aeiouy");

    private static readonly string[] LongStarts = ["gener", "commun", "arsen"];

    private static readonly (string Ending, string Becomes)[] Step2 =
    [
        ("ational", "ate"), ("ization", "ize"), ("fulness", "ful"), ("ousness", "ous"), ("iveness", "ive"), ("tional", "tion"), ("biliti", "ble"), ("lessli", "less"), ("entli", "ent"),
        ("ation", "ate"), ("alism", "al"), ("aliti", "al"), ("ousli", "ous"), ("iviti", "ive"), ("fulli", "ful"), ("enci", "ence"), ("anci", "ance"), ("abli", "able"), ("izer", "ize"),
        ("ator", "ate"), ("alli", "al"), ("bli", "ble"), ("ogi", "og"), ("li", ""),
    ];

    private static readonly (string Ending, string Becomes)[] Step3 =
        [("ational", "ate"), ("tional", "tion"), ("alize", "al"), ("icate", "ic"), ("iciti", "ic"), ("ative", ""), ("ical", "ic"), ("ness", ""), ("ful", "")];

    private static readonly string[] Step4 = ["ement", "ance", "ence", "able", "ible", "ment", "ant", "ent", "ism", "ate", "iti", "ous", "ive", "ize", "ion", "al", "er", "ic"];

    /// <summary>The stem of a word in lower case.</summary>
    public static string Stem(string word)
    {
        if (word.Length <= 2) return word;
        if (Exceptions.TryGetValue(word, out var exception)) return exception;
        // A y that is a consonant is written Y while endings are taken off.
        var stem = ConsonantY(word);
        var (r1, r2) = Regions(stem);
        stem = Plural(stem);
        if (KeptAfterPlural.Contains(stem)) return stem;
        stem = Past(stem, r1);
        stem = FinalY(stem);
        stem = Replace(stem, r1, Step2, static (s, _, ending) => ending switch { "ogi" => s.Length > 3 && s[^4] == 'l', "li" => s.Length > 2 && "cdeghkmnrt".Contains(s[^3], StringComparison.Ordinal), _ => true }, r2);
        stem = Replace(stem, r1, Step3, static (s, r2, ending) => ending != "ative" || s.Length - ending.Length >= r2, r2);
        stem = Residual(stem, r2);
        return Tail(stem, r1, r2).Replace('Y', 'y');
    }

    private static string ConsonantY(string word)
    {
        if (!word.Contains('y', StringComparison.Ordinal)) return word;
        var letters = word.ToCharArray();
        for (var i = 0; i < letters.Length; i++)
        {
            if (letters[i] == 'y' && (i == 0 || IsVowel(letters[i - 1]))) letters[i] = 'Y';
        }
        return new string(letters);
    }

    private static (int R1, int R2) Regions(string word)
    {
        var start = LongStarts.FirstOrDefault(s => word.StartsWith(s, StringComparison.Ordinal));
        var r1 = start?.Length ?? AfterConsonant(word, 0);
        return (r1, AfterConsonant(word, r1));
    }

    private static int AfterConsonant(string word, int from)
    {
        var i = from;
        while (i < word.Length && !IsVowel(word[i])) i++;
        while (i < word.Length && IsVowel(word[i])) i++;
        return Math.Min(i + 1, word.Length);
    }

    private static string Plural(string word)
    {
        if (Ends(word, "sses")) return word[..^2];
        if (Ends(word, "ied") || Ends(word, "ies")) return word.Length > 4 ? word[..^2] : word[..^1];
        if (Ends(word, "us") || Ends(word, "ss")) return word;
        // A plural s has a vowel before it, and not right before it.
        return Ends(word, "s") && word.AsSpan(0, word.Length - 2).ContainsAny(Vowels) ? word[..^1] : word;
    }

    private static string Past(string word, int r1)
    {
        foreach (var ending in (string[])["eedly", "eed"])
        {
            if (Ends(word, ending)) return word.Length - ending.Length >= r1 ? word[..^(ending.Length - 2)] : word;
        }
        foreach (var ending in (string[])["ingly", "edly", "ing", "ed"])
        {
            if (!Ends(word, ending)) continue;
            var stem = word[..^ending.Length];
            if (!stem.AsSpan().ContainsAny(Vowels)) return word;
            if (Ends(stem, "at") || Ends(stem, "bl") || Ends(stem, "iz")) return stem + "e";
            if (EndsDouble(stem)) return stem[..^1];
            return r1 >= stem.Length && IsShortSyllable(stem) ? stem + "e" : stem;
        }
        return word;
    }

    private static string FinalY(string word) =>
        word.Length > 2 && word[^1] is 'y' or 'Y' && !IsVowel(word[^2]) ? word[..^1] + "i" : word;

    private static string Replace(string word, int r1, (string Ending, string Becomes)[] rules, Func<string, int, string, bool> may, int r2)
    {
        foreach (var (ending, becomes) in rules)
        {
            if (!Ends(word, ending)) continue;
            return word.Length - ending.Length >= r1 && may(word, r2, ending) ? word[..^ending.Length] + becomes : word;
        }
        return word;
    }

    private static string Residual(string word, int r2)
    {
        foreach (var ending in Step4)
        {
            if (!Ends(word, ending)) continue;
            if (word.Length - ending.Length < r2) return word;
            return ending == "ion" && !(word.Length > 3 && word[^4] is 's' or 't') ? word : word[..^ending.Length];
        }
        return word;
    }

    private static string Tail(string word, int r1, int r2)
    {
        if (Ends(word, "e") && (word.Length - 1 >= r2 || (word.Length - 1 >= r1 && !IsShortSyllable(word[..^1])))) return word[..^1];
        return Ends(word, "ll") && word.Length - 1 >= r2 ? word[..^1] : word;
    }

    // A vowel between consonants at the end, the last of them not w, x or Y; or a vowel and a consonant that are the whole word.
    private static bool IsShortSyllable(string word)
    {
        if (word.Length == 2) return IsVowel(word[0]) && !IsVowel(word[1]);
        return word.Length > 2 && !IsVowel(word[^1]) && word[^1] is not ('w' or 'x' or 'Y') && IsVowel(word[^2]) && !IsVowel(word[^3]);
    }

    private static bool EndsDouble(string word) => word.Length > 1 && word[^1] == word[^2] && "bdfgmnprt".Contains(word[^1], StringComparison.Ordinal);

    private static bool IsVowel(char c) => c is 'a' or 'e' or 'i' or 'o' or 'u' or 'y';

    private static bool Ends(string word, string ending) => word.EndsWith(ending, StringComparison.Ordinal);
}
