namespace Fairground.Kernel.Contracts;

/// <summary>Where goods stand in sales by certificates.</summary>
/// <param name="Open">Lots of which certificates can be bought at this moment.</param>
/// <param name="Waiting">The newest lot that is sold and waits for its draw, or null.</param>
/// <param name="LastDrawn">The lot drawn last, or null.</param>
/// <param name="LastDrawnAt">When that was.</param>
public sealed record GoodsOnSale(int Open, Guid? Waiting, Guid? LastDrawn, DateTimeOffset? LastDrawnAt)
{
    /// <summary>Never sold by certificates.</summary>
    public static readonly GoodsOnSale Never = new(0, null, null, null);
}

/// <summary>Says how goods are being sold. Answered by Draws. A frozen price (<see cref="IPriceFreeze"/>) is no answer: it lasts until the prize is handed over.</summary>
public interface ISales
{
    Task<GoodsOnSale> Of(Guid productId, CancellationToken ct);
}
