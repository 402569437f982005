using System.Text;
using Fairground.Catalog.Feeds;
using Fairground.Catalog.FetchOutside;
using Fairground.Kernel;
using Fairground.Testing;
using Xunit;

namespace Fairground.Catalog.Tests;

[Requirement("C-06")]
public sealed class FeedReadingTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("a,b\r\n1,2\r\n", "1:a|b 2:1|2")]
    [InlineData("a,b\n\"x, \"\"y\"\"\",2", "1:a|b 2:x, \"y\"|2")]
    [InlineData("\"two\nlines\",b\nc,d", "1:two\nlines|b 3:c|d")]
    [InlineData("a,b\n\n , \nc", "1:a|b 4:c")]
    [InlineData("\"quoted\"   ,b", "1:quoted|b")]
    [InlineData("a, \"b, c\"", "1:a|b, c")]
    [InlineData("5\" nail,b", "1:5\" nail|b")]
    [InlineData("a\rb", "1:a 2:b")]
    [InlineData("a,\"\",c", "1:a||c")]
    [InlineData("sep=,\na,b", "2:a|b")]
    [InlineData("sep=\tx,b", "1:sep=\tx|b")]
    [InlineData("a,\"never closed\nb,c\nd,e", "!1:a|\"never closed 2:b|c 3:d|e")]
    public async Task Tables_are_read_as_people_write_them(string text, string expected)
    {
        foreach (var small in new[] { false, true })
        {
            var reader = new CsvReader(small ? new Dribble(text) : new StringReader(text), ',');
            var found = new List<string>();
            while (await reader.Read(Stop) is { } record) found.Add($"{(record.Broken ? "!" : "")}{record.Line}:{string.Join('|', record.Cells)}");
            Assert.Equal(expected, string.Join(' ', found));
        }
    }

    [Theory]
    [InlineData("29.99", "USD", 2999L)]
    [InlineData("630000", "VND", 630000L)]
    [InlineData("1234.00", "JPY", 1234L)]
    [InlineData("29.99", "VND", null)]
    [InlineData("1 770,50", "KZT", 177050L)]
    [InlineData("1,234.56", "USD", 123456L)]
    [InlineData("1.234,56", "EUR", 123456L)]
    [InlineData("1,234", "USD", 123400L)]
    [InlineData("17.000", "OMR", 17000L)]
    [InlineData("12.5000", "USD", 1250L)]
    [InlineData("25 000 ₸", "KZT", 2500000L)]
    [InlineData("1'299.-", "CHF", 129900L)]
    [InlineData("1.299.000", "EUR", 129900000L)]
    [InlineData("1,00,000.50", "INR", 10000050L)]
    [InlineData("01.05.2026", "EUR", null)]
    [InlineData("1,2,3", "EUR", null)]
    [InlineData("12.34,5", "EUR", null)]
    [InlineData("549,-", "CZK", 54900L)]
    [InlineData("99.–", "CHF", 9900L)]
    [InlineData("12,50 €/шт.", "EUR", 1250L)]
    [InlineData("150 руб./100 г", "RUB", null)]
    [InlineData("10-12", "EUR", null)]
    [InlineData("100-", "EUR", null)]
    [InlineData("12.990", "KZT", null)]
    [InlineData("12.990 ₸", "KZT", null)]
    [InlineData("0.990", "KZT", 99L)]
    [InlineData("1299.000", "KZT", 129900L)]
    [InlineData("call us", "USD", null)]
    [InlineData("12.345", "USD", null)]
    [InlineData("1e3", "USD", null)]
    [InlineData("12 rub 50", "RUB", null)]
    [InlineData("KZT 1 000", "KZT", 100000L)]
    [InlineData("", "USD", null)]
    [InlineData("99999999999999999999", "USD", null)]
    public void Prices_are_read_exactly_or_not_at_all(string text, string currency, long? minor) => Assert.Equal(minor, FeedText.Price(text, Currency.Of(currency)));

    // On the stack a price as long as a record would end the whole server.
    [Fact]
    public void What_is_as_long_as_a_table_is_no_price()
    {
        var text = string.Concat(Enumerable.Repeat("1,2\n", 2_000_000));
        Assert.Null(FeedText.Price(text, Currency.Of("KZT")));
        Assert.Equal(("", "", false), (FeedText.CurrencyIn(text), FeedText.CurrencyBySign(text, Currency.Of("KZT")), FeedText.IsUnsure(text, Currency.Of("KZT"))));
    }

    [Theory]
    [InlineData("465000.00 KZT", "KZT")]
    [InlineData("€ 12", "EUR")]
    [InlineData("12 руб", "")]
    [InlineData("12", "")]
    public void A_price_may_name_its_currency(string text, string expected) => Assert.Equal(expected, FeedText.CurrencyIn(text));

    [Theory]
    [InlineData("$12.00", "KZT", "$")]
    [InlineData("$12.00", "CAD", "CAD")]
    [InlineData("£ 5", "EUR", "£")]
    [InlineData("1 234 руб.", "BYN", "BYN")]
    [InlineData("1 234 руб.", "KZT", "руб")]
    [InlineData("Цена, тг", "KZT", "KZT")]
    [InlineData("549,- Kč", "EUR", "kč")]
    [InlineData("Цена за рулон", "KZT", "")]
    [InlineData("1234", "KZT", "")]
    public void A_sign_that_currencies_share_tells_what_a_price_is_not_in(string text, string shop, string expected) => Assert.Equal(expected, FeedText.CurrencyBySign(text, Currency.Of(shop)));

    [Theory]
    [InlineData("Закупочная цена", true), InlineData("Себестоимость, тг", true), InlineData("Cost", true), InlineData("cost_price", true), InlineData("Поставщик", true), InlineData("Сумма, тг", true), InlineData("Опт", true)]
    [InlineData("Costume size", false), InlineData("Оптический зум", false), InlineData("Материал", false), InlineData("Суммарная мощность", false)]
    public void What_is_the_shops_own_business_is_no_property_of_goods(string name, bool inner) => Assert.Equal(inner, FeedText.IsInner(name));

    public static TheoryData<string, byte[], string> Texts => new()
    {
        { "plain", "Handle,Title"u8.ToArray(), "utf-8" },
        { "utf-8 without mark", Encoding.UTF8.GetBytes("Название,Чайник"), "utf-8" },
        { "utf-8 with mark", [0xef, 0xbb, 0xbf, .. "a,b"u8], "utf-8" },
        { "utf-16 little", [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("Чайник,1")], "utf-16" },
        { "utf-16 big without mark", Encoding.BigEndianUnicode.GetBytes("Handle,Title,Price"), "utf-16be" },
        { "windows-1251", Cp(1251).GetBytes("Тип,Артикул,Имя\nsimple,1,Чайник электрический"), "windows-1251" },
        { "windows-1251 far behind", [.. Encoding.ASCII.GetBytes(new string('a', 70_000)), .. Cp(1251).GetBytes(" Чайник ")], "windows-1251" },
        { "windows-1252", Cp(1252).GetBytes("Café crème, déjà vu, jalapeño"), "windows-1252" },
    };

    [Theory, MemberData(nameof(Texts))]
    public async Task The_encoding_is_found_out(string name, byte[] bytes, string expected)
    {
        var found = await FeedEncoding.Detect(new MemoryStream(bytes), Stop);
        Assert.True(found.Name == expected, $"{name}: {found.Name}");
    }

    [Theory]
    [InlineData("Handle,Title,Body (HTML),Option1 Name,Option1 Value,Variant SKU,Variant Price,Image Src", "shopify-csv")]
    [InlineData("Title,URL handle,Description,Vendor,SKU,Option1 name,Option1 value,Price,Product image URL", "shopify-csv")]
    [InlineData("ID,Type,SKU,Name,Published,\"Visibility in catalog\",\"Regular price\",Categories,Images,Parent", "woocommerce-csv")]
    [InlineData("ID;Тип;Артикул;Имя;Опубликован;Видимость в каталоге;Базовая цена;Категории;Изображения;Родительский", "woocommerce-csv")]
    [InlineData("sku,name,price,description", "table-csv")]
    [InlineData("sep=;\nHandle;Title;Option1 Value;Variant Price", "shopify-csv")]
    [InlineData("Наши цены на ноябрь\nКод;Название;Цена", "table-csv")]
    [InlineData("sku,attribute_set_code,product_type,name,price,additional_attributes", "magento-csv")]
    [InlineData("id,title,description,link,price,availability", "google-table")]
    [InlineData("<?xml version=\"1.0\"?><yml_catalog>", "yandex-yml")]
    [InlineData("Цена, тг, с НДС;Остаток, шт, всего;Код\n1 200,50;3;A-1\n7,5;1;A-2\n8;4;A-3", "table-csv")]
    [InlineData("Прайс-лист, г. Алматы, ул. Абая, 1\nКод;Название;Цена\nA;Чай;1", "table-csv")]
    [InlineData("first name,last name,email", null)]
    [InlineData("<?xml version=\"1.0\"?><html><body>404</body></html>", null)]
    [InlineData("Nothing here is a feed.", null)]
    public async Task The_format_is_found_out_by_what_only_it_has(string header, string? expected)
    {
        var looked = await FeedOpening.Look(() => new MemoryStream(Encoding.UTF8.GetBytes(header + "\n")), "feed.csv", new FeedWishes(null, null, null), Stop);
        Assert.Equal(expected, looked.Refused ? null : looked.Value.Format.Name);
        if (looked.Refused) Assert.Equal("import.format_unknown", looked.Refusal!.Code);
    }

    [Theory]
    [InlineData("93.184.216.34", true)]
    [InlineData("127.0.0.1", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("192.168.1.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("2606:4700::1111", true)]
    [InlineData("::1", false)]
    [InlineData("::", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("ff02::1", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("::ffff:8.8.8.8", true)]
    [InlineData("64:ff9b::7f00:1", false)]
    [InlineData("2002:7f00:1::", false)]
    [InlineData("2001:db8::1", false)]
    [InlineData("2001::1", false)]
    public void Only_the_public_internet_is_reached(string address, bool expected) => Assert.Equal(expected, Kernel.Http.PublicNetwork.IsPublic(System.Net.IPAddress.Parse(address)));

    private static Encoding Cp(int page)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        return Encoding.GetEncoding(page);
    }

    // Gives one character at a time, as a slow network does.
    private sealed class Dribble(string text) : TextReader
    {
        private int at;

        public override ValueTask<int> ReadAsync(Memory<char> buffer, CancellationToken cancellationToken = default)
        {
            if (at == text.Length) return ValueTask.FromResult(0);
            buffer.Span[0] = text[at++];
            return ValueTask.FromResult(1);
        }
    }
}
