using Fairground.Catalog.Feeds;
using Fairground.Catalog.ImportFeed;
using Fairground.Kernel;
using Fairground.Testing;
using Xunit;

namespace Fairground.Catalog.Tests;

[Requirement("C-06")]
public sealed class FigureTests
{
    [Theory]
    [InlineData("12", 12L), InlineData("-3", -3L), InlineData("5.0", 5L), InlineData("12,000", 12L), InlineData("10+", 10L), InlineData(">100", 100L), InlineData("более 10", 10L), InlineData("7 шт.", 7L)]
    [InlineData("in stock", null), InlineData("In-Stock", null), InlineData("в наличии", null), InlineData("Есть", null), InlineData("preorder", null), InlineData("", null)]
    [InlineData("out of stock", 0L), InlineData("out_of_stock", 0L), InlineData("нет в наличии", 0L), InlineData("Нет", 0L), InlineData("Sold out", 0L)]
    public void Stock_is_a_number_or_a_word(string text, long? pieces) => Assert.Equal((true, pieces), StockText.Read(text));

    [Theory]
    [InlineData("ask us"), InlineData("1-2"), InlineData("?")]
    public void What_is_neither_is_left_open(string text) => Assert.Equal((false, (long?)null), StockText.Read(text));

    [Theory]
    [InlineData("OMR", "12.345", 12345L), InlineData("OMR", "1,234.500", 1234500L), InlineData("KWD", "0.250", 250L), InlineData("KWD", "1,250", 1250L), InlineData("OMR", "12.3456", null), InlineData("BHD", "7", 7000L)]
    [InlineData("KRW", "15000", 15000L), InlineData("KRW", "15,000", 15000L), InlineData("KRW", "15000.00", 15000L), InlineData("KRW", "15000.50", null), InlineData("KRW", "₩1,250,000", 1250000L)]
    [InlineData("VND", "250.000", 250000L), InlineData("VND", "1.250.000 ₫", 1250000L), InlineData("VND", "15000.000", 15000L), InlineData("KZT", "19 900,50", 1990050L)]
    public void Prices_have_as_many_digits_as_their_currency(string currency, string text, long? minor) => Assert.Equal(minor, FeedText.Price(text, Currency.Of(currency)));
}
