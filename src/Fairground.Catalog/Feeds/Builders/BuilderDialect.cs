namespace Fairground.Catalog.Feeds.Builders;

/// <summary>What a row of a builder's table is.</summary>
internal enum BuilderRow
{
    Goods,
    Variant,
    Picture,

    /// <summary>Nothing that is sold: a category, a rule, an option's choices.</summary>
    Aside,
}

/// <summary>How one shop builder writes its goods. Columns are named as <see cref="CsvHeader.Normal"/> writes them, the likelier first; what a builder does not have is empty.</summary>
internal abstract class BuilderDialect
{
    /// <summary>The format's name, as the API spells it.</summary>
    public abstract string Name { get; }

    /// <summary>Columns that only this builder has together.</summary>
    public abstract string[][] Marks { get; }

    public virtual string[] Key => [];

    public virtual string[] Title => ["name"];

    public virtual string[] Text => ["description"];

    public virtual string[] Vendor => ["brand"];

    public virtual string[] Categories => [];

    public virtual string[] Sku => ["sku"];

    public virtual string[] Price => ["price"];

    public virtual string[] Stock => [];

    public virtual string[] Visible => [];

    public virtual string[] Barcode => [];

    public virtual string[] Pictures => [];

    /// <summary>Where pictures lie that are named without an address; empty where they never are.</summary>
    public virtual string PictureBase => "";

    /// <summary>True where the row of the goods is their first variant too.</summary>
    public virtual bool GoodsAreVariant => false;

    /// <summary>What a row is; <paramref name="open"/> where goods stand above that it may belong to.</summary>
    public abstract BuilderRow KindOf(BuilderCells row, bool open);

    /// <summary>What a buyer chooses this row by.</summary>
    /// <param name="goods">The row of its goods.</param>
    public abstract IEnumerable<FeedOption> Options(BuilderCells row, BuilderCells goods);

    /// <summary>The row's price and what it is compared with.</summary>
    public virtual FeedPrice PriceOf(BuilderCells row) => new(row[Price], row.NameOf(Price), row["compare at price", "retail price"]);

    /// <summary>What the row costs more than its goods; empty where it says its own price.</summary>
    public virtual string Surcharge(BuilderCells row) => "";

    /// <summary>Pieces, or empty where nobody counts.</summary>
    public virtual string StockOf(BuilderCells row, BuilderCells goods) => row[Stock];

    /// <summary>Paths of the goods' categories.</summary>
    public virtual IEnumerable<string> CategoriesOf(BuilderCells row) => row[Categories].Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(FeedText.Level);

    public virtual bool IsVisible(BuilderCells row) => !FeedText.IsNo(row[Visible]);
}

/// <summary>A row's cells by their columns' names.</summary>
internal sealed class BuilderCells(CsvHeader header, CsvRecord record)
{
    public CsvRecord Record => record;

    /// <summary>The first of these columns that has anything in it.</summary>
    public string this[params ReadOnlySpan<string> names]
    {
        get
        {
            foreach (var name in names)
            {
                if (header.Column(name).Of(record) is { Length: > 0 } text) return text;
            }
            return "";
        }
    }

    /// <summary>As the table writes the first of these columns.</summary>
    public string NameOf(string[] names) => header.Column(names).Name;

    public string Code(string[] names) => this[names] is ['\'', .. var rest] ? rest : this[names];

    /// <summary>What stands in the columns whose names begin so: the rest of the name as the table writes it, and the cell.</summary>
    public IEnumerable<(string Tail, string Text)> Beginning(string beginning)
    {
        for (var i = 0; i < header.Cells.Count; i++)
        {
            var cell = new CsvColumn(i, header.Cells[i]);
            if (header.Cells[i].Trim().StartsWith(beginning, StringComparison.OrdinalIgnoreCase) && cell.Of(record) is { Length: > 0 } text) yield return (header.Cells[i].Trim()[beginning.Length..], text);
        }
    }
}
