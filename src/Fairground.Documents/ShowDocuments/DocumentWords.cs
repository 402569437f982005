using System.Globalization;
using Fairground.Documents.KnowTaxes;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Languages;
using Fairground.Ui;

namespace Fairground.Documents.ShowDocuments;

/// <summary>Documents in the reader's words.</summary>
internal static class DocumentWords
{
    public static string Kind(PaperKind kind) => kind switch { PaperKind.Receipt => T["Receipt"], PaperKind.Invoice => T["Invoice"], _ => T["Credit note"] };

    public static Tone KindTone(PaperKind kind) => kind switch { PaperKind.Receipt => Tone.Neutral, PaperKind.Invoice => Tone.Good, _ => Tone.Warm };

    public static string Supply(string supply) => supply switch
    {
        Supplies.TopUp => T["Money into the wallet"],
        Supplies.Entries => T["Certificates, held until the draw"],
        Supplies.Application => T["Two-stage draw, held until delivery"],
        Supplies.Goods => T["Goods"],
        Supplies.Draw => T["Holding a draw"],
        Supplies.Fee => T["Fee"],
        _ => T["Charge of the market"],
    };

    /// <summary>What a line is: the name, or the kind of supply where it has none.</summary>
    public static string Line(string supply, string name) => name.Length == 0 ? Supply(supply) : supply == Supplies.Goods ? name : $"{Supply(supply)}: {name}";

    /// <summary>The rate's name in the rules it was taken from, and its per cent.</summary>
    public static string Tax(string? rules, string code, string category, int rate)
    {
        if (code == TaxChoice.NotRegistered.Code) return T["No tax: the seller is not registered for it"];
        var name = TaxFiles.All.FirstOrDefault(r => r.Id == rules?.Split('/')[0])?.Rates.FirstOrDefault(r => r.Code == code)?.Names;
        var said = name is null ? code : name.GetValueOrDefault(Language.Current.Code) ?? name["en"];
        return category == "S" ? $"{said}, {Percent(rate)}" : said;
    }

    /// <summary>What the tax is called where the document comes from.</summary>
    public static string Scheme(string? rules) => TaxFiles.All.FirstOrDefault(r => r.Id == rules?.Split('/')[0])?.Names is { } names ? names.GetValueOrDefault(Language.Current.Code) ?? names["en"] : T["Tax"];

    public static string Percent(int rate) => $"{(rate / 1000m).ToString("0.###", ReadersCulture)}\u202F%";

    public static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static string Amount(long minor, string currency) => MoneyFormat.Format(new Money(minor, Currency.Of(currency)), exact: true);

    /// <summary>A note that the law or common sense asks for, or null.</summary>
    public static string? Note(DocumentContent c) => c.Supply switch
    {
        Supplies.TopUp => T["Money on deposit. Nothing is sold by it yet, so no tax is due on it; what is bought with it has its own document."],
        Supplies.Entries => T["The market holds this money until the draw. Tax is due when goods are handed over, and stands on the shop's invoice to whoever takes them."],
        Supplies.Application => T["The market holds this money until the goods are handed over. Tax is due then, and stands on the shop’s invoice to whoever takes them."],
        Supplies.Goods => T["Paid by what everybody together paid for the draw."],
        Supplies.Draw when c.Seller.Id == OrganisationInfo.OperatorId => T["What the market earned with the draw, above the price of the goods."],
        Supplies.Draw => T["What the shop keeps of a lot whose goods stay with it."],
        _ => null,
    };
}
