using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fairground.Catalog;

/// <summary>Where a shop's goods come from by themselves, as the API spells it.</summary>
internal static class SourceKind
{
    /// <summary>A feed at an address.</summary>
    public const string Address = "address";

    /// <summary>A store's own PostgreSQL database, read by one SELECT.</summary>
    public const string Postgres = "postgres";

    /// <summary>A store's own SQLite file, read by one SELECT.</summary>
    public const string Sqlite = "sqlite";

    /// <summary>A WooCommerce store, by its REST interface.</summary>
    public const string WooCommerce = "woocommerce";

    /// <summary>A Shopify store, by its Admin interface.</summary>
    public const string Shopify = "shopify";

    public static readonly IReadOnlyList<string> All = [Address, Postgres, Sqlite, WooCommerce, Shopify];

    public static bool IsDatabase(string kind) => kind is Postgres or Sqlite;

    public static bool IsStore(string kind) => kind is WooCommerce or Shopify;
}

/// <summary>What the last look at a source came to.</summary>
internal static class SourceState
{
    /// <summary>Never looked at.</summary>
    public const string New = "new";

    /// <summary>Nothing had changed.</summary>
    public const string Unchanged = "unchanged";

    /// <summary>There was something; the import tells what.</summary>
    public const string Imported = "imported";

    /// <summary>It could not be read.</summary>
    public const string Failed = "failed";
}

/// <summary>What happens when a lot opens and the source does not answer.</summary>
internal static class WhenSilent
{
    public const string Refuse = "refuse";

    /// <summary>The lot opens with the price that was known last, and its terms say so.</summary>
    public const string LastKnown = "last-known";
}

/// <summary>A source of one shop's goods (C-06), looked at when it is due.</summary>
internal sealed class Source
{
    public Guid Id { get; init; }

    public Guid ShopId { get; init; }

    public required string Kind { get; init; }

    public required string Name { get; set; }

    /// <summary>Where it is, with everything left out that could be a secret.</summary>
    public required string Shown { get; set; }

    /// <summary><see cref="SourceSecret"/>, protected with the server's keys.</summary>
    public required byte[] Secret { get; set; }

    /// <summary><see cref="SourceSettings"/> as JSON.</summary>
    public required string Settings { get; set; }

    public int IntervalMinutes { get; set; }

    public bool Paused { get; set; }

    /// <summary>When to look at it next; null while it is paused.</summary>
    public DateTimeOffset? DueAt { get; set; }

    public required string WhenSilent { get; set; }

    /// <summary>The validators of the file that was imported last, as its server wrote them.</summary>
    public string? Etag { get; set; }

    public string? LastModified { get; set; }

    /// <summary>SHA-256 of the file that was imported last, lower-case hex.</summary>
    public string? FileHash { get; set; }

    /// <summary>Everything that a store changed before this has been read.</summary>
    public DateTimeOffset? Mark { get; set; }

    /// <summary>When a store was read as a whole last.</summary>
    public DateTimeOffset? FullAt { get; set; }

    /// <summary>Looks in a row that failed.</summary>
    public int Failures { get; set; }

    public string State { get; set; } = SourceState.New;

    /// <summary>Code and sentence of the last failure; null where the last look went well.</summary>
    public string? Code { get; set; }

    public string? Said { get; set; }

    public DateTimeOffset? TriedAt { get; set; }

    /// <summary>When it answered last.</summary>
    public DateTimeOffset? HeardAt { get; set; }

    /// <summary>The import that it brought last.</summary>
    public Guid? ImportId { get; set; }

    /// <summary>When to work through what the store has told us, or null where nothing waits.</summary>
    public DateTimeOffset? HooksAt { get; set; }

    public int HookFailures { get; set; }

    public Guid? CreatedBy { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Goes up with every change by a person, so that a look that was under way does not overwrite it.</summary>
    public int Version { get; set; }

    public SourceSettings ReadSettings() => SourceSettings.Of(Settings);
}

/// <summary>What of a source anyone who works for the shop may see.</summary>
/// <param name="Full">The feed is all the shop has; null where the file decides.</param>
/// <param name="Query">The SELECT.</param>
/// <param name="Mapping">Our field to the column's name, where words alone do not tell.</param>
internal sealed record SourceSettings(
    string? Format = null, string? Encoding = null, string? Separator = null, bool? Full = null, string? Currency = null, string? Query = null, IReadOnlyDictionary<string, string>? Mapping = null)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static SourceSettings Of(string json) => JsonSerializer.Deserialize<SourceSettings>(json, Options)!;

    public string Json() => JsonSerializer.Serialize(this, Options);
}

/// <summary>What of a source nobody is shown again.</summary>
/// <param name="Address">Of a feed or a store, without user and password; the path of a SQLite file.</param>
/// <param name="User">User name, or a store's consumer key.</param>
/// <param name="Password">Password, consumer secret, or access token.</param>
/// <param name="Connection">What opens a PostgreSQL database.</param>
/// <param name="HookSecret">What the store signs its webhooks with.</param>
internal sealed record SourceSecret(string Address = "", string? User = null, string? Password = null, string? Connection = null, string? HookSecret = null);

/// <summary>A product of a store as its interface knows it, and what goods of ours that is.</summary>
internal sealed class SourceItem
{
    public Guid SourceId { get; init; }

    public required string RemoteId { get; init; }

    public required string ProductKey { get; init; }

    /// <summary>When the store changed it last, by the store's clock; later news of an earlier change is no news.</summary>
    public DateTimeOffset ModifiedAt { get; init; }

    /// <summary>When it was deleted there, or null.</summary>
    public DateTimeOffset? GoneAt { get; init; }

    /// <summary>The reading of the whole store that saw it last.</summary>
    public long Walk { get; init; }

    /// <summary>What the store counts its pieces under, parted by spaces; empty where it counts under the product itself.</summary>
    public string StockIds { get; init; } = "";
}

/// <summary>Something that a store told us by a webhook.</summary>
internal sealed class SourceHook
{
    public const string Waiting = "waiting";
    public const string Done = "done";

    /// <summary>Older than what was known already.</summary>
    public const string Stale = "stale";

    /// <summary>Could not be understood.</summary>
    public const string Failed = "failed";

    public Guid Id { get; init; }

    public Guid SourceId { get; init; }

    /// <summary>The store's own id of the delivery: the same one again is the same news.</summary>
    public required string DeliveryId { get; init; }

    public required string Topic { get; init; }

    /// <summary>As it was sent; empty once it is worked.</summary>
    public required string Body { get; set; }

    /// <summary>When the store says it happened.</summary>
    public DateTimeOffset SentAt { get; init; }

    public DateTimeOffset ReceivedAt { get; init; }

    public string State { get; set; } = Waiting;

    public Guid? ImportId { get; set; }
}
