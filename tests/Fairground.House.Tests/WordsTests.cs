using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Fairground.Fairness;
using Fairground.Kernel;
using Fairground.Kernel.Http;
using Fairground.Kernel.Languages;
using Fairground.Server.Hosting;
using Fairground.Ui;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.House.Tests;

/// <summary>Every text that the code says has a translation in every language, with the same places to fill in.</summary>
public sealed partial class WordsTests
{
    private const char ContextEnd = '\u0004';

    private static readonly Language[] Others = [.. Language.All.Where(language => language != Language.English)];

    private static readonly Assembly[] Rooms = [.. Market.Modules.Select(module => module.GetType().Assembly).Append(typeof(UiOptions).Assembly).Append(typeof(Market).Assembly).Distinct()];

    [Fact]
    public void Every_text_that_the_code_says_is_translated_once_and_no_translation_is_left_over()
    {
        var (said, wrong) = (Said(), new List<string>());
        foreach (var language in Others)
        {
            var entries = Rooms.SelectMany(room => Words.Of(room, language)).ToList();
            wrong.AddRange(entries.GroupBy(entry => entry.Key).Where(same => same.Count() > 1).Select(same => $"{language.Code}: twice «{same.Key}»"));
            wrong.AddRange(said.Keys.Except(entries.Select(entry => entry.Key)).Select(key => $"{language.Code}: missing «{key}»"));
            wrong.AddRange(entries.Select(entry => entry.Key).Where(key => !said.ContainsKey(key)).Select(key => $"{language.Code}: nobody says «{key}»"));
        }

        None.Of(wrong);
    }

    [Fact]
    public void A_translation_has_the_places_of_its_text_and_a_form_for_every_number()
    {
        var (said, wrong) = (Said(), new List<string>());
        foreach (var language in Others)
        {
            foreach (var entry in Rooms.SelectMany(room => Words.Of(room, language)).Where(entry => said.ContainsKey(entry.Key)))
            {
                var plural = said[entry.Key];
                if (plural != entry.Plural || entry.Forms.Count != (plural is null ? 1 : PluralForms.In(language))) wrong.Add($"{language.Code}: forms of «{entry.Key}»");
                // One thing may be said without its number.
                var (all, needed) = (Places(entry.Key + plural), Places(plural is null ? entry.Key : entry.Key + plural).Except(plural is null ? [] : ["0"]));
                wrong.AddRange(entry.Forms.Where(form => string.IsNullOrWhiteSpace(form) || Places(form).Except(all).Any() || needed.Except(Places(form)).Any()).Select(form => $"{language.Code}: «{entry.Key}» became «{form}»"));
            }
        }

        None.Of(wrong);
    }

    // Problems of imports and errors of sources are kept in English; whoever reads them later reads his language.
    [Fact]
    public void What_was_said_in_English_and_kept_is_found_again_with_its_parts()
    {
        foreach (var room in Rooms) Words.T.Add(room);
        var (wrong, before) = (new List<string>(), CultureInfo.CurrentUICulture);
        try
        {
            foreach (var language in Others)
            {
                CultureInfo.CurrentUICulture = language.Culture;
                foreach (var key in Kept())
                {
                    object[] parts = ["tea № 5", "KZT", "a.b"];
                    var (found, meant) = (Words.T.Again(Words.Fill(key, parts)), Words.Fill(Words.T[key], parts));
                    if (found != meant) wrong.Add($"{language.Code}: «{key}» became «{found}»");
                }
            }
            CultureInfo.CurrentUICulture = Language.Russian.Culture;
            Assert.Equal("Файл не является правильным JSON: Текст обрывается на середине.", Words.T.Again("The file is not well-formed JSON: The text ends in the middle."));
            Assert.Equal("Nobody ever said 'tea' of this.", Words.T.Again("Nobody ever said 'tea' of this."));
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
        None.Of(wrong);
    }

    private static IEnumerable<string> Kept() => Repository.FilesEndingIn(".cs").Where(file => file.StartsWith("src/Fairground.Catalog/", StringComparison.Ordinal))
        .SelectMany(file => KeptText().Matches(Repository.Read(file))).Select(found => Literal(found.Groups[1].Value)).Distinct();

    [Fact]
    public void The_files_of_translators_name_their_language_and_its_plurals()
    {
        foreach (var file in Repository.FilesEndingIn(".po"))
        {
            var language = Language.Find(Path.GetFileNameWithoutExtension(file))!;
            using var text = new StringReader(Repository.Read(file));
            var head = PoFile.Read(text)[0];
            Assert.Equal(("", $"Language: {language.Code}\nContent-Type: text/plain; charset=UTF-8\nPlural-Forms: {PluralForms.Head(language)}\n"), (head.Key, head.Forms[0]));
        }
    }

    // What stands in the code as T["…"], T.In("…", "…"), T.Count(n, "…", "…") and Key("…"), and what is declared elsewhere and said by T[…].
    internal static Dictionary<string, string?> Said()
    {
        var said = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var file in Repository.FilesEndingIn(".cs", ".razor").Where(file => file.StartsWith("src/", StringComparison.Ordinal)))
        {
            var text = Repository.Read(file);
            foreach (Match found in Plain().Matches(text)) said.TryAdd(Literal(found.Groups[1].Value), null);
            foreach (Match found in InContext().Matches(text)) said.TryAdd($"{Literal(found.Groups[1].Value)}{ContextEnd}{Literal(found.Groups[2].Value)}", null);
            foreach (Match found in Counted().Matches(text)) said[Literal(found.Groups[1].Value)] = Literal(found.Groups[2].Value);
        }
        foreach (var text in Declared()) said.TryAdd(text, null);
        foreach (var text in OfVerifyPage()) said.TryAdd(PoFile.KeyIn("verify", text), null);
        return said;
    }

    // The page that works from the disk carries its words with it: say("…") in its scripts, data-say in its HTML, and the patterns of what its engine says.
    private static IEnumerable<string> OfVerifyPage()
    {
        const string folder = "src/Fairground.Server/VerifyPage/";
        return SaidByScript().Matches(Repository.Read(folder + "page.js")).Concat(Pattern().Matches(Repository.Read(folder + "sentences.js"))).Select(found => Literal(found.Groups[1].Value))
            .Concat(SaidInHtml().Matches(Repository.Read(folder + "page.html")).Select(found => found.Groups[1].Value));
    }

    private static IEnumerable<string> Declared()
    {
        var services = new ServiceCollection();
        foreach (var module in Market.Modules) module.AddServices(services, new ConfigurationBuilder().Build());
        foreach (var permission in services.Where(s => s.ServiceType == typeof(Permission)).Select(s => (Permission)s.ImplementationInstance!)) yield return permission.Wording;
        foreach (var kind in Rooms.Append(typeof(Ledger.LedgerModule).Assembly).Distinct().SelectMany(Refusals)) yield return kind.Sentence;
        foreach (var promise in new[] { CommitReveal.Promise, DrandEntropy.Promise, DrandEntropy.MixedPromise, NistEntropy.Promise }) yield return promise;
        foreach (var pack in Repository.FilesEndingIn(".json").Where(file => file.Contains("/Packs/", StringComparison.Ordinal)))
        {
            var text = JsonNode.Parse(Repository.Read(pack))!;
            if ((string?)text["notice"] is { } notice) yield return notice;
            yield return (string)text["name"]!;
            yield return (string)text["data"]!["storage"]!;
            foreach (var (_, mode) in text["modes"]!.AsObject()) yield return (string)mode!["because"]!;
            foreach (var duty in text["duties"]!.AsArray()) yield return (string)duty!["text"]!;
        }
    }

    private static IEnumerable<RefusalKind> Refusals(Assembly room) => room.GetTypes().Where(type => !type.ContainsGenericParameters)
        .SelectMany(type => type.GetFields(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static)).Where(field => field.FieldType == typeof(RefusalKind)).Select(field => (RefusalKind)field.GetValue(null)!);

    private static string Literal(string quoted) => (string)SyntaxFactory.ParseToken(quoted).Value!;

    private static IEnumerable<string> Places(string text) => Place().Matches(text).Select(place => place.Groups[1].Value).Distinct();

    [GeneratedRegex("""(?:\bT\[\s*|\bKey\()("(?:[^"\\]|\\.)*")""")]
    private static partial Regex Plain();

    [GeneratedRegex("""\bKey\(("(?:[^"\\]|\\.)*")""")]
    private static partial Regex KeptText();

    [GeneratedRegex("""\bT\.In\(("(?:[^"\\]|\\.)*"), ("(?:[^"\\]|\\.)*")""")]
    private static partial Regex InContext();

    [GeneratedRegex("""\bT\.Count\([^"\n]*?,\s*("(?:[^"\\]|\\.)*"),\s*("(?:[^"\\]|\\.)*")""")]
    private static partial Regex Counted();

    [GeneratedRegex("""\bsay\(("(?:[^"\\]|\\.)*")""")]
    private static partial Regex SaidByScript();

    [GeneratedRegex("""^  ("(?:[^"\\]|\\.)*"),$""", RegexOptions.Multiline)]
    private static partial Regex Pattern();

    [GeneratedRegex("data-say(?:-label)?=\"([^\"]*)\"")]
    private static partial Regex SaidInHtml();

    [GeneratedRegex(@"\{(\d)")]
    private static partial Regex Place();
}
