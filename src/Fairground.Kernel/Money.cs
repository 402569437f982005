using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fairground.Kernel;

/// <summary>An amount of one currency in minor units (tiyn, cents). Arithmetic is checked; currencies never mix.</summary>
/// <param name="Minor">Minor units.</param>
/// <param name="Currency">ISO 4217 currency.</param>
[JsonConverter(typeof(MoneyJson))]
public readonly record struct Money(long Minor, Currency Currency)
{
    /// <summary>No money in this currency.</summary>
    public static Money Zero(Currency currency) => new(0, currency);

    /// <summary>True above zero.</summary>
    public bool IsPositive => Minor > 0;

    public static Money operator +(Money a, Money b) => new(checked(a.Minor + Same(a, b).Minor), a.Currency);

    public static Money operator -(Money a, Money b) => new(checked(a.Minor - Same(a, b).Minor), a.Currency);

    public static Money operator *(Money a, long times) => new(checked(a.Minor * times), a.Currency);

    public static Money Add(Money left, Money right) => left + right;

    public static Money Subtract(Money left, Money right) => left - right;

    public static Money Multiply(Money left, long right) => left * right;

    /// <summary>The share of <paramref name="percent"/> whole per cent, rounded down: the one rounding rule for shares.</summary>
    public Money PercentDown(int percent) => new((long)((Int128)Minor * percent / 100), Currency);

    /// <summary>Splits into <paramref name="parts"/> amounts that add up to the whole; the first ones carry the remainder.</summary>
    public IReadOnlyList<Money> Split(int parts)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parts, 1);
        var (share, rest) = Math.DivRem(Minor, parts);
        var currency = Currency;
        return [.. Enumerable.Range(0, parts).Select(i => new Money(share + (i < rest ? 1 : 0), currency))];
    }

    /// <summary>Whole and fraction with a point and no grouping: "24900.00".</summary>
    public string ToDecimalString()
    {
        var digits = Currency.MinorDigits;
        var sign = Minor < 0 ? "-" : "";
        var text = Math.Abs((decimal)Minor).ToString(CultureInfo.InvariantCulture).PadLeft(digits + 1, '0');
        return digits == 0 ? sign + text : $"{sign}{text[..^digits]}.{text[^digits..]}";
    }

    /// <summary>Reads "24900", "24900.5", "24 900,50" style decimals exactly; false where digits would be lost or it is no number.</summary>
    public static bool TryParseDecimal(string? text, Currency currency, out Money money)
    {
        money = Zero(currency);
        if (string.IsNullOrWhiteSpace(text)) return false;
        var compact = new string([.. text.Where(c => !char.IsWhiteSpace(c))]);
        if (compact.Contains(',', StringComparison.Ordinal) && !compact.Contains('.', StringComparison.Ordinal)) compact = compact.Replace(',', '.');
        if (!decimal.TryParse(compact, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)) return false;
        if (Math.Abs(value) > long.MaxValue / currency.MinorPerUnit) return false;
        var minor = value * currency.MinorPerUnit;
        if (minor != decimal.Truncate(minor)) return false;
        money = new Money((long)minor, currency);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{ToDecimalString()} {Currency.Code}";

    private static Money Same(Money a, Money b) => a.Currency == b.Currency
        ? b
        : throw new InvalidOperationException($"{a.Currency} and {b.Currency} cannot be added.");
}

/// <summary>The wire form: <c>{"amount": "100000", "currency": "KZT"}</c>, minor units as a string.</summary>
public sealed class MoneyJson : JsonConverter<Money>
{
    public override Money Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        string? amount = null, code = null;
        if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException("An amount is an object with amount and currency.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            if (string.Equals(name, "amount", StringComparison.OrdinalIgnoreCase))
                amount = reader.TokenType == JsonTokenType.Number ? reader.GetInt64().ToString(CultureInfo.InvariantCulture) : reader.GetString();
            else if (string.Equals(name, "currency", StringComparison.OrdinalIgnoreCase)) code = reader.GetString();
            else reader.Skip();
        }
        if (!Currency.TryParse(code, out var currency)) throw new JsonException("The currency is not an ISO 4217 code.");
        if (!long.TryParse(amount, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var minor)) throw new JsonException("The amount is not a whole number of minor units.");
        return new Money(minor, currency);
    }

    public override void Write(Utf8JsonWriter writer, Money value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("amount", value.Minor.ToString(CultureInfo.InvariantCulture));
        writer.WriteString("currency", value.Currency.Code);
        writer.WriteEndObject();
    }
}
