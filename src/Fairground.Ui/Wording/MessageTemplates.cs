using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using Fairground.Kernel;
using Fairground.Kernel.Languages;

namespace Fairground.Ui.Wording;

/// <summary>A template's words in one language, with their placeholders in them: see <see cref="MessagePattern"/>.</summary>
/// <param name="Subject">Empty for what is only a part of other messages.</param>
/// <param name="Text">A line is a paragraph.</param>
/// <param name="Sms">What goes out by SMS where the text is too long for it; null where the text itself does.</param>
public sealed record TemplateWords(string Subject, string Text, string? Sms);

/// <summary>A message in words.</summary>
/// <param name="Short">What goes out by SMS, where that is not the text.</param>
public sealed record WrittenMessage(string Subject, string Text, string? Short);

/// <summary>One thing that the market tells people, in every language.</summary>
/// <param name="Key">Such as <c>draws.won</c>.</param>
/// <param name="Samples">An example for every placeholder: what a preview is made with, and what a sender must fill.</param>
/// <param name="Words">By the code of the language.</param>
public sealed record MessageTemplate(string Key, IReadOnlyDictionary<string, object> Samples, IReadOnlyDictionary<string, TemplateWords> Words)
{
    /// <summary>False where it is only a part of other messages.</summary>
    public bool IsMessage => Words[Language.English.Code].Subject.Length > 0;

    /// <summary>The words in a language; English where there are none.</summary>
    public TemplateWords In(Language language) => Words.GetValueOrDefault(language.Code) ?? Words[Language.English.Code];

    /// <summary>The samples as they are written in a language, by the names of their placeholders.</summary>
    public IEnumerable<(string Name, string Sample)> SamplesIn(Language language)
    {
        var words = new ValueWords(language, TimeZoneInfo.Utc, Plain: false);
        return Samples.Select(s => (s.Key, s.Value is bool said ? said ? "yes" : "no" : words.Of(s.Value)));
    }

    /// <summary>Writes it. Throws <see cref="InvalidOperationException"/> where the values are not those that the template has.</summary>
    /// <param name="instead">Other words than the template's own, with the same placeholders; null for its own.</param>
    public WrittenMessage Write(IReadOnlyDictionary<string, object> values, Language language, TimeZoneInfo zone, TemplateWords? instead = null)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Count != Samples.Count || !values.Keys.All(Samples.ContainsKey))
            throw new InvalidOperationException($"{Key} has the placeholders {string.Join(", ", Samples.Keys.Order(StringComparer.Ordinal))} and was given {string.Join(", ", values.Keys.Order(StringComparer.Ordinal))}.");
        var words = instead ?? In(language);
        string Fill(string text, bool plain)
        {
            var into = new StringBuilder(text.Length * 2);
            MessagePattern.Parse(text).Write(into, values, new ValueWords(language, zone, plain));
            return into.ToString();
        }
        return new WrittenMessage(Fill(words.Subject, plain: false), Fill(words.Text, plain: false), words.Sms is null ? null : Fill(words.Sms, plain: true));
    }
}

/// <summary>The messages of a module: <c>Messages/CODE.json</c> for each language and <c>Messages/samples.json</c>, embedded.</summary>
public sealed class MessageTemplates
{
    private static readonly ConcurrentDictionary<Assembly, MessageTemplates> Read = new();

    private MessageTemplates(IReadOnlyDictionary<string, MessageTemplate> all) => All = all;

    /// <summary>By their keys.</summary>
    public IReadOnlyDictionary<string, MessageTemplate> All { get; }

    /// <summary>Those of the module in this assembly.</summary>
    public static MessageTemplates Of(Assembly module) => Read.GetOrAdd(module, Load);

    private static MessageTemplates Load(Assembly module)
    {
        var samples = File(module, "samples");
        var words = Language.All.ToDictionary(language => language.Code, language => File(module, language.Code), StringComparer.Ordinal);
        return new MessageTemplates(words[Language.English.Code].Select(english => new MessageTemplate(
            english.Key,
            ((samples[english.Key] as JsonObject) ?? []).ToDictionary(s => s.Key, s => Sample(s.Value!), StringComparer.Ordinal),
            words.Where(w => w.Value.ContainsKey(english.Key)).ToDictionary(w => w.Key, w => WordsOf(w.Value[english.Key]!), StringComparer.Ordinal))).ToDictionary(t => t.Key, StringComparer.Ordinal));
    }

    private static JsonObject File(Assembly module, string name)
    {
        using var stream = module.GetManifestResourceStream($"messages/{name}.json");
        return stream is null ? [] : JsonNode.Parse(stream)!.AsObject();
    }

    private static TemplateWords WordsOf(JsonNode entry) => new((string?)entry["subject"] ?? "", (string?)entry["text"] ?? "", (string?)entry["sms"]);

    private static object Sample(JsonNode value) => value switch
    {
        JsonObject money => new Money(long.Parse((string)money["amount"]!, CultureInfo.InvariantCulture), Currency.Of((string)money["currency"]!)),
        JsonArray list => list.Select(item => (string)item!).ToList(),
        JsonValue one when one.TryGetValue<bool>(out var said) => said,
        JsonValue one when one.TryGetValue<long>(out var number) => number,
        JsonValue one when DateTimeOffset.TryParseExact((string)one!, "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) => at,
        _ => (string)value!,
    };
}
