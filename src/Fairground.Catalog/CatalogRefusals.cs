using Fairground.Kernel;

namespace Fairground.Catalog;

/// <summary>Why the catalogue says no.</summary>
public static class CatalogRefusals
{
    public static readonly RefusalKind ShopNotFound = new("shop.not_found", 404, "There is no such shop.");
    public static readonly RefusalKind ShopNameInvalid = new("shop.name_invalid", 422, "A shop needs a name of 1 to 120 characters.");
    public static readonly RefusalKind ShopCurrencyInvalid = new("shop.currency_invalid", 422, "The currency is not an ISO 4217 code such as KZT.");
    public static readonly RefusalKind CategoryNotFound = new("category.not_found", 404, "There is no such category.");
    public static readonly RefusalKind CategoryNameInvalid = new("category.name_invalid", 422, "A category needs a name of 1 to 120 characters, without the sign >.");
    public static readonly RefusalKind CategoryNameTaken = new("category.name_taken", 409, "There is a category of this name at this place already. Merge the two instead.");
    public static readonly RefusalKind CategoryUnderItself = new("category.under_itself", 422, "A category cannot stand below itself, nor be merged into what is below it.");
    public static readonly RefusalKind CategoryTooDeep = new("category.too_deep", 422, "The tree may have at most 8 levels.");
    public static readonly RefusalKind ProductNotFound = new("product.not_found", 404, "There are no such goods.");
    public static readonly RefusalKind ProductInvalid = new("product.invalid", 422, "The goods cannot be kept as they were sent.");
    public static readonly RefusalKind SkuTaken = new("product.sku_taken", 409, "The shop has other goods with this SKU.");
    public static readonly RefusalKind FavouritesFull = new("favourites.full", 409, "You keep 500 goods already. Forget some first.");
    public static readonly RefusalKind ExchangeKeyWrong = new("exchange.key_wrong", 401, "The password is not the shop's exchange key. Its owner makes a new one in the shop's office.");
    public static readonly RefusalKind ExchangeModeUnknown = new("exchange.mode_unknown", 400, "The exchange knows checkauth, init, file and import.");
    public static readonly RefusalKind ExchangeNameInvalid = new("exchange.name_invalid", 422, "A file of an exchange needs a name of its own, without ways up.");
    public static readonly RefusalKind ExchangeTooLarge = new("exchange.too_large", 422, "An exchange has at most 2 GB in 20,000 pieces.");
    public static readonly RefusalKind ExchangeFileMissing = new("exchange.file_missing", 422, "This file was not sent in this exchange.");
    public static readonly RefusalKind ExchangeZipRefused = new("exchange.zip_refused", 422, "The zip is damaged, or there is more in it than can be.");
    public static readonly RefusalKind PriceFrozen = new("product.price_frozen", 409, "Certificates for these goods are on sale, so the price may not change now.");
    public static readonly RefusalKind EditNothing = new("edit.nothing", 422, "Say what is to change: a percentage above -100 and up to 1000, a category, essential or not, on the shelf or not.");
    public static readonly RefusalKind EditTooMany = new("edit.too_many", 422, "One edit may change up to 10,000 goods. Narrow them by words, or import a list of prices.");
    public static readonly RefusalKind PictureNotFound = new("product.picture_not_found", 404, "The goods have no such picture.");
    public static readonly RefusalKind PriceInvalid = new("product.price_invalid", 422, "The price must be above zero, in the shop's currency.");
    public static readonly RefusalKind TooManyPictures = new("product.too_many_pictures", 422, "Goods may have up to 30 pictures.");
    public static readonly RefusalKind ImportNotFound = new("import.not_found", 404, "There is no such import.");
    public static readonly RefusalKind ImportNothingSent = new("import.nothing_sent", 422, "Send a file in the field 'file', or an address as {\"url\": \"https://…\"}.");
    public static readonly RefusalKind FormatUnknown = new("import.format_unknown", 422, "The format of the file was not recognised. Name it in 'format'.");
    public static readonly RefusalKind EncodingUnknown = new("import.encoding_unknown", 422, "The encoding is not one that we can read.");
    public static readonly RefusalKind SeparatorUnknown = new("import.separator_unknown", 422, "The separator must be a comma, a semicolon, a tab or a bar.");
    public static readonly RefusalKind MappingInvalid = new("import.mapping_invalid", 422, "What the columns are must be said as our fields with their names in the file: {\"price\": \"Retail\"}.");
    public static readonly RefusalKind ArchiveRefused = new("import.archive_refused", 422, "The archive cannot be used: it must have exactly one feed in it, and not unpack to far more than it is.");
    public static readonly RefusalKind CurrencyUnknown = new("import.currency_unknown", 422, "The currency is not an ISO 4217 code such as KZT.");
    public static readonly RefusalKind CurrencyOther = new("import.currency_other", 422, "The shop sells in another currency.");
    public static readonly RefusalKind ImportMalformed = new("import.malformed", 422, "The file is not well-formed, so nothing of it was imported.");
    public static readonly RefusalKind ImportNotFinished = new("import.not_finished", 409, "The import has not ended yet. Wait for its end.", IsTransient: true);
    public static readonly RefusalKind ImportDryRun = new("import.dry_run", 409, "This was a dry run: it changed nothing, so there is nothing to undo.");
    public static readonly RefusalKind ImportUndone = new("import.already_undone", 409, "This import has been undone already.");
    public static readonly RefusalKind ImportChangedSince = new("import.changed_since", 409, "All goods of this import were changed since, by hand or by a later import, so nothing was undone.");
    public static readonly RefusalKind ImportNothingToUndo = new("import.nothing_to_undo", 409, "This import changed no goods, so there is nothing to undo.");
    public static readonly RefusalKind ImportUndoTooOld = new("import.undo_too_old", 409, "What the goods were before this import is no longer kept. Only the newest imports of a shop can be undone.");
    public static readonly RefusalKind ImportRunning = new("import.running", 409, "An import of this shop is running. Wait for its end.", IsTransient: true);
    public static readonly RefusalKind ProductNoPrice = new("product.no_price", 409, "The goods have no price yet, so they cannot be put on the shelf.");
    public static readonly RefusalKind AddressRefused = new("import.address_refused", 422, "This address cannot be used: it must be http or https and lead to the public internet.");
    public static readonly RefusalKind AddressFailed = new("import.address_failed", 422, "The feed could not be fetched from its address.");
    public static readonly RefusalKind TooManyWaiting = new("import.too_many_waiting", 429, "This shop has many imports waiting already. Let them finish first.", IsTransient: true);
    public static readonly RefusalKind NoGoods = new("import.no_goods", 422, "The file has no goods in it.");
    public static readonly RefusalKind ImportBroken = new("import.broken", 500, "The import stopped because of a fault on our side. Nothing that was imported before is lost; start it again.");
}
