using Fairground.Kernel;

namespace Fairground.Notifications;

/// <summary>Why a request about webhooks is refused.</summary>
internal static class WebhookRefusals
{
    public static readonly RefusalKind NotFound = new("webhook.not_found", 404, "There is no such webhook here.");
    public static readonly RefusalKind DeliveryNotFound = new("webhook.delivery_not_found", 404, "There is no such delivery of this webhook; deliveries are kept for 30 days.");
    public static readonly RefusalKind AddressRefused = new("webhook.address_refused", 422, "This address cannot be called: it must begin with https:// and lead to the public internet.");
    public static readonly RefusalKind EventsUnknown = new("webhook.events_unknown", 422, "Choose at least one event, and only ones that are on the list.");
    public static readonly RefusalKind DescriptionTooLong = new("webhook.description_too_long", 422, "A description is at most 200 characters.");
    public static readonly RefusalKind OverlapInvalid = new("webhook.overlap_invalid", 422, "The old secret may live on for 0 to 168 hours.");
    public static readonly RefusalKind TooMany = new("webhook.too_many", 409, "There are 20 webhooks already. Remove one first.");
    public static readonly RefusalKind Off = new("webhook.off", 409, "This webhook is switched off. Switch it on first.");
}
