using System.IO.Compression;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Fairground.Kernel.Storage;
using Fairground.Scenarios.Vocabulary;
using Fairground.Testing;
using Fairground.Verification;
using Xunit;

namespace Fairground.Scenarios;

/// <summary>People take their data along, are erased, and have two accounts joined; draws and the ledger stay what they were.</summary>
public sealed class KeepingPersonalData
{
    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-32"), Requirement("C-37")]
    public async Task A_winner_is_erased_and_the_draw_is_still_proved(DatabaseKind engine)
    {
        await using var fair = await Fair.Open(engine, movableClock: true, settings: "FAIRGROUND_ERASURE_DAYS=0");
        var shop = await fair.Shop();
        var staff = await shop.Staff("timur");
        var lot = await shop.Opens("Kettle", price: 3_000, nominal: 1_000);
        var (a, b) = (await fair.Buyer("a", 2_000), await fair.Buyer("b", 1_000));
        var first = await a.Buys(2, lot);
        // Before the last one is sold: the draw may be done a moment after that.
        Assert.Equal("lot.certificates_open", (string)(await a.Post("me/erasure", new { }, 409))["code"]!);
        var purchases = new[] { first, await b.Buys(1, lot) };
        await lot.Becomes("drawn");
        var winner = (await a.Wins()).Count > 0 ? a : b;
        Assert.Equal("win.open", (string)(await winner.Post("me/erasure", new { }, 409))["code"]!);
        var token = (string)(await winner.Get($"me/wins/{(await winner.Wins())[0]["winId"]}/claim-code"))["token"]!;
        await staff.Post("claims", new { token }, 200);
        await lot.Becomes("settled");
        await winner.TopsUp(500);
        Assert.Equal("wallet.not_empty", (string)(await winner.Post("me/erasure", new { }, 409))["code"]!);
        var next = await shop.Opens("Cup", price: 500, nominal: 500);
        await winner.Buys(1, next);
        await next.Becomes("drawn");
        await staff.Post("claims", new { token = (string)(await winner.Get($"me/wins/{(await winner.Wins()).First(w => (string)w["state"]! == "drawn")["winId"]}/claim-code"))["token"]! }, 200);
        await next.Becomes("settled");

        var before = (Entries: await lot.Text("entries"), Proof: await lot.Text("proof"));
        await winner.Post("me/erasure", new { }, 202);
        await fair.Restart();
        await Eventually.Holds(async () => (await winner.IsStillKnown(fair)) == false, TimeSpan.FromSeconds(60), "the account is erased");

        var bundle = await lot.Text("proof");
        var entries = await lot.Text("entries");
        Assert.Equal(before.Entries, entries);
        using var http = fair.Http();
        var log = (await http.GetStringAsync("api/v1/closing-log")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var keys = await http.GetStringAsync(".well-known/jwks.json");
        foreach (var purchase in purchases)
        {
            var report = DrawVerifier.Verify(bundle, entries.Split('\n', StringSplitOptions.RemoveEmptyEntries), new Evidence { Receipt = purchase.Receipt, Log = log, TrustedKeys = keys });
            Assert.True(report.Holds, report.Sentence);
        }
        await fair.Audit();
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-32")]
    public async Task The_file_holds_what_every_room_of_the_house_keeps(DatabaseKind engine)
    {
        await using var fair = await Fair.Open(engine);
        var shop = await fair.Shop();
        var lot = await shop.Opens("Kettle", price: 2_000, nominal: 1_000);
        var buyer = await fair.Buyer("aigerim", 5_000);
        var purchase = await buyer.Buys(2, lot);
        await buyer.Send("me/limits", new { kind = "entries", period = "day", max = 7 }, method: HttpMethod.Put);
        await lot.Becomes("drawn");
        await Call.Until(() => buyer.Get("me/messages"), messages => messages["items"]!.AsArray().Count > 0);

        var files = await buyer.Data();
        Assert.Equal("aigerim@fair.example", (string)files["profile"]["items"]![0]!["contact"]!);
        Assert.Equal(purchase.Entries.Select(e => e.Number).Order(), files["certificates"]["items"]!.AsArray().Select(c => (string)c!["number"]!).Order());
        Assert.Equal(purchase.Receipt, (string)files["purchases"]["items"]![0]!["receipt"]!);
        Assert.Single(files["wins"]["items"]!.AsArray());
        Assert.Equal("500000", (string)files["payments"]["items"]![0]!["amount"]!["amount"]!);
        Assert.Equal("300000", (string)files["wallet"]["items"]![0]!["balance"]!["amount"]!);
        Assert.Equal(["draws.buy", "payments.top_up"], files["statement"]["items"]!.AsArray().Select(l => (string)l!["movement"]!));
        Assert.Equal(7, (int)files["limits"]["items"]![0]!["limits"]![0]!["max"]!);
        Assert.Equal("entries a day", (string)files["limit-changes"]["items"]![0]!["what"]!);
        Assert.NotEmpty(files["messages"]["items"]!.AsArray());
        Assert.Empty(files["favourites"]["items"]!.AsArray());
        Assert.True(files.ContainsKey("recently-seen"));
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-37")]
    public async Task Two_accounts_are_joined_and_money_certificates_and_the_stricter_limit_follow(DatabaseKind engine)
    {
        await using var fair = await Fair.Open(engine, movableClock: true);
        var shop = await fair.Shop();
        var lot = await shop.Opens("Kettle", price: 10_000, nominal: 1_000, policy: "refund-all");
        var shared = await shop.Opens("Cup", price: 10_000, nominal: 1_000, policy: "refund-all");
        var (old, stays) = (await fair.Buyer("old", 5_000), await fair.Buyer("new", 3_000));
        await old.Buys(2, lot);
        await stays.Buys(1, shared);
        await old.Buys(1, shared);
        await old.Send("me/limits", new { kind = "entries", period = "day", max = 5 }, method: HttpMethod.Put);
        await stays.Send("me/limits", new { kind = "entries", period = "day", max = 9 }, method: HttpMethod.Put);
        await old.Post("me/exclusions", new { months = 12, confirmed = true }, 204);

        var body = new { into = stays.Id, reason = "the same person, shown by a document" };
        // One person counts once in a draw.
        Assert.Equal("lot.held_by_both", (string)(await fair.Operator.Post($"people/{old.Id}/joining", body, 409))["code"]!);
        await shared.Closes();
        await shared.Becomes("refunded");
        await fair.Operator.Post($"people/{old.Id}/joining", body, 204);

        // 5,000 less 2,000 in the lot, and 3,000 of the other account; what was refunded is among it.
        Assert.Equal(6_000, await stays.Wallet());
        Assert.Equal(3, (await stays.Certificates()).Count(c => (string)c["lotId"]! == lot.Id) + 1);
        Assert.Equal(2, (int)(await stays.Get($"lots/{lot.Id}"))["mine"]!["count"]!);
        var guard = await stays.Get("me/protection");
        Assert.Equal(5, (int)guard["limits"]![0]!["max"]!);
        // Two entries of one account, one of each in the other lot: what was used adds up.
        Assert.Equal(4, (int)guard["limits"]![0]!["used"]!);
        Assert.NotNull(guard["excludedUntil"]);
        Assert.Equal("lot.held_as_joined", await stays.IsRefused(1, lot, 409));
        Assert.Equal(2, (await stays.Data())["certificates"]["items"]!.AsArray().Count(c => (string)c!["lotId"]! == lot.Id));

        // A refund to the old account goes on to the one that stays.
        await lot.Closes();
        await lot.Becomes("refunded");
        fair.Clock!.Advance(TimeSpan.FromMinutes(61));
        await fair.Restart();
        var again = await fair.SignsInAgain(stays);
        await Eventually.Holds(async () => await again.Wallet() == 8_000, TimeSpan.FromSeconds(60), "the refund is moved on");
    }
}

/// <summary>Words of these scenarios.</summary>
internal static class DataWords
{
    /// <summary>Everything that is kept about the person, by document.</summary>
    public static async Task<Dictionary<string, JsonObject>> Data(this Person person)
    {
        using var zip = new ZipArchive(new MemoryStream(await person.Bytes("me/data")));
        return zip.Entries.ToDictionary(e => e.Name[..^".json".Length], e =>
        {
            using var stream = e.Open();
            return JsonNode.Parse(stream)!.AsObject();
        });
    }

    /// <summary>False once nobody can sign in with the contact.</summary>
    public static async Task<bool> IsStillKnown(this Person person, Fair fair)
    {
        using var http = fair.Http();
        using var answer = await http.PostAsJsonAsync("api/v1/sessions", new { contact = person.Contact, password = Fair.Password });
        return answer.IsSuccessStatusCode;
    }
}
