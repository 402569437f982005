using Fairground.Ui;

namespace Fairground.Catalog.SyncFeeds;

/// <summary>How pages speak of sources.</summary>
internal static class SourceWords
{
    public static string Kind(string kind) => kind switch
    {
        SourceKind.Postgres => "PostgreSQL",
        SourceKind.Sqlite => "SQLite",
        SourceKind.WooCommerce => "WooCommerce",
        SourceKind.Shopify => "Shopify",
        _ => T["Feed"],
    };

    public static (string Text, Tone Tone) State(SourceView source) => source.State switch
    {
        SourceState.Failed => (source.Failures > 1 ? T.Count(source.Failures, "Failed {0} time", "Failed {0} times") : T.In("import", "Failed"), Tone.Alarm),
        _ when source.ImportState == ImportState.Failed => (T["Import failed"], Tone.Alarm),
        _ when source.Paused => (T["Paused"], Tone.Quiet),
        SourceState.New => (T["Not looked at yet"], Tone.Info),
        _ when source.ImportState is ImportState.Queued or ImportState.Running => (T["Importing"], Tone.Warm),
        SourceState.Unchanged => (T["Nothing new"], Tone.Good),
        _ => (T["Up to date"], Tone.Good),
    };

    public static string Import(SourceView source) => source.ImportState switch
    {
        ImportState.Queued => T["Waiting"],
        ImportState.Running => T["Running"],
        ImportState.Failed => T.In("import", "Failed"),
        _ => source.ImportProblems > 0 ? T["{0} to look at", source.ImportProblems] : T["Import"],
    };

    public static string Every(int minutes) => minutes switch
    {
        60 => T["every hour"],
        1440 => T["every day"],
        10080 => T["every week"],
        _ when minutes % 1440 == 0 => T.Count(minutes / 1440, "every {0} day", "every {0} days"),
        _ when minutes % 60 == 0 => T.Count(minutes / 60, "every {0} hour", "every {0} hours"),
        _ => T.Count(minutes, "every {0} minute", "every {0} minutes"),
    };

    public static string Field(string field) => field switch
    {
        "key" => T["Key"],
        "sku" => T["SKU"],
        "name" => T["Name"],
        "price" => T["Price"],
        "compare_at" => T["Price before a reduction"],
        "currency" => T["Currency"],
        "stock" => T["Stock"],
        "description" => T["Description"],
        "category" => T["Category"],
        "vendor" => T["Brand"],
        "barcode" => T["Barcode"],
        "pictures" => T["Pictures"],
        "active" => T["On sale"],
        "group" => T["Group of variants"],
        _ => field,
    };

    /// <summary>Intervals to choose from, in minutes.</summary>
    public static IReadOnlyList<int> Intervals { get; } = [5, 15, 30, 60, 180, 360, 720, 1440, 10080];
}
