using System.Security.Cryptography;
using System.Xml.Linq;
using Fairground.Kernel.Storage;
using Fairground.Payments.WritePayoutFile;
using Fairground.Testing;
using Xunit;

namespace Fairground.Payments.Tests.Payouts;

/// <summary>The bank file: the elements of pain.001.001.09 in their order, the sums right, the bytes the same for ever (S-33).</summary>
[Requirement("S-33")]
public sealed class CreditTransferFileTests
{
    private static readonly XNamespace Ns = CreditTransferFile.Namespace;

    // The order in which the standard names the children that we write.
    private static readonly Dictionary<string, string[]> Order = new(StringComparer.Ordinal)
    {
        ["Document"] = ["CstmrCdtTrfInitn"],
        ["CstmrCdtTrfInitn"] = ["GrpHdr", "PmtInf"],
        ["GrpHdr"] = ["MsgId", "CreDtTm", "NbOfTxs", "CtrlSum", "InitgPty"],
        ["PmtInf"] = ["PmtInfId", "PmtMtd", "BtchBookg", "NbOfTxs", "CtrlSum", "PmtTpInf", "ReqdExctnDt", "Dbtr", "DbtrAcct", "DbtrAgt", "ChrgBr", "CdtTrfTxInf"],
        ["CdtTrfTxInf"] = ["PmtId", "PmtTpInf", "Amt", "ChrgBr", "CdtrAgt", "Cdtr", "CdtrAcct", "Purp", "RmtInf"],
        ["PmtId"] = ["InstrId", "EndToEndId"],
        ["Amt"] = ["InstdAmt"],
        ["ReqdExctnDt"] = ["Dt"],
        ["DbtrAcct"] = ["Id", "Ccy"],
        ["FinInstnId"] = ["BICFI", "ClrSysMmbId", "Othr"],
        ["ClrSysMmbId"] = ["ClrSysId", "MmbId"],
        ["RmtInf"] = ["Ustrd"],
    };

    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_file_names_every_payout_once_and_is_the_same_whenever_it_is_taken(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind);
        var (kettles, lamps) = (await market.Shop("Kettles"), await market.Shop("Lamps"));
        await kettles.Sells(1_234_567);
        await lamps.WritesBankDetails("40702810738000063426", holder: "Ламп & Ко <Алматы>", bank: "044525225");
        market.Host.Clock.Advance(TimeSpan.FromHours(48));
        await lamps.Sells(5);
        await market.Runs();
        var info = Assert.Single(await market.Files());
        var id = info.GetProperty("fileId").GetGuid();
        var bytes = await market.Takes(id);
        Assert.Equal(info.GetProperty("sha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(bytes)));

        // Nothing that happens later changes it.
        await kettles.WritesBankDetails(Market.OtherIban, bank: "COBADEFF");
        var payout = (await market.Payouts())[0].GetProperty("payoutId").GetGuid();
        await Market.Send(market.Office, HttpMethod.Post, $"payouts/{payout}/return", new { reason = "Closed" });
        market.Host.Clock.Advance(TimeSpan.FromDays(9));
        Assert.Equal(bytes, await market.Takes(id));
        Assert.Equal("payout.file_not_found", (await Market.Send(market.Office, HttpMethod.Get, $"payout-files/{Guid.CreateVersion7()}/content", null)).Code);

        var document = XDocument.Parse(System.Text.Encoding.UTF8.GetString(bytes));
        AssertOrder(document.Root!);
        var group = document.Descendants(Ns + "GrpHdr").Single();
        Assert.Equal(("2", "12345.72"), ((string?)group.Element(Ns + "NbOfTxs"), (string?)group.Element(Ns + "CtrlSum")));
        var transfers = document.Descendants(Ns + "CdtTrfTxInf").ToList();
        Assert.Equal(["12345.67", "0.05"], transfers.OrderByDescending(t => (decimal)t.Descendants(Ns + "InstdAmt").Single()).Select(t => t.Descendants(Ns + "InstdAmt").Single().Value));
        Assert.All(transfers, t => Assert.Equal("KZT", (string?)t.Descendants(Ns + "InstdAmt").Single().Attribute("Ccy")));
        Assert.All(document.Descendants(Ns + "EndToEndId"), e => Assert.True(BankReference.IsValid(e.Value), e.Value));
        var russian = transfers.Single(t => t.Descendants(Ns + "InstdAmt").Single().Value == "0.05");
        Assert.Equal(("044525225", "40702810738000063426", "Ламп & Ко <Алматы>"),
            ((string?)russian.Descendants(Ns + "MmbId").Single(), (string?)russian.Element(Ns + "CdtrAcct")!.Descendants(Ns + "Id").Last(), (string?)russian.Element(Ns + "Cdtr")!.Element(Ns + "Nm")));
        Assert.Equal((Market.Iban, "HSBKKZKX"), ((string?)document.Descendants(Ns + "DbtrAcct").Descendants(Ns + "IBAN").Single(), (string?)document.Descendants(Ns + "DbtrAgt").Descendants(Ns + "BICFI").Single()));
        await market.AuditHolds();
    }

    [Fact]
    public async Task An_amount_has_the_decimals_of_its_currency_and_each_currency_has_a_file_of_its_own()
    {
        await using var market = await Market.Open(DatabaseKind.Sqlite);
        var shop = await market.Shop("Kettles", iban: null);
        foreach (var currency in new[] { "JPY", "KWD", "EUR" }) Assert.Equal(System.Net.HttpStatusCode.Created, (await shop.WritesBankDetails(Market.Iban, currency)).Status);
        market.Host.Clock.Advance(TimeSpan.FromHours(48));
        await shop.Sells(1_500, "JPY");
        await shop.Sells(1_500, "KWD");
        await shop.Sells(1_500, "EUR");
        await market.Runs();
        var amounts = new SortedDictionary<string, (string?, string?)>(StringComparer.Ordinal);
        foreach (var file in await market.Files())
        {
            var document = XDocument.Parse(System.Text.Encoding.UTF8.GetString(await market.Takes(file.GetProperty("fileId").GetGuid())));
            AssertOrder(document.Root!);
            amounts[(string)document.Descendants(Ns + "InstdAmt").Single().Attribute("Ccy")!] = (document.Descendants(Ns + "InstdAmt").Single().Value, document.Descendants(Ns + "ChrgBr").Single().Value);
        }
        Assert.Equal([("EUR", ("15.00", "SLEV")), ("JPY", ("1500", "SHAR")), ("KWD", ("1.500", "SHAR"))], amounts.Select(a => (a.Key, a.Value)));
        await market.AuditHolds();
    }

    private static void AssertOrder(XElement element)
    {
        if (Order.TryGetValue(element.Name.LocalName, out var order))
        {
            var places = element.Elements().Select(e => Array.IndexOf(order, e.Name.LocalName)).ToList();
            Assert.DoesNotContain(-1, places);
            Assert.Equal(places.Order(), places);
        }
        Assert.Equal(Ns, element.Name.Namespace);
        foreach (var child in element.Elements()) AssertOrder(child);
    }
}
