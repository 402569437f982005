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
        _ => "Feed",
    };

    public static (string Text, Tone Tone) State(SourceView source) => source.State switch
    {
        SourceState.Failed => (source.Failures > 1 ? $"Failed {source.Failures} times" : "Failed", Tone.Alarm),
        _ when source.ImportState == ImportState.Failed => ("Import failed", Tone.Alarm),
        _ when source.Paused => ("Paused", Tone.Quiet),
        SourceState.New => ("Not looked at yet", Tone.Info),
        _ when source.ImportState is ImportState.Queued or ImportState.Running => ("Importing", Tone.Warm),
        SourceState.Unchanged => ("Nothing new", Tone.Good),
        _ => ("Up to date", Tone.Good),
    };

    public static string Import(SourceView source) => source.ImportState switch
    {
        ImportState.Queued => "Waiting",
        ImportState.Running => "Running",
        ImportState.Failed => "Failed",
        _ => source.ImportProblems > 0 ? $"{source.ImportProblems} to look at" : "Import",
    };

    public static string Every(int minutes) => minutes switch
    {
        60 => "every hour",
        1440 => "every day",
        10080 => "every week",
        _ when minutes % 1440 == 0 => $"every {minutes / 1440} days",
        _ when minutes % 60 == 0 => $"every {minutes / 60} hours",
        _ => $"every {minutes} minutes",
    };

    public static string Field(string field) => field switch
    {
        "key" => "Key",
        "sku" => "SKU",
        "name" => "Name",
        "price" => "Price",
        "compare_at" => "Price before a reduction",
        "currency" => "Currency",
        "stock" => "Stock",
        "description" => "Description",
        "category" => "Category",
        "vendor" => "Brand",
        "barcode" => "Barcode",
        "pictures" => "Pictures",
        "active" => "On sale",
        "group" => "Group of variants",
        _ => field,
    };

    /// <summary>Intervals to choose from, in minutes.</summary>
    public static IReadOnlyList<int> Intervals { get; } = [5, 15, 30, 60, 180, 360, 720, 1440, 10080];
}
