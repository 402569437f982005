using Fairground.Kernel;
using Fairground.Kernel.Languages;
using Fairground.Ui.Wording;

namespace Fairground.Notifications.ChangeWords;

/// <summary>Other words that an operator gave a message in one language; added and never changed, the latest counts.</summary>
internal sealed class ChangedWording
{
    public Guid Id { get; init; }

    public required string Template { get; init; }

    public required string Language { get; init; }

    /// <summary>Null where the operator went back to the words of the house.</summary>
    public string? Subject { get; init; }

    public string? Text { get; init; }

    public string? Sms { get; init; }

    public Guid MadeBy { get; init; }

    public DateTimeOffset MadeAt { get; init; }

    public TemplateWords? Words => Subject is null || Text is null ? null : new TemplateWords(Subject, Text, Sms);
}

/// <summary>What words a message may have: what the house's own say with the same placeholders.</summary>
internal static class WordingRules
{
    private const int LongestSubject = 200;
    private const int LongestText = 4_000;
    private const int LongestSms = 1_000;

    /// <summary>Pure; null where they may be used. Refuses with <c>wording.length</c>, <c>wording.unreadable</c>, <c>wording.placeholders</c>, <c>wording.plural_forms</c>.</summary>
    public static Refusal? Check(MessageTemplate template, Language language, TemplateWords words)
    {
        var own = template.In(language);
        if (words.Subject.Length is 0 or > LongestSubject || words.Text.Length is 0 or > LongestText || words.Sms is { Length: 0 or > LongestSms } || (words.Sms is null) != (own.Sms is null)) return WordingRefusals.Length;
        if (words.Subject.AsSpan().IndexOfAny('\r', '\n', MessageLines.Mark) >= 0) return WordingRefusals.Length;
        List<MessagePattern> patterns = [];
        foreach (var (field, text) in new[] { ("subject", words.Subject), ("text", words.Text), ("sms", words.Sms ?? "") })
        {
            try
            {
                patterns.Add(MessagePattern.Parse(text));
            }
            catch (FormatException wrong)
            {
                return WordingRefusals.Unreadable.Saying($"The {field} cannot be read. {wrong.Message}");
            }
        }
        var placeholders = patterns[0].Placeholders.Union(patterns[1].Placeholders).ToHashSet(StringComparer.Ordinal);
        if (Difference(placeholders, template.Samples.Keys) is { } difference) return WordingRefusals.Placeholders.Saying($"Subject and text together need the same placeholders as before: {difference}.");
        // A telephone gets only this: the code must be in it.
        var needed = words.Sms is not null && template.Samples.ContainsKey("code") ? new[] { "code" } : [];
        if (patterns[2].Placeholders.Except(template.Samples.Keys).FirstOrDefault() is { } unknown) return WordingRefusals.Placeholders.Saying($"The SMS has {{{unknown}}}, which this message does not know.");
        if (needed.Except(patterns[2].Placeholders).Any()) return WordingRefusals.Placeholders.Saying("The SMS must have {code} in it.");
        if (patterns.SelectMany(p => p.Choices).FirstOrDefault(c => !Fits(template.Samples[c.Name], c.ByNumber)) is { Name: not null } choice) return WordingRefusals.Placeholders.Saying($"{{{choice.Name}}} is no {(choice.ByNumber ? "number" : "choice")}.");
        if (patterns.SelectMany(p => p.Values).FirstOrDefault(name => template.Samples[name] is bool) is { } bare) return WordingRefusals.Placeholders.Saying($"{{{bare}}} is a choice between yes and other.");
        var forms = MessagePattern.CategoriesOf(language);
        return patterns.SelectMany(p => p.PluralCategories).Any(used => !forms.All(used.Contains)) ? WordingRefusals.PluralForms.Saying($"A choice by number needs {string.Join(", ", forms)} in this language.") : null;
    }

    private static bool Fits(object sample, bool byNumber) => byNumber ? sample is int or long : sample is bool or string;

    private static string? Difference(HashSet<string> given, IEnumerable<string> needed)
    {
        var (missing, more) = (needed.Except(given).ToList(), given.Except(needed).ToList());
        if (missing.Count + more.Count == 0) return null;
        return string.Join(", ", missing.Select(m => $"{{{m}}} is missing").Concat(more.Select(m => $"{{{m}}} is not known")));
    }
}

/// <summary>Why other words are refused. Codes are stable.</summary>
internal static class WordingRefusals
{
    public static readonly RefusalKind TemplateUnknown = new("wording.template_unknown", 404, "There is no such message.");
    public static readonly RefusalKind LanguageUnknown = new("wording.language_unknown", 422, "The market does not speak this language.");
    public static readonly RefusalKind Length = new("wording.length", 422, "A subject has 1 to 200 characters in one line, a text 1 to 4,000, an SMS 1 to 1,000; an SMS is given where the message has one.");
    public static readonly RefusalKind Unreadable = new("wording.unreadable", 422, "The brackets in these words cannot be read.");
    public static readonly RefusalKind Placeholders = new("wording.placeholders", 422, "The words need the same placeholders as before.");
    public static readonly RefusalKind PluralForms = new("wording.plural_forms", 422, "A choice by number needs every form that the language has.");
    public static readonly RefusalKind NotChanged = new("wording.not_changed", 409, "These are the words of the house already.");
    public static readonly RefusalKind NoContact = new("wording.no_contact", 409, "Your account has no contact to send the test to.");
}
