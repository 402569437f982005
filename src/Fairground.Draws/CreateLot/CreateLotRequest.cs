using System.Text.Json;
using System.Text.Json.Serialization;
using Fairground.Kernel;

namespace Fairground.Draws;

/// <summary>What a seller asks for. See <c>POST /api/v1/lots</c>.</summary>
/// <param name="Kind"><c>certificates</c> (where left out) or <c>two-stage</c>.</param>
/// <param name="Nominal">Price of a certificate.</param>
/// <param name="Entries">The number of certificates; left out, it follows from the price (C-09).</param>
/// <param name="UnsoldPolicy">A name, or <c>{"policy", "percent"}</c>.</param>
/// <param name="ClaimSeconds">How long a winner has to collect: 3 to 90 days; 14 days where left out.</param>
/// <param name="UnclaimedPolicy">What follows where nobody collects: <c>next-reserve</c> (where left out) or <c>return-to-shop</c>.</param>
/// <param name="Entropy">A name, or <c>{"source"}</c>; <c>drand</c>, <c>drand+commit-reveal</c>, <c>nist-beacon</c> or <c>commit-reveal</c>. Left out, drand where it is reached and the delay leaves room, else commit-reveal.</param>
/// <param name="Quantity">Two-stage: units, and so final buyers; 1 where left out.</param>
/// <param name="Predicted">Two-stage: expected applications (Np); left out, it follows from the first payment.</param>
/// <param name="FirstPayment">Two-stage: P1; left out, it follows from the expected number (D-03).</param>
/// <param name="Fee">Two-stage: f, added to the second payment; none where left out.</param>
/// <param name="Surplus">Two-stage: <c>operator</c> (where left out), <c>mileage</c>, or <c>{"policy": "split", "percent": 30}</c> with the per cent for mileage (D-14).</param>
/// <param name="MileageRate">Two-stage: mileage to each losing application in per cent of P1, as a decimal such as <c>0.5</c> (D-16).</param>
/// <param name="MileageDays">Two-stage: how long granted mileage lives; for ever where left out.</param>
/// <param name="Deposit">Two-stage: <c>{"fixed": amount}</c> for the lot or <c>{"percent": 10}</c> of the price of all units; 10 per cent where left out (D-02).</param>
/// <param name="LeastApplications">Two-stage: with fewer there is no draw and everybody is paid back; the number of units where left out (D-19).</param>
/// <param name="StopAtPredicted">Two-stage: the draw follows at once when the expected number is reached (D-12).</param>
/// <param name="DrawByHand">Two-stage: the seller may end the applications before their time (D-10).</param>
/// <param name="SecondPaymentSeconds">Two-stage: how long a candidate has to pay; 3 to 90 days, 3 where left out (D-11).</param>
/// <param name="Delivery">Two-stage: any of <c>shipment</c> and <c>pick-up</c>, or <c>nothing</c> alone where there is nothing to carry; both of the first where left out (D-22).</param>
/// <param name="ApproveDays">Two-stage: days after delivery until silence is approval, 1 to 90; 7 where left out (D-23).</param>
/// <param name="HandOverDays">Two-stage: days that the seller has to send the goods, 1 to 90; 14 where left out.</param>
internal sealed record CreateLotRequest(
    Guid ProductId,
    string? Kind,
    Money? Nominal,
    int? Entries = null,
    int? MarginPercent = null,
    int? Winners = null,
    int? Reserves = null,
    int? MaxEntriesPerPerson = null,
    DateTimeOffset? ClosesAt = null,
    int? DrawDelaySeconds = null,
    [property: JsonConverter(typeof(NameOrObject))] NamedChoice? UnsoldPolicy = null,
    int? CashPercent = null,
    int? ClaimSeconds = null,
    string? UnclaimedPolicy = null,
    [property: JsonConverter(typeof(NameOrObject))] NamedChoice? Entropy = null,
    int? Quantity = null,
    int? Predicted = null,
    Money? FirstPayment = null,
    Money? Fee = null,
    [property: JsonConverter(typeof(NameOrObject))] NamedChoice? Surplus = null,
    string? MileageRate = null,
    int? MileageDays = null,
    DepositChoice? Deposit = null,
    int? LeastApplications = null,
    bool? StopAtPredicted = null,
    bool? DrawByHand = null,
    int? SecondPaymentSeconds = null,
    IReadOnlyList<string>? Delivery = null,
    int? ApproveDays = null,
    int? HandOverDays = null);

/// <summary>How large a deposit is: one of the two.</summary>
/// <param name="Fixed">For all units together.</param>
/// <param name="Percent">Of the price of all units, rounded up.</param>
internal sealed record DepositChoice(Money? Fixed = null, int? Percent = null);

/// <summary>A choice that may be written as its name or as an object with more.</summary>
internal sealed record NamedChoice(string? Name, int? Percent = null);

/// <summary>Reads <c>"name"</c>, <c>{"source": "name"}</c> and <c>{"policy": "name", "percent": 70}</c>.</summary>
internal sealed class NameOrObject : JsonConverter<NamedChoice>
{
    public override NamedChoice? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String) return new NamedChoice(reader.GetString());
        if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException("This is a name or an object.");
        string? name = null;
        int? percent = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var member = reader.GetString();
            reader.Read();
            if (member is "source" or "policy" or "name" && reader.TokenType == JsonTokenType.String) name = reader.GetString();
            else if (member is "percent" or "cashPercent" && reader.TokenType == JsonTokenType.Number) percent = reader.GetInt32();
            else reader.Skip();
        }
        return new NamedChoice(name, percent);
    }

    public override void Write(Utf8JsonWriter writer, NamedChoice value, JsonSerializerOptions options) => writer.WriteStringValue(value.Name);
}

/// <summary>The answer: the lot as a draft.</summary>
internal sealed record CreatedLot(Guid LotId, int Entries, Money Nominal);
