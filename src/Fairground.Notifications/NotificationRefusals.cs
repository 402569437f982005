using Fairground.Kernel;

namespace Fairground.Notifications;

/// <summary>Why a request about messages is refused.</summary>
internal static class NotificationRefusals
{
    public static readonly RefusalKind NotFound = new("message.not_found", 404, "There is no such message of yours.");
    public static readonly RefusalKind NotGivenUp = new("message.not_given_up", 404, "This message is not among those that were given up.");
    public static readonly RefusalKind Necessary = new("message.necessary", 422, "What concerns the safety of your account always comes and cannot be switched off.");
    public static readonly RefusalKind ChoiceUnknown = new("message.choice_unknown", 422, "There is no such kind or way to switch off.");
    public static readonly RefusalKind QuietInvalid = new("message.quiet_invalid", 422, "Quiet hours have a beginning and an end, such as 22:00 and 08:00.");
    public static readonly RefusalKind DigestInvalid = new("message.digest_invalid", 422, "A daily summary comes at a time such as 18:00.");
    public static readonly RefusalKind TimeZoneUnknown = new("message.time_zone_unknown", 422, "This time zone is not known. Name one such as Asia/Almaty.");
    public static readonly RefusalKind LinkInvalid = new("message.link_invalid", 404, "This link is not one of ours, or no longer whole. Sign in to choose what comes by e-mail.");
    public static readonly RefusalKind MessengerOff = new("message.messenger_off", 404, "This market sends no messages to messengers.");
    public static readonly RefusalKind MessengerSecret = new("message.messenger_secret", 401, "This call does not carry the secret that the bot's webhook was set up with.");
    public static readonly RefusalKind PushAddressRefused = new("push.address_refused", 422, "This push address cannot be used: it must begin with https:// and lead to the public internet.");
    public static readonly RefusalKind PushKeysInvalid = new("push.keys_invalid", 422, "The keys of this subscription cannot be used. Subscribe again in the browser.");
    public static readonly RefusalKind PushTooMany = new("push.too_many", 409, "Twenty browsers get your messages already. Stop one of them first.");
}
