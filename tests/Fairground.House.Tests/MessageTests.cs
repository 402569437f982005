using Fairground.Kernel.Languages;
using Fairground.Server.Hosting;
using Fairground.Ui.Wording;
using Xunit;

namespace Fairground.House.Tests;

/// <summary>What the market tells people is there in every language, whole.</summary>
public sealed class MessageTests
{
    private static IEnumerable<(string Module, MessageTemplate Template)> Templates =>
        Market.Modules.SelectMany(m => MessageTemplates.Of(m.GetType().Assembly).All.Values.Select(t => (m.Name, t)));

    [Fact]
    public void Every_message_stands_in_every_language_and_under_its_module_s_name()
    {
        Assert.True(Templates.Count() > 40);
        None.Of(Templates.Where(t => !t.Template.Key.StartsWith($"{t.Module}.", StringComparison.Ordinal)).Select(t => t.Template.Key));
        None.Of(Templates.SelectMany(t => Language.All.Where(l => !t.Template.Words.ContainsKey(l.Code)).Select(l => $"{t.Template.Key} in {l.Code}")));
        None.Of(Templates.SelectMany(t => t.Template.Words.Where(w => w.Value.Subject.Length > 0 != t.Template.IsMessage || (w.Value.Sms is null) != (t.Template.Words["en"].Sms is null)).Select(w => $"{t.Template.Key} in {w.Key}")));
    }

    [Fact]
    public void Its_placeholders_are_the_same_in_every_language_and_each_has_a_sample() =>
        None.Of(Templates.SelectMany(t => t.Template.Words.SelectMany(w =>
        {
            var (all, sms) = (Names(w.Value.Subject, w.Value.Text), Names(w.Value.Sms ?? ""));
            return all.SetEquals(t.Template.Samples.Keys) && sms.IsSubsetOf(all) ? [] : new[] { $"{t.Template.Key} in {w.Key}: {string.Join(' ', all.Order())}" };
        })));

    [Fact]
    public void Its_plurals_have_the_forms_that_the_language_has() =>
        None.Of(Templates.SelectMany(t => t.Template.Words.SelectMany(w => new[] { w.Value.Subject, w.Value.Text, w.Value.Sms ?? "" }
            .SelectMany(text => MessagePattern.Parse(text).PluralCategories)
            .Where(forms => !forms.SequenceEqual(MessagePattern.CategoriesOf(Language.Find(w.Key)!)))
            .Select(forms => $"{t.Template.Key} in {w.Key}: {string.Join(' ', forms)}"))));

    [Fact]
    public void It_can_be_written_in_every_language_with_nothing_left_to_fill() =>
        None.Of(Templates.SelectMany(t => Language.All.Select(language => (t.Template, language, Written: t.Template.Write(t.Template.Samples, language, TimeZoneInfo.Utc))))
            .Where(w => $"{w.Written.Subject}{w.Written.Text}{w.Written.Short}".AsSpan().IndexOfAny('{', '}') >= 0 || w.Written.Text.Length + w.Written.Subject.Length == 0)
            .Select(w => $"{w.Template.Key} in {w.language.Code}"));

    private static HashSet<string> Names(params string[] texts) => [.. texts.SelectMany(text => MessagePattern.Parse(text).Placeholders)];
}
