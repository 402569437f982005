using System.Collections.Frozen;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Languages;
using Fairground.Notifications.ChangeWords;
using Fairground.Ui.Wording;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Notifications.WriteMessages;

/// <summary>Every module's templates with what operators made of them, and messages written with them.</summary>
internal sealed class TemplateBook(IEnumerable<MessageTemplates> modules, IServiceScopeFactory scopes)
{
    // What another node changed is used here within this time.
    private const long FreshMilliseconds = 5_000;

    private static readonly Dictionary<string, object> Nothing = [];

    private readonly Dictionary<string, MessageTemplate> all = modules.SelectMany(m => m.All.Values).DistinctBy(t => t.Key).ToDictionary(t => t.Key, StringComparer.Ordinal);

    private FrozenDictionary<(string Template, string Language), TemplateWords> changed = FrozenDictionary<(string, string), TemplateWords>.Empty;
    private long readAt = -FreshMilliseconds;

    /// <summary>The messages, without the parts of others, in the order of their keys.</summary>
    public IEnumerable<MessageTemplate> Messages => all.Values.Where(t => t.IsMessage).OrderBy(t => t.Key, StringComparer.Ordinal);

    public MessageTemplate? Find(string? key) => key is null ? null : all.GetValueOrDefault(key);

    /// <summary>An operator's own words, or null where the house's are used.</summary>
    public TemplateWords? Changed(string key, Language language) => Volatile.Read(ref changed).GetValueOrDefault((key, language.Code));

    /// <summary>Throws <see cref="InvalidOperationException"/> where there is no such template or its placeholders are not filled.</summary>
    public WrittenMessage Write(Wording words, Language language, TimeZoneInfo zone) =>
        (Find(words.Template) ?? throw new InvalidOperationException($"No module has the template {words.Template}.")).Write(words.Values, language, zone, Changed(words.Template, language));

    /// <summary>A part of other messages, in the language of this tag.</summary>
    public string Part(string key, string language) => all[key].Write(Nothing, Language.Find(language) ?? Language.English, TimeZoneInfo.Utc).Text;

    /// <summary>Reads again what operators changed, where it was not read a moment ago.</summary>
    /// <param name="ct">Ends the work.</param>
    /// <param name="now">Whatever was read.</param>
    public async Task Refresh(CancellationToken ct, bool now = false)
    {
        if (!now && Environment.TickCount64 - Volatile.Read(ref readAt) is >= 0 and < FreshMilliseconds) return;
        await using var scope = scopes.CreateAsyncScope();
        var rows = await scope.ServiceProvider.GetRequiredService<NotificationsContext>().Wordings.AsNoTracking().OrderBy(w => w.MadeAt).ThenBy(w => w.Id).ToListAsync(ct);
        var latest = new Dictionary<(string, string), TemplateWords>();
        foreach (var row in rows)
        {
            // Words that no longer fit their template, since the program is newer than they are, are left out.
            if (row.Words is { } words && Find(row.Template) is { } template && Language.Find(row.Language) is { } language && WordingRules.Check(template, language, words) is null) latest[(row.Template, row.Language)] = words;
            else latest.Remove((row.Template, row.Language));
        }
        Volatile.Write(ref changed, latest.ToFrozenDictionary());
        Volatile.Write(ref readAt, Environment.TickCount64);
    }
}
