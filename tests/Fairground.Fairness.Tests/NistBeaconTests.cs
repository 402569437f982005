using System.Text.Json.Nodes;
using Xunit;

namespace Fairground.Fairness.Tests;

/// <summary>Real pulses of the NIST beacon, and each way in which one can be wrong.</summary>
public sealed class NistBeaconTests
{
    private const long TimeOf54610 = 1_535_651_040;

    private static JsonObject Pulse(int index) =>
        (JsonObject)Vectors.Of("nist-pulses")["pulses"]!.AsArray().Single(pulse => pulse!["pulseIndex"]!.GetValue<int>() == index)!.DeepClone();

    private static readonly string CertificateId = Pulse(54610)["certificateId"]!.GetValue<string>();

    private static readonly string Certificate = Vectors.Of("nist-pulses")["certificates"]![CertificateId]!.GetValue<string>();

    private static readonly NistEntropy Source = new("https://beacon.nist.gov/beacon/2.0", 1, CertificateId, 60, 600);

    private static string? Problem(Action<JsonObject>? change = null, long earliest = TimeOf54610, NistEntropy? source = null, JsonObject? previous = null, string? certificate = null)
    {
        var pulse = Pulse(54610);
        change?.Invoke(pulse);
        return NistBeacon.Problem(source ?? Source, earliest, pulse, previous ?? Pulse(54609), certificate ?? Certificate);
    }

    [Fact]
    public void A_real_pulse_is_the_first_of_its_minute_and_its_randomness_is_the_hash_of_its_output()
    {
        Assert.Null(Problem());
        Assert.Null(Problem(earliest: TimeOf54610 - 59));
        Assert.Equal(TimeOf54610, NistBeacon.TimeOf(Pulse(54610)).ToUnixTimeSeconds());
        Assert.Equal("0e85cc48fb7476ad5ef2", Convert.ToHexStringLower(NistBeacon.Randomness(Pulse(54610)))[..20]);
    }

    [Theory]
    [InlineData(1, 809)]
    [InlineData(54609, 813)]
    [InlineData(1884240, 807)]
    public void Real_pulses_of_both_chains_are_laid_out_as_the_beacon_signs_them(int index, int length) => Assert.Equal(length, NistBeacon.Signed(Pulse(index)).Length);

    [Fact]
    public void The_pulse_before_and_the_pulse_after_the_time_are_not_the_one_that_decides()
    {
        Assert.Equal("The pulse is from before the time that the terms fix.", Problem(earliest: TimeOf54610 + 1));
        Assert.Equal("The pulse is not the first one at or after the time that the terms fix.", Problem(earliest: TimeOf54610 - 60));
        Assert.Equal("The pulse does not follow the one before it.", Problem(previous: Pulse(1)));
    }

    [Theory]
    [InlineData("localRandomValue")]
    [InlineData("precommitmentValue")]
    [InlineData("signatureValue")]
    public void A_signed_value_that_is_changed_breaks_the_signature(string name) =>
        Assert.Equal(
            "The signature of the pulse does not verify under the pinned certificate.",
            Problem(pulse => pulse[name] = Flipped(pulse[name]!.GetValue<string>())));

    [Fact]
    public void Whatever_else_is_changed_is_refused_with_a_sentence()
    {
        Assert.Equal("The output value is not the hash of the pulse and its signature.", Problem(pulse => pulse["outputValue"] = Flipped(pulse["outputValue"]!.GetValue<string>())));
        Assert.Equal("The signature of the pulse does not verify under the pinned certificate.", Problem(pulse => pulse["timeStamp"] = "2018-08-30T17:45:00.000Z"));
        Assert.Equal("The pulse is of another chain than the terms name.", Problem(source: Source with { Chain = 2 }));
        Assert.Equal("The pulse has another period than the terms name.", Problem(source: Source with { Period = 30 }));
        Assert.Equal("The pulse is of another beacon than the terms name.", Problem(source: Source with { Uri = "https://beacon.example/" }));
        Assert.Equal("The certificate is not the one that the terms pin.", Problem(source: Source with { Certificate = new string('0', 128) }));
        var other = Vectors.Of("nist-pulses")["certificates"]!.AsObject().Single(c => c.Key != CertificateId).Value!.GetValue<string>();
        Assert.Equal("The certificate is not the one that the terms pin.", Problem(certificate: other));
        Assert.StartsWith("The pulse or its certificate cannot be read", Problem(certificate: "no PEM"), StringComparison.Ordinal);
        Assert.StartsWith("The pulse before: The signature", Problem(previous: With(Pulse(54609), "pulseIndex", 7)), StringComparison.Ordinal);
    }

    [Fact]
    public void Any_member_left_out_or_odd_is_refused_and_never_throws()
    {
        foreach (var name in Pulse(54610).Select(member => member.Key).ToList())
        {
            Assert.NotNull(Problem(pulse => pulse.Remove(name)));
            foreach (var odd in (string[])["null", "-1", "1e9", "\"\"", "\"zz\"", "[]", "{}", "[{}]", "4294967296"]) Assert.NotNull(Problem(pulse => pulse[name] = JsonNode.Parse(odd)));
        }
    }

    private static JsonObject With(JsonObject json, string name, int value)
    {
        json[name] = value;
        return json;
    }

    private static string Flipped(string hex) => (hex[0] == '0' ? '1' : '0') + hex[1..];
}
