using System.Text.Json;
using Fairground.Kernel;
using Fairground.Payments.StartTopUp;
using Fairground.Testing;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace Fairground.Payments.Tests;

/// <summary>What a top-up may ask for: one line a case.</summary>
[Requirement("C-14")]
public sealed class TopUpRequestTests
{
    [Theory]
    [InlineData("""{"amount":{"amount":"500000","currency":"KZT"}}""", "5000.00 KZT")]
    [InlineData("""{"amount":{"amount":500000,"currency":"kzt"}}""", "5000.00 KZT")]
    [InlineData("""{"amount":"500000","currency":"KZT"}""", "5000.00 KZT")]
    [InlineData("""{"amount":"7","currency":"KRW","note":1}""", "7 KRW")]
    [InlineData("""{"amount":"500000","currency":"XXX"}""", "payment.currency_unknown")]
    [InlineData("""{"amount":"500000"}""", "payment.currency_unknown")]
    [InlineData("""{"amount":"5000.00","currency":"KZT"}""", "request.invalid")]
    [InlineData("""{"amount":1e3,"currency":"KZT"}""", "request.invalid")]
    [InlineData("""{"amount":"99999999999999999999","currency":"KZT"}""", "payment.amount_out_of_range")]
    [InlineData("""{"amount":null}""", "request.invalid")]
    [InlineData("""{}""", "request.invalid")]
    [InlineData("""[1]""", "request.invalid")]
    public void An_amount_is_read_exactly_or_refused(string body, string expected)
    {
        using var json = JsonDocument.Parse(body);
        var read = TopUpBody.Read(json.RootElement);
        Assert.Equal(expected, read.Refusal?.Code ?? read.Value.ToString());
    }

    [Theory]
    [InlineData(1, "KZT", true)]
    [InlineData(1_000_000_000, "KZT", true)]
    [InlineData(1_000_000_001, "KZT", false)]
    [InlineData(0, "KZT", false)]
    [InlineData(-1, "KZT", false)]
    [InlineData(10_000_000, "KRW", true)]
    [InlineData(10_000_001, "KRW", false)]
    public void A_top_up_is_above_nothing_and_at_most_ten_million(long minor, string currency, bool taken) =>
        Assert.Equal(taken ? null : "payment.amount_out_of_range", TopUpLimits.Check(new Money(minor, Currency.Of(currency)))?.Code);

    [Fact]
    public void The_default_currency_is_a_setting_that_must_be_right()
    {
        static PaymentsOptions With(string? code) => PaymentsOptions.From(new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("FAIRGROUND_CURRENCY", code)]).Build());
        Assert.Equal("KZT", With(null).DefaultCurrency.Code);
        Assert.Equal("EUR", With("EUR").DefaultCurrency.Code);
        Assert.Throws<InvalidOperationException>(() => With("tenge"));
    }
}
