using Fairground.Kernel;

namespace Fairground.Catalog;

/// <summary>A shop: who sells, in which currency, and where what was won is collected.</summary>
internal sealed class Shop
{
    public Guid Id { get; init; }

    public required string Name { get; set; }

    /// <summary>ISO 4217; fixed for good, because every price of the shop is in it.</summary>
    public required string Currency { get; init; }

    /// <summary>Where goods are collected, as the shop writes it.</summary>
    public string Address { get; set; } = "";

    public string About { get; set; } = "";

    public DateTimeOffset CreatedAt { get; init; }

    public Currency Money => Kernel.Currency.Of(Currency);
}
