using Fairground.Catalog.Feeds;
using Fairground.Catalog.ImportFeed;
using Fairground.Catalog.SyncStores;

namespace Fairground.Catalog.AskPrice;

/// <summary>What a source says of one thing at this moment.</summary>
/// <param name="Gone">The source no longer has it, or no longer sells it.</param>
/// <param name="Prices">Of its variants, or its own; those that can be read count, the lowest is the goods' price. None where the source does not speak of prices.</param>
/// <param name="Content">All that it says, as a feed that can be imported.</param>
internal sealed record AskedGoods(bool Gone, IReadOnlyList<FeedPrice> Prices, string Content, string FileName, ImportWishes Wishes)
{
    public static AskedGoods NoLonger(string key, string fileName) => new(true, [], StoreGoods.Gone.Line(key), fileName, StoreWalk.Wishes);

    public IReadOnlyList<SourceItem> Items { get; init; } = [];
}
