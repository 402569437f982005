using System.Text.Json;
using System.Text.Json.Nodes;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Protection.ChooseJurisdiction;
using Fairground.Protection.SetLimits;
using Xunit;

namespace Fairground.Protection.Tests;

/// <summary>Packs of rules are data: checked when the program starts, and what is wrong is said in a line.</summary>
public sealed class PackTests
{
    private static readonly Currency Yuan = Currency.Of("CNY");

    [Fact]
    public void The_packs_that_come_with_the_program_can_be_used() =>
        Assert.Equal(["demo", "cn", "gb", "kr", "kz", "us"], PackFiles.All.Select(p => p.Id));

    [Fact]
    public void Outside_the_demo_nothing_that_sells_a_chance_is_open_without_a_licence()
    {
        foreach (var pack in PackFiles.All.Where(p => p.Id != "demo"))
        {
            foreach (var mode in SaleModes.All.Where(SaleModes.SellsAChance)) Assert.Contains(new Jurisdiction(pack, null).MaySell(mode)?.Code, new[] { "jurisdiction.licence_missing", "jurisdiction.mode_closed" });
        }
        Assert.Null(new Jurisdiction(PackFiles.Find("kz")!, "No. 7").MaySell(SaleModes.Certificates));
        Assert.Equal("jurisdiction.licence_missing", new Jurisdiction(PackFiles.Find("kz")!, " ").MaySell(SaleModes.Certificates)?.Code);
        // A licence opens what needs one, never what is closed.
        Assert.Equal("jurisdiction.mode_closed", new Jurisdiction(PackFiles.Find("kr")!, "No. 7").MaySell(SaleModes.Certificates)?.Code);
    }

    [Fact]
    public void A_prize_has_a_ceiling_in_China_and_a_floor_of_half_the_proceeds_in_Kazakhstan()
    {
        var (china, kazakhstan) = (new Jurisdiction(PackFiles.Find("cn")!, null), new Jurisdiction(PackFiles.Find("kz")!, null));
        Assert.Null(china.MayOffer(new Money(5_000_000, Yuan), 1, 9_000_000));
        Assert.Equal("jurisdiction.prize_too_high", china.MayOffer(new Money(5_000_001, Yuan), 1, 9_000_000)?.Code);
        Assert.Null(china.MayOffer(new Money(5_000_001, Currency.Of("KZT")), 1, 9_000_000));
        Assert.Null(kazakhstan.MayOffer(new Money(500, Currency.Of("KZT")), 1, 1_000));
        Assert.Equal("jurisdiction.prize_share", kazakhstan.MayOffer(new Money(499, Currency.Of("KZT")), 1, 1_000)?.Code);
        Assert.Null(kazakhstan.MayOffer(new Money(250, Currency.Of("KZT")), 2, 1_000));
    }

    public static TheoryData<string, string, string> Faults => new()
    {
        { "id", "\"KZ\"", "id is 2 to 16 lower-case letters." },
        { "version", "0", "version is at least 1." },
        { "asOf", "\"yesterday\"", "asOf is a day" },
        { "dayOffsetMinutes", "900", "dayOffsetMinutes is from" },
        { "modes", "{}", "modes says nothing about certificates." },
        { "age", """{"minimum":7,"demand":"none"}""", "age.minimum is from 13" },
        { "draws", """{"highestPrizeMinor":5,"prizeCurrency":null,"prizeSharePercent":null}""", "draws.prizeCurrency" },
        { "draws", """{"highestPrizeMinor":null,"prizeCurrency":null,"prizeSharePercent":101}""", "draws.prizeSharePercent" },
        { "limits", """{"raiseAfterHours":0,"shortestBreakHours":24,"longestBreakDays":42,"shortestExclusionMonths":6}""", "limits.raiseAfterHours" },
        { "limits", """{"raiseAfterHours":24,"shortestBreakHours":49,"longestBreakDays":2,"shortestExclusionMonths":6}""", "the longest break" },
        { "limits", """{"raiseAfterHours":24,"shortestBreakHours":24,"longestBreakDays":42,"shortestExclusionMonths":5}""", "limits.shortestExclusionMonths" },
        { "signals", """{"chasingTopUps":0,"nightPurchases":1,"nightFromHour":0,"nightToHour":5,"raisedLimits":1,"declinedPayments":1}""", "thresholds" },
        { "signals", """{"chasingTopUps":1,"nightPurchases":1,"nightFromHour":24,"nightToHour":5,"raisedLimits":1,"declinedPayments":1}""", "hours" },
        { "data", """{"visitDays":0,"storage":""}""", "data.visitDays" },
        { "duties", """[{"text":"x","source":""}]""", "duties" },
        { "surprise", "1", "could not be mapped" },
        { "name", "null", "cannot be read" },
    };

    [Theory, MemberData(nameof(Faults))]
    public void A_pack_with_a_fault_is_refused_with_a_line_that_names_it(string member, string value, string said)
    {
        var node = JsonSerializer.SerializeToNode(PackFiles.Find("kz"), JsonSerializerOptions.Web)!.AsObject();
        _ = PackFiles.Parse("kz", node.ToJsonString());
        node[member] = JsonNode.Parse(value);
        Assert.Contains(said, Assert.Throws<SettingException>(() => PackFiles.Parse("kz", node.ToJsonString())).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2008-06-01", 18, 0, "2026-06-01T00:00:00Z")]
    [InlineData("2008-06-01", 18, 300, "2026-05-31T19:00:00Z")]
    [InlineData("2008-02-29", 18, 0, "2026-03-01T00:00:00Z")]
    [InlineData("2008-02-29", 20, 0, "2028-02-29T00:00:00Z")]
    public void A_person_is_of_age_from_the_midnight_of_the_birthday(string born, int years, int offset, string ofAge) =>
        Assert.Equal(
            DateTimeOffset.Parse(ofAge, System.Globalization.CultureInfo.InvariantCulture),
            PersonLimits.OfAgeAt(DateOnly.Parse(born, System.Globalization.CultureInfo.InvariantCulture), years, offset));
}
