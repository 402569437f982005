using Fairground.Kernel.Http;

namespace Fairground.Notifications;

/// <summary>What may be done with a shop's webhooks.</summary>
internal static class WebhookPermissions
{
    public static readonly Permission Keep = new("webhooks.keep", "Keep the addresses that are called when something happens in the shop.", Access.ShopOwner, ForPrograms: false);
}
