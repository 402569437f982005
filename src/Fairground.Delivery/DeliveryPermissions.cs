using Fairground.Kernel.Http;

namespace Fairground.Delivery;

/// <summary>What may be done with a shop's deliveries.</summary>
internal static class DeliveryPermissions
{
    public static readonly Permission See = new("deliveries.read", "See what the shop has to deliver, to whom and where, and what became of it.");
    public static readonly Permission Send = new("deliveries.write", "Make parcels and their labels, say what became of them, and give couriers their links.");
    public static readonly Permission Answer = new("deliveries.answer", "Answer for the shop where a buyer says that something is wrong.", ForPrograms: false);

    public static IReadOnlyList<Permission> All { get; } = [See, Send, Answer];
}
