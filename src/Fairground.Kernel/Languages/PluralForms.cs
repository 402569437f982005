namespace Fairground.Kernel.Languages;

/// <summary>Which form a noun takes after a number; the rules of CLDR for whole numbers, in the order of gettext.</summary>
public static class PluralForms
{
    /// <summary>How many forms the language has.</summary>
    public static int In(Language language) => language.Code switch
    {
        "ru" => 3,
        "ko" or "zh-Hans" => 1,
        _ => 2,
    };

    /// <summary>The form for this many: 0 is the first.</summary>
    public static int Of(Language language, long count)
    {
        var n = Math.Abs((decimal)count);
        return language.Code switch
        {
            "ru" when n % 10 == 1 && n % 100 != 11 => 0,
            "ru" when n % 10 is >= 2 and <= 4 && n % 100 is < 12 or > 14 => 1,
            "ru" => 2,
            "ko" or "zh-Hans" => 0,
            _ => n == 1 ? 0 : 1,
        };
    }

    /// <summary>The same in the head of a PO file, for translators' tools.</summary>
    public static string Head(Language language) => language.Code switch
    {
        "ru" => "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);",
        "ko" or "zh-Hans" => "nplurals=1; plural=0;",
        _ => "nplurals=2; plural=(n != 1);",
    };
}
