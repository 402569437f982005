using Fairground.Kernel;

namespace Fairground.Delivery;

/// <summary>Why something about a delivery is refused. Codes are stable.</summary>
internal static class DeliveryRefusals
{
    public static readonly RefusalKind NotFound = new("delivery.not_found", 404, "There is no such delivery here.");
    public static readonly RefusalKind WayNotAllowed = new("delivery.way_not_allowed", 422, "This cannot be handed over in that way. Choose one of those that its terms allow.");
    public static readonly RefusalKind AlreadySent = new("delivery.already_sent", 409, "The shop has packed it already, so the address can no longer be changed. Write to the shop.");
    public static readonly RefusalKind NotNow = new("delivery.not_now", 409, "This is not possible at the point where the delivery stands now. Load the page again to see it.");
    public static readonly RefusalKind Over = new("delivery.over", 409, "This delivery has ended, and nothing about it can be changed.");
}

/// <summary>Why an address is not taken.</summary>
internal static class AddressRefusals
{
    public static readonly RefusalKind NotFound = new("address.not_found", 404, "There is no such address in your address book.");
    public static readonly RefusalKind TooMany = new("address.too_many", 409, "There are 20 addresses already. Remove one first.");
    public static readonly RefusalKind NameInvalid = new("address.name_invalid", 422, "Write the name of whoever receives it, in 2 to 100 characters.");
    public static readonly RefusalKind PhoneInvalid = new("address.phone_invalid", 422, "This is not a telephone number of that country. Write it with the country's code, such as +7 701 234 56 78.");
    public static readonly RefusalKind CountryUnknown = new("address.country_unknown", 422, "Choose the country from the list.");
    public static readonly RefusalKind StreetInvalid = new("address.street_invalid", 422, "Write street and house in 3 to 120 characters.");
    public static readonly RefusalKind CityInvalid = new("address.city_invalid", 422, "Write the city or village in 1 to 80 characters.");
    public static readonly RefusalKind RegionMissing = new("address.region_missing", 422, "In this country an address needs its region or state.");
    public static readonly RefusalKind PostcodeInvalid = new("address.postcode_invalid", 422, "This is not a postcode of that country.");
    public static readonly RefusalKind TooLong = new("address.too_long", 422, "A part of the address is too long for a label. Shorten it.");
}

/// <summary>Why a parcel is not sent, or not what is told of it.</summary>
internal static class ShipmentRefusals
{
    public static readonly RefusalKind NotFound = new("shipment.not_found", 404, "There is no such parcel here.");
    public static readonly RefusalKind NoAddress = new("shipment.no_address", 409, "The buyer has not chosen an address yet. We have written to them.");
    public static readonly RefusalKind UnderWay = new("shipment.under_way", 409, "There is a parcel for this delivery already.");
    public static readonly RefusalKind CarrierUnknown = new("shipment.carrier_unknown", 422, "This market knows no such carrier. Choose one from the list.");
    public static readonly RefusalKind TrackingInvalid = new("shipment.tracking_invalid", 422, "A tracking number is 4 to 40 letters, digits and dashes, and this carrier needs one.");
    public static readonly RefusalKind TrackingTaken = new("shipment.tracking_taken", 409, "Another parcel has this tracking number, or had it before. Write the number of this one.");
    public static readonly RefusalKind NewsUnknown = new("shipment.news_unknown", 422, "That cannot be said of a parcel by hand: say that the carrier has it, that it came back, or what happened.");
    public static readonly RefusalKind LabelLetters = new("shipment.label_letters", 409, "The address has letters that the font for labels does not have. Print the label from its page, or name another font in FAIRGROUND_LABEL_FONT.");
}

/// <summary>Why a carrier is not heard.</summary>
internal static class CarrierRefusals
{
    public static readonly RefusalKind Unknown = new("carrier.unknown", 404, "This market hears no such carrier.");
    public static readonly RefusalKind SignatureWrong = new("carrier.signature_wrong", 401, "The signature is missing, wrong or too old.");
    public static readonly RefusalKind Unreadable = new("carrier.unreadable", 422, "This is not the news of a parcel in the shape that is set for this carrier.");
}

/// <summary>Why a courier's link does not do what is asked.</summary>
internal static class CourierRefusals
{
    public static readonly RefusalKind LinkInvalid = new("courier.link_invalid", 404, "This link leads nowhere. Ask the shop for a new one.");
    public static readonly RefusalKind LinkOver = new("courier.link_over", 410, "This link has ended. Ask the shop for a new one.");
    public static readonly RefusalKind NothingToCarry = new("courier.nothing_to_carry", 422, "Choose parcels of this shop that are under way with its own courier.");
    public static readonly RefusalKind DaysInvalid = new("courier.days_invalid", 422, "A courier's link holds for 1 to 7 days.");
    public static readonly RefusalKind CodeWrong = new("courier.code_wrong", 422, "This is not the recipient's code. Ask again: it stands in their message and on their page.");
    public static readonly RefusalKind CodeLocked = new("courier.code_locked", 409, "There were five wrong codes. Take a picture of the handover instead.");
    public static readonly RefusalKind ProofMissing = new("courier.proof_missing", 422, "To say that it was delivered, give the recipient's code or a picture.");
    public static readonly RefusalKind WordsMissing = new("courier.words_missing", 422, "Say what happened, in 3 to 500 characters.");
    public static readonly RefusalKind PositionInvalid = new("courier.position_invalid", 422, "This is not a place on the earth.");
}

/// <summary>Why a dispute does not go on.</summary>
internal static class DisputeRefusals
{
    public static readonly RefusalKind ReasonUnknown = new("dispute.reason_unknown", 422, "Choose what is wrong from the list.");
    public static readonly RefusalKind WordsMissing = new("dispute.words_missing", 422, "Say in 10 to 2,000 characters what is wrong.");
    public static readonly RefusalKind AnswerInvalid = new("dispute.answer_invalid", 422, "An answer has 3 to 2,000 characters, and there is one.");
    public static readonly RefusalKind TooMuchEvidence = new("dispute.too_much_evidence", 409, "There are ten pictures and papers from your side already.");
    public static readonly RefusalKind EvidenceNotFound = new("dispute.evidence_not_found", 404, "There is no such picture or paper in this dispute.");
    public static readonly RefusalKind RulingUnknown = new("ruling.unknown", 422, "Rule for the buyer or for the seller.");
    public static readonly RefusalKind ReasonsMissing = new("ruling.reasons_missing", 422, "Give the reasons of the ruling in 10 to 2,000 characters. Both sides read them.");
}
