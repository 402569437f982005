using Fairground.Identity.SendCodes;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Fairground.Identity.LimitTries;

/// <summary>
/// How many codes leave: 5 a day for a contact and 20 an hour for a client address. An SMS costs money, and there are people who earn by making others send
/// it: so besides, of codes that nobody answered, 10 a day for a block of a thousand numbers and 200 an hour for a dial code; and a budget a day
/// that shuts SMS for all when it is spent. Narrow limits are asked first, so that whoever meets one uses up none of the wider. Off where
/// the development inbox is on.
/// </summary>
internal sealed class SendingLimits(IConfiguration configuration, SmsSettings sms, ILogger<SendingLimits> logger)
{
    private const string Budget = "sms budget";

    private static readonly Rule Contact = new("code to ", 5, TimeSpan.FromDays(1));
    private static readonly Rule Client = new("codes from ", 20, TimeSpan.FromHours(1));
    private static readonly Rule Block = new("unanswered in block ", 10, TimeSpan.FromDays(1));
    private static readonly Rule DialCode = new("unanswered in dial code ", 200, TimeSpan.FromHours(1));

    /// <summary>Nothing is really sent then, and a load test registers thousands at once from one address.</summary>
    public bool Off { get; } = configuration["FAIRGROUND_DEV_INBOX"] == "1";

    /// <summary>Counts one message; <c>people.codes_capped</c>, <c>people.sms_country</c>, <c>people.sms_paused</c> where it may not leave. Inside the caller's writing transaction.</summary>
    public async Task<Refusal?> Take(IdentityContext context, Contact contact, string? client, DateTimeOffset now, CancellationToken ct)
    {
        var country = contact.Channel == ContactChannel.Sms ? PhoneNumbers.Country(contact.Value) : default;
        if (contact.Channel == ContactChannel.Sms && sms.Countries.Count > 0 && !sms.Countries.Contains(country.Region)) return PeopleRefusals.SmsCountry;
        if (Off) return null;
        if (client is not null && await Take(context, Client, client, now, ct) is { } tooManyFromHere) return tooManyFromHere;
        if (await Take(context, Contact, contact.Value, now, ct) is { } tooManyToThere) return tooManyToThere;
        if (contact.Channel != ContactChannel.Sms) return null;
        if (await Take(context, Block, BlockOf(contact.Value), now, ct) is { } pumped) return pumped;
        if (await Take(context, DialCode, $"{country.DialCode}", now, ct) is { } flooded) return flooded;
        return await Pay(context, country.Region, now, ct);
    }

    /// <summary>A code came back: someone is really there, so it no longer counts against its neighbours.</summary>
    public async Task Answered(IdentityContext context, OneTimeCode sent, CancellationToken ct)
    {
        if (Off || sent.Channel != ContactChannel.Sms) return;
        await Counter.TakeBack(context, Block.Prefix + BlockOf(sent.Contact), ct);
        await Counter.TakeBack(context, $"{DialCode.Prefix}{PhoneNumbers.Country(sent.Contact).DialCode}", ct);
    }

    private async Task<Refusal?> Pay(IdentityContext context, string region, DateTimeOffset now, CancellationToken ct)
    {
        var price = sms.Price(region);
        var use = await Counter.Add(context, Budget, price, TimeSpan.FromDays(1), now, ct);
        if (use.Used <= sms.BudgetMilli) return null;
        // Said once, by the message that no longer fits.
        if (use.Used - price <= sms.BudgetMilli) logger.LogError("The day's budget for SMS is spent: no more codes leave by SMS until {Until:u}", DateTimeOffset.FromUnixTimeMilliseconds(use.Since).AddDays(1));
        return PeopleRefusals.SmsPaused.With(("retryAfterSeconds", Wait(use, TimeSpan.FromDays(1), now)));
    }

    private static async Task<Refusal?> Take(IdentityContext context, Rule rule, string about, DateTimeOffset now, CancellationToken ct)
    {
        var use = await Counter.Add(context, rule.Prefix + about, 1, rule.Window, now, ct);
        return use.Used <= rule.Cap ? null : PeopleRefusals.CodesCapped.With(("retryAfterSeconds", Wait(use, rule.Window, now)));
    }

    private static long Wait(LimitUse use, TimeSpan window, DateTimeOffset now) =>
        Math.Max(1, (use.Since - (now - window).ToUnixTimeMilliseconds() + 999) / 1000);

    private static string BlockOf(string e164) => e164[..^3];

    private sealed record Rule(string Prefix, int Cap, TimeSpan Window);
}
