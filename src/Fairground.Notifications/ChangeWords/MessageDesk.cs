using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Fairground.Kernel.Languages;
using Fairground.Notifications.ChoosePreferences;
using Fairground.Notifications.PreviewMessages;
using Fairground.Notifications.PushToBrowsers;
using Fairground.Notifications.ReadMessages;
using Fairground.Notifications.SendMessages;
using Fairground.Notifications.WriteMessages;
using Fairground.Ui;
using Fairground.Ui.Wording;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Fairground.Notifications.ChangeWords;

/// <summary>A message that the market sends.</summary>
/// <param name="Key">Such as <c>draws.won</c>.</param>
/// <param name="Subject">With sample values, in English.</param>
/// <param name="Changed">The languages in which an operator gave it other words.</param>
public sealed record TemplateInfo(string Key, string Subject, IReadOnlyList<string> Changed);

/// <summary>Every message that the market sends, in the order of their keys.</summary>
public sealed record TemplateList(IReadOnlyList<TemplateInfo> Items, IReadOnlyList<string> Languages);

/// <summary>A placeholder, and how its sample is written in this language.</summary>
public sealed record TemplatePlaceholder(string Name, string Sample);

/// <summary>Words with their placeholders in them, in ICU MessageFormat: <c>{name}</c>, <c>{count, plural, one {…} other {…}}</c>, <c>{said, select, yes {…} other {…}}</c>.</summary>
/// <param name="Sms">Missing where the text itself goes out by SMS.</param>
public sealed record TemplateText(string Subject, string Text, string? Sms = null);

/// <summary>The message as it would arrive, with sample values.</summary>
/// <param name="Subject">Of the e-mail and of the push message.</param>
/// <param name="Text">The e-mail as plain text.</param>
/// <param name="Html">The e-mail as HTML.</param>
/// <param name="Sms">What a telephone shows.</param>
/// <param name="SmsSize">What that costs.</param>
/// <param name="Push">The body of the push message.</param>
public sealed record TemplatePreview(string Subject, string Text, string Html, string Sms, SmsSize SmsSize, string Push);

/// <summary>A change of the words, the newest first.</summary>
/// <param name="By">The operator.</param>
/// <param name="Words">Missing where the operator went back to the words of the house.</param>
public sealed record TemplateChange(DateTimeOffset At, Guid By, TemplateText? Words = null);

/// <summary>One message in one language.</summary>
/// <param name="Words">Those in use.</param>
/// <param name="House">Those of the house.</param>
/// <param name="IsChanged">True where an operator's are in use.</param>
public sealed record TemplateView(string Key, string Language, TemplateText Words, TemplateText House, bool IsChanged, IReadOnlyList<TemplatePlaceholder> Placeholders, TemplatePreview Preview, IReadOnlyList<TemplateChange> History);

/// <summary>Shows operators what the market says and how, takes other words, and sends a sample.</summary>
internal sealed class MessageDesk(
    NotificationsContext context, TemplateBook templates, IPeople people, IEnumerable<IMessageSender> senders, LiveUnread live, PublicAddress address, IOptions<UiOptions> market, IHttpContextAccessor http, TimeProvider time)
{
    private const int MostOfHistory = 20;

    public async Task<TemplateList> List(CancellationToken ct)
    {
        await templates.Refresh(ct, now: true);
        return new TemplateList([.. templates.Messages.Select(t => new TemplateInfo(t.Key, Sample(t, Language.English).Subject, [.. Language.All.Where(l => templates.Changed(t.Key, l) is not null).Select(l => l.Code)]))], [.. Language.All.Select(l => l.Code)]);
    }

    /// <summary>Refuses with <c>wording.template_unknown</c>, <c>wording.language_unknown</c>.</summary>
    /// <param name="key">The template.</param>
    /// <param name="code">The language; English where null.</param>
    /// <param name="ct">Ends the work.</param>
    /// <param name="tried">Words to look at before they are kept, or null for those in use.</param>
    public async Task<Result<TemplateView>> Find(string key, string? code, CancellationToken ct, TemplateWords? tried = null)
    {
        if (templates.Find(key) is not { IsMessage: true } template) return WordingRefusals.TemplateUnknown;
        if (Language.Find(code ?? Language.English.Code) is not { } language) return WordingRefusals.LanguageUnknown;
        await templates.Refresh(ct, now: true);
        var history = await context.Wordings.AsNoTracking().Where(w => w.Template == key && w.Language == language.Code).OrderByDescending(w => w.MadeAt).ThenByDescending(w => w.Id).Take(MostOfHistory).ToListAsync(ct);
        var (house, changed) = (template.In(language), templates.Changed(key, language));
        return new TemplateView(
            key, language.Code, Shown(changed ?? house), Shown(house), changed is not null, [.. template.SamplesIn(language).Select(s => new TemplatePlaceholder(s.Name, s.Sample))],
            Preview(template.Write(template.Samples, language, TimeZoneInfo.Utc, tried ?? changed), template, language), [.. history.Select(h => new TemplateChange(h.MadeAt, h.MadeBy, h.Words is { } then ? Shown(then) : null))]);
    }

    /// <summary>Other words from now on; what was sent stays. Refuses with <c>wording.template_unknown</c>, <c>language_unknown</c>, <c>length</c>, <c>unreadable</c>, <c>placeholders</c>, <c>plural_forms</c>, <c>not_changed</c>.</summary>
    public async Task<Refusal?> Change(string key, string? code, TemplateText? asked, Guid by, CancellationToken ct)
    {
        if (templates.Find(key) is not { IsMessage: true } template) return WordingRefusals.TemplateUnknown;
        if (Language.Find(code) is not { } language) return WordingRefusals.LanguageUnknown;
        await templates.Refresh(ct, now: true);
        var words = asked is null ? null : Read(asked);
        if (words is not null && WordingRules.Check(template, language, words) is { } refusal) return refusal;
        if (words == (templates.Changed(key, language) ?? (words is null ? null : template.In(language)))) return WordingRefusals.NotChanged;
        context.Wordings.Add(new ChangedWording { Id = Ids.New(), Template = key, Language = language.Code, Subject = words?.Subject, Text = words?.Text, Sms = words?.Sms, MadeBy = by, MadeAt = time.GetUtcNow() });
        await context.SaveChangesAsync(ct);
        await templates.Refresh(ct, now: true);
        return null;
    }

    /// <summary>Sends the message with sample values to the operator, by every way that account messages take. Refuses with <c>wording.template_unknown</c>, <c>language_unknown</c>, <c>no_contact</c>.</summary>
    public async Task<Refusal?> Test(string key, string? code, Guid to, CancellationToken ct)
    {
        if (templates.Find(key) is not { IsMessage: true } template) return WordingRefusals.TemplateUnknown;
        if (Language.Find(code) is not { } language) return WordingRefusals.LanguageUnknown;
        if (await people.Find(to, ct) is not { Contact.Length: > 0 } person) return WordingRefusals.NoContact;
        await templates.Refresh(ct, now: true);
        var written = Sample(template, language);
        var subject = templates.Write(NotificationLetters.Test(written.Subject), language, TimeZoneInfo.Utc).Subject;
        var message = new Message(Ids.New(), person.Contact, person.Channel, new Wording(key), to);
        var stored = StoredMessage.Of(message, written with { Subject = subject }, language, senders.FirstOrDefault(s => s.Carries(person.Channel))?.IsLocal ?? false, time.GetUtcNow());
        context.Messages.Add(stored);
        await context.QueuePushes(stored, null, ct);
        await context.SaveChangesAsync(ct);
        live.Tell([to]);
        return null;
    }

    private WrittenMessage Sample(MessageTemplate template, Language language) => template.Write(template.Samples, language, TimeZoneInfo.Utc, templates.Changed(template.Key, language));

    private TemplatePreview Preview(WrittenMessage written, MessageTemplate template, Language language)
    {
        var mail = new OutgoingMessage(Guid.Empty, "", ContactChannel.Email, written.Subject, address.InText(written.Text, http.HttpContext), language.Code, Stop(template, language));
        var sms = address.InText(written.Short ?? written.Text, http.HttpContext);
        return new TemplatePreview(written.Subject, MailText.Of(mail), MailHtml.Of(mail, market.Value.MarketName), sms, SmsSize.Of(sms), PushWorker.Body(written.Short ?? written.Text));
    }

    // Only what is about draws and wins can be stopped; here the link leads to where ways are chosen.
    private UnsubscribeLink? Stop(MessageTemplate template, Language language) => template.Key.StartsWith("draws.", StringComparison.Ordinal) || template.Key == "notifications.digest"
        ? new UnsubscribeLink($"{address.Of(http.HttpContext)}/messages/settings", templates.Part("notifications.mail_stop", language.Code))
        : null;

    private static TemplateText Shown(TemplateWords words) => new(words.Subject, words.Text.Replace(MessageLines.Mark.ToString(), RuleShown, StringComparison.Ordinal), words.Sms);

    private static TemplateWords Read(TemplateText asked)
    {
        static string Clean(string? text) => (text ?? "").Replace("\r\n", "\n", StringComparison.Ordinal).Trim();
        return new TemplateWords(Clean(asked.Subject), Clean(asked.Text).Replace(RuleShown, MessageLines.Mark.ToString(), StringComparison.Ordinal), string.IsNullOrWhiteSpace(asked.Sms) ? null : Clean(asked.Sms));
    }

    // A line that parts what follows from what is before it, as it can be typed.
    private const string RuleShown = "---";
}
