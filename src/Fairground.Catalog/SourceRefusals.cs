using Fairground.Kernel;

namespace Fairground.Catalog;

/// <summary>Why sources of goods are refused, or fail.</summary>
public static class SourceRefusals
{
    public static readonly RefusalKind NotFound = new("source.not_found", 404, "The shop has no such source.");
    public static readonly RefusalKind KindUnknown = new("source.kind_unknown", 422, "A source is an address, postgres, sqlite, woocommerce or shopify.");
    public static readonly RefusalKind NameInvalid = new("source.name_invalid", 422, "A source needs a name of 1 to 120 characters.");
    public static readonly RefusalKind TooMany = new("source.too_many", 409, "A shop has at most 20 sources. Remove one first.");
    public static readonly RefusalKind IntervalInvalid = new("source.interval_invalid", 422, "A source is looked at every 5 minutes to every 7 days.");
    public static readonly RefusalKind SilentUnknown = new("source.when_silent_unknown", 422, "When the source is silent a lot is refused (refuse) or opens with the last known price (last-known).");
    public static readonly RefusalKind SecretMissing = new("source.secret_missing", 422, "The store's keys are missing.");
    public static readonly RefusalKind InsecureAddress = new("source.address_insecure", 422, "A store that is asked with keys must have an https address.");
    public static readonly RefusalKind QueryRefused = new("source.query_refused", 422, "The query must be one SELECT, or WITH … SELECT, and nothing else.");
    public static readonly RefusalKind QueryFailed = new("source.query_failed", 422, "The database refused the query.");
    public static readonly RefusalKind QueryTooSlow = new("source.query_too_slow", 422, "The query took too long and was stopped.");
    public static readonly RefusalKind ConnectionInvalid = new("source.connection_invalid", 422, "The connection needs Host, Database, Username and Password; Port and SSL Mode may be given, and nothing else.");
    public static readonly RefusalKind ConnectionFailed = new("source.connection_failed", 422, "The database could not be reached.");
    public static readonly RefusalKind FolderRefused = new("source.folder_refused", 422, "This file may not be read. The operator says in FAIRGROUND_SOURCE_FOLDERS which folders may.");
    public static readonly RefusalKind MappingUnknown = new("source.mapping_unknown", 422, "The mapping names a field or a column that there is not.");
    public static readonly RefusalKind MappingIncomplete = new("source.mapping_incomplete", 422, "Say which column is the key or the SKU, and which the price or the stock.");
    public static readonly RefusalKind NoDatabase = new("source.no_database", 409, "Only a database can be looked into.");
    public static readonly RefusalKind Denied = new("source.denied", 422, "The source does not let us in. Check its keys and what they may read.");
    public static readonly RefusalKind Unexpected = new("source.unexpected", 422, "What answers at this address is not such a store.");
    public static readonly RefusalKind Busy = new("source.busy", 422, "The source asks us to come back later.", IsTransient: true);
    public static readonly RefusalKind OtherCurrency = new("source.currency_other", 422, "The store sells in another currency than the shop.");
    public static readonly RefusalKind NoHooks = new("source.no_hooks", 409, "Only WooCommerce and Shopify stores send webhooks.");
    public static readonly RefusalKind HookSecretInvalid = new("source.hook_secret_invalid", 422, "A webhook's secret is 16 to 200 characters.");
    public static readonly RefusalKind HookUnknown = new("hook.unknown", 404, "No store sends its webhooks here.");
    public static readonly RefusalKind HookSignature = new("hook.signature_wrong", 401, "The signature is not the store's.");
    public static readonly RefusalKind HookTooLarge = new("hook.too_large", 413, "A webhook has at most 5 MB.");
    public static readonly RefusalKind HookInvalid = new("hook.invalid", 400, "The webhook has no topic or no delivery id.");
    public static readonly RefusalKind Silent = new("goods.source_silent", 409, "The shop's source did not say the current price in time, so the lot was not opened. Try again.", IsTransient: true);
    public static readonly RefusalKind PriceWaits = new("goods.price_waits", 409, "The source has a new price, which waits until certificates of these goods are no longer out.");
    public static readonly RefusalKind PriceUnusable = new("goods.price_unusable", 409, "The source says a price that cannot be used, so the lot was not opened. The import tells what is wrong.");
}
