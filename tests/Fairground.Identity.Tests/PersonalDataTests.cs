using System.IO.Compression;
using System.Net;
using System.Text.Json.Nodes;
using Fairground.Identity.ErasePerson;
using Fairground.Identity.JoinAccounts;
using Fairground.Identity.KeepAudit;
using Fairground.Identity.SetUpServer;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Keys;
using Fairground.Kernel.Modules;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Identity.Tests;

/// <summary>A person takes the data along, has it erased, and two accounts of one person become one.</summary>
public sealed class PersonalDataTests
{
    private const string Boss = "boss@fair.example";
    private static readonly (string, string) WithBoss = (OperatorAtStart.Setting, $"{Boss}:{IdentityHost.Password}");

    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-32"), Requirement("C-37")]
    public async Task A_person_takes_everything_along_five_times_a_day_and_proves_first_who_they_are(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind, WithBoss);
        var boss = (await host.SignsIn(Boss)).Text("accessToken");
        var aigul = await host.Registers("aigul@fair.example", "Айгуль");
        var (id, token) = (aigul.Text("userId"), aigul.Text("accessToken"));
        await host.Get($"people/{id}", boss);
        (await host.Post($"people/{id}/block", new { reason = "a mistake" }, boss)).Is(HttpStatusCode.NoContent);
        (await host.Post($"people/{id}/unblock", new { reason = "taken back" }, boss)).Is(HttpStatusCode.NoContent);
        token = (await host.SignsIn("aigul@fair.example")).Text("accessToken");

        var files = await Unpacked(host, "me/data", token);
        Assert.Equal("Айгуль", (string)files["profile"]["items"]![0]!["displayName"]!);
        Assert.Equal("aigul@fair.example", (string)files["profile"]["items"]![0]!["contact"]!);
        Assert.Equal(2, files["sessions"]["items"]!.AsArray().Count);
        Assert.Equal(["person.look.page", "person.block", "person.unblock"], files["audit"]["items"]!.AsArray().Select(r => (string)r!["what"]!));
        Assert.Equal("a mistake", (string)files["audit"]["items"]![1]!["why"]!);
        Assert.Equal("page", (string)Assert.Single(files["looks"]["items"]!.AsArray())!["what"]!);
        // The list names every file there is, with its rows.
        Assert.Equal(files.Keys.Where(f => f != "contents").Order(), files["contents"]["files"]!.AsArray().Select(f => ((string)f!["file"]!)[..^5]).Order());

        for (var i = 1; i < 5; i++) await Unpacked(host, "me/data", token);
        (await host.Get("me/data", token)).IsRefused(429, "people.export_capped");
        host.Clock.Pass(TimeSpan.FromHours(25));
        (await host.Get("me/data", token)).IsRefused(401, "access.not_signed_in");
        token = (await host.SignsIn("aigul@fair.example")).Text("accessToken");
        host.Clock.Pass(TimeSpan.FromMinutes(11));
        (await host.Get("me/data", token)).IsRefused(403, "access.confirm_identity");

        // The operator's file of one person stands in the audit, and the person sees it.
        (await host.Get($"people/{id}/data", aigul.Text("accessToken"))).Is(HttpStatusCode.Unauthorized);
        boss = (await host.SignsIn(Boss)).Text("accessToken");
        Assert.Equal("aigul@fair.example", (string)(await Unpacked(host, $"people/{id}/data", boss))["profile"]["items"]![0]!["contact"]!);
        (await host.Get($"people/{Guid.NewGuid()}/data", boss)).IsRefused(404, "people.not_found");
        Assert.Equal(id, (string)(await host.Get("audit?what=person.export", boss)).Body!["items"]!.AsArray().Single()!["about"]!);
        Assert.Equal("export", (string)(await host.Get("me/looks", (await host.SignsIn("aigul@fair.example")).Text("accessToken"))).Body!["items"]![0]!["what"]!);
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-37")]
    public async Task Erasing_waits_a_week_then_leaves_an_id_that_leads_to_nobody_and_a_chain_that_holds(DatabaseKind kind)
    {
        var folder = Directory.CreateTempSubdirectory("fairground-erased-");
        await using var host = await IdentityHost.Start(kind, WithBoss, ("FAIRGROUND_DATA", folder.FullName));
        var boss = (await host.SignsIn(Boss)).Text("accessToken");
        var aigul = await host.Registers("+7 701 234 56 78", "Aigul");
        var (id, token) = (Guid.Parse(aigul.Text("userId")), aigul.Text("accessToken"));
        (await host.Post($"people/{id}/block", new { reason = "Aigul called from her other number" }, boss)).Is(HttpStatusCode.NoContent);
        (await host.Post($"people/{id}/unblock", new { reason = "settled" }, boss)).Is(HttpStatusCode.NoContent);
        token = (await host.SignsIn("+77012345678")).Text("accessToken");

        Assert.Equal("none", (await host.Get("me/erasure", token)).Text("state"));
        (await host.Delete("me/erasure", token)).IsRefused(404, "people.erasure_not_found");
        Assert.Equal("waiting", (await host.Post("me/erasure", new { }, token)).Is(HttpStatusCode.Accepted).Text("state"));
        Assert.Equal(host.Clock.Now.AddDays(7), (await host.Get("me/erasure", token)).Body!["dueAt"]!.GetValue<DateTimeOffset>());
        Assert.Contains("will be erased on ", host.Messages.LastTo("+77012345678").Text, StringComparison.Ordinal);
        (await host.Post("me/erasure", new { }, token)).IsRefused(409, "people.erasure_waiting");
        (await host.Delete("me/erasure", token)).Is(HttpStatusCode.NoContent);
        (await host.Post("me/erasure", new { }, token)).Is(HttpStatusCode.Accepted);

        await CarryOut(host);
        Assert.Equal("waiting", (await host.Get("me/erasure", token)).Text("state"));
        host.Clock.Pass(TimeSpan.FromDays(7));
        await CarryOut(host);

        (await host.Get("me", token)).IsRefused(401, "access.not_signed_in");
        Assert.Empty(await Left(host, "77012345678", "Aigul"));
        (await host.SignsIn("+77012345678")).IsRefused(401, "people.sign_in_failed");
        boss = (await host.SignsIn(Boss)).Text("accessToken");
        (await host.Get($"people/{id}", boss)).IsRefused(404, "people.not_found");
        // What the operator wrote about her is gone, though no row was changed and the chain still holds.
        var lines = (await host.Get($"audit?about={id}", boss)).Body!["items"]!.AsArray();
        Assert.Equal([("person.erased", null), ("person.unblock", "erased"), ("person.block", "erased")], lines.Select(l => ((string)l!["what"]!, (string?)l["why"])));
        await Holds(host);
        Assert.Contains($"{id} 2026-01-12T09:00:00Z", await File.ReadAllTextAsync(Path.Combine(folder.FullName, "erased.txt"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        // The number is free again, and whoever has it now is somebody else.
        Assert.NotEqual(id, Guid.Parse((await host.Registers("+7 701 234 56 78", "Dana")).Text("userId")));
        folder.Delete(true);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_copy_from_before_an_erasure_brings_nobody_back(DatabaseKind kind)
    {
        var folder = Directory.CreateTempSubdirectory("fairground-erased-");
        await using var host = await IdentityHost.Start(kind, ("FAIRGROUND_DATA", folder.FullName));
        var id = Guid.Parse((await host.Registers("dana@fair.example", "Dana")).Text("userId"));
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "erased.txt"), $"{id} 2026-01-01T00:00:00Z\n{Guid.CreateVersion7()} 2026-01-01T00:00:00Z\nnonsense\n", TestContext.Current.CancellationToken);

        // The database is what it was before; the server that starts on it has the list.
        await using var node = await host.StartNode(("FAIRGROUND_DATA", folder.FullName));
        await Eventually.Holds(async () => (await host.SignsIn("dana@fair.example")).Code == "people.sign_in_failed", TimeSpan.FromSeconds(20), "whoever is on the list is erased again");
        await Holds(host);
        folder.Delete(true);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Whoever_was_erased_a_moment_before_a_crash_stands_on_the_list_after_the_next_start(DatabaseKind kind)
    {
        var folder = Directory.CreateTempSubdirectory("fairground-erased-");
        var list = Path.Combine(folder.FullName, "erased.txt");
        await using var host = await IdentityHost.Start(kind, ("FAIRGROUND_DATA", folder.FullName));
        var dana = await host.Registers("dana@fair.example", "Dana");
        (await host.Post("me/erasure", new { }, dana.Text("accessToken"))).Is(HttpStatusCode.Accepted);
        host.Clock.Pass(TimeSpan.FromDays(7));
        await CarryOut(host);
        // As if the power had gone between the database and the file.
        File.Delete(list);

        await using var node = await host.StartNode(("FAIRGROUND_DATA", folder.FullName));

        await Eventually.Holds(() => Task.FromResult(File.Exists(list) && File.ReadAllText(list).Contains(dana.Text("userId"), StringComparison.Ordinal)), TimeSpan.FromSeconds(20), "the list names who was erased");
        folder.Delete(true);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_is_bought_while_an_account_is_about_to_be_erased_is_not_lost(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        var dana = await host.Registers("dana@fair.example", "Dana");
        (await host.Post("me/erasure", new { }, dana.Text("accessToken"))).Is(HttpStatusCode.Accepted);
        host.Clock.Pass(TimeSpan.FromDays(7));
        await using (var scope = host.Services.CreateAsyncScope())
            await ActivatorUtilities.CreateInstance<Erasures>(scope.ServiceProvider, (object)new IPersonalData[] { new LateBuyer() }).CarryOut(TestContext.Current.CancellationToken);

        var token = (await host.SignsIn("dana@fair.example")).Is(HttpStatusCode.Created).Text("accessToken");
        Assert.Equal("stopped", (await host.Get("me/erasure", token)).Text("state"));
        // What was open before can do nothing more.
        (await host.Get("me", dana.Text("accessToken"))).IsRefused(401, "access.not_signed_in");
    }

    /// <summary>Buys between the first look and the second.</summary>
    private sealed class LateBuyer : IPersonalData
    {
        private int looks;

        public IReadOnlyCollection<string> Tables => [];

        public Task Write(IReadOnlyList<Guid> person, IDataArchive archive, CancellationToken ct) => Task.CompletedTask;

        public Task<IReadOnlyList<Refusal>> HoldsBack(IReadOnlyList<Guid> person, CancellationToken ct) =>
            Task.FromResult<IReadOnlyList<Refusal>>(looks++ == 0 ? [] : [new RefusalKind("lot.certificates_open", 409, "You hold certificates.").ToRefusal()]);

        public Task Erase(IReadOnlyList<Guid> person, CancellationToken ct) => throw new InvalidOperationException("Erased all the same.");

        public Task<IReadOnlyList<Refusal>> KeepsApart(Guid from, Guid into, CancellationToken ct) => Task.FromResult<IReadOnlyList<Refusal>>([]);

        public Task Join(Guid from, Guid into, CancellationToken ct) => Task.CompletedTask;
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task The_last_owner_is_not_erased_and_hears_what_to_do(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind, WithBoss);
        var boss = (await host.SignsIn(Boss)).Text("accessToken");
        await host.Registers("owner@fair.example", "Owner");
        await host.Joins(boss, OneShop.Kettles.ShopId, "owner@fair.example", "owner");
        var token = (await host.SignsIn("owner@fair.example")).Text("accessToken");

        var refused = await host.Post("me/erasure", new { }, token);
        refused.IsRefused(409, "organisation.last_owner");
        Assert.Equal(["organisation.last_owner"], refused.Body!["obstacles"]!.AsArray().Select(o => (string)o!));
        Assert.Contains("Hand it over", (string)(await host.Get("me/erasure", token)).Body!["obstacles"]![0]!["sentence"]!, StringComparison.Ordinal);

        // Something that came up only while it waited stops it when its time comes, and the person is told.
        await host.Registers("second@fair.example", "Second");
        await host.Joins(boss, OneShop.Kettles.ShopId, "second@fair.example", "owner");
        (await host.Post("me/erasure", new { }, token)).Is(HttpStatusCode.Accepted);
        var second = (await host.SignsIn("second@fair.example")).Text("accessToken");
        (await host.Delete($"me/organisations/{OneShop.Kettles.ShopId}", second)).Is(HttpStatusCode.NoContent);
        host.Clock.Pass(TimeSpan.FromDays(7));
        await CarryOut(host);
        Assert.Equal("stopped", (await host.Get("me/erasure", (await host.SignsIn("owner@fair.example")).Text("accessToken"))).Text("state"));
        Assert.Contains("something stands in the way", host.Messages.LastTo("owner@fair.example").Text, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_joining_that_cannot_be_finished_holds_up_no_other(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind, WithBoss);
        var token = (await host.SignsIn(Boss)).Text("accessToken");
        var joined = new List<Guid>();
        foreach (var name in new[] { "first", "second" })
        {
            var old = (await host.Registers($"{name}-old@fair.example", name)).Text("userId");
            var into = (await host.Registers($"{name}-new@fair.example", name)).Text("userId");
            (await host.Post($"people/{old}/joining", new { into, reason = "one person" }, token)).Is(HttpStatusCode.NoContent);
            joined.Add(Guid.Parse(old));
            // One comes before the other.
            host.Clock.Pass(TimeSpan.FromSeconds(1));
        }
        host.Clock.Pass(TimeSpan.FromHours(1));
        var wallets = new BusyWallets(joined[0]);
        await using var scope = host.Services.CreateAsyncScope();

        await ActivatorUtilities.CreateInstance<Joinings>(scope.ServiceProvider, (object)new IPersonalData[] { wallets }).CarryOut(TestContext.Current.CancellationToken);

        Assert.Equal(joined, wallets.Asked);
        var due = await scope.ServiceProvider.GetRequiredService<IdentityContext>().Joinings.AsNoTracking().ToDictionaryAsync(j => j.From, j => j.DueAt - host.Clock.Now, TestContext.Current.CancellationToken);
        Assert.Equal((TimeSpan.FromMinutes(1), TimeSpan.FromHours(1)), (due[joined[0]], due[joined[1]]));
    }

    /// <summary>Cannot move one of the wallets at this moment.</summary>
    private sealed class BusyWallets(Guid busy) : IPersonalData
    {
        public List<Guid> Asked { get; } = [];

        public IReadOnlyCollection<string> Tables => [];

        public Task Write(IReadOnlyList<Guid> person, IDataArchive archive, CancellationToken ct) => Task.CompletedTask;

        public Task<IReadOnlyList<Refusal>> HoldsBack(IReadOnlyList<Guid> person, CancellationToken ct) => Task.FromResult<IReadOnlyList<Refusal>>([]);

        public Task Erase(IReadOnlyList<Guid> person, CancellationToken ct) => Task.CompletedTask;

        public Task<IReadOnlyList<Refusal>> KeepsApart(Guid from, Guid into, CancellationToken ct) => Task.FromResult<IReadOnlyList<Refusal>>([]);

        public Task Join(Guid from, Guid into, CancellationToken ct)
        {
            Asked.Add(from);
            return from == busy ? throw new InvalidOperationException("The wallet could not be moved: server.busy.") : Task.CompletedTask;
        }
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-37")]
    public async Task Two_accounts_of_one_person_become_one_and_the_old_one_only_points(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind, WithBoss);
        var boss = (await host.SignsIn(Boss)).Is(HttpStatusCode.Created);
        var token = boss.Text("accessToken");
        var old = await host.Registers("old@fair.example", "Old");
        var stays = await host.Registers("new@fair.example", "New");
        var (from, into) = (old.Text("userId"), stays.Text("userId"));
        await host.Joins(token, OneShop.Kettles.ShopId, "old@fair.example", "owner");
        await host.Joins(token, OneShop.Kettles.ShopId, "new@fair.example", "staff");
        var path = $"people/{from}/joining";

        (await host.Post(path, new { into, reason = "x" }, token)).IsRefused(422, "people.reason_invalid");
        (await host.Post(path, new { into = from, reason = "one person" }, token)).IsRefused(422, "people.join_same");
        (await host.Post(path, new { into = Guid.NewGuid(), reason = "one person" }, token)).IsRefused(404, "people.not_found");
        (await host.Post(path, new { into = boss.Text("userId"), reason = "one person" }, token)).IsRefused(409, "people.is_operator");
        (await host.Post($"people/{from}/block", new { reason = "a test" }, token)).Is(HttpStatusCode.NoContent);
        (await host.Post(path, new { into, reason = "one person" }, token)).IsRefused(403, "people.blocked");
        (await host.Post($"people/{from}/unblock", new { reason = "a test" }, token)).Is(HttpStatusCode.NoContent);

        // The person reads both codes out. One that was sent to somebody else proves nothing.
        var proof = (await host.Post($"people/{from}/joining-codes", new { into }, token)).Is(HttpStatusCode.Accepted);
        var (fromCode, intoCode) = (host.Messages.LastTo("old@fair.example").Code, host.Messages.LastTo("new@fair.example").Code);
        var (fromId, intoId) = (proof.Text("fromId"), proof.Text("intoId"));
        (await host.Post(path, new { into, reason = "one person", proof = new { fromId, intoId }, fromCode, intoCode = IdentityHost.Wrong(intoCode) }, token)).IsRefused(422, "people.code_wrong");
        (await host.Post(path, new { into, reason = "one person", proof = new { fromId = intoId, intoId }, fromCode = intoCode, intoCode }, token)).IsRefused(404, "people.code_not_found");
        (await host.Post(path, new { into, reason = "one person", proof = new { fromId, intoId }, fromCode, intoCode }, token)).Is(HttpStatusCode.NoContent);

        (await host.Get("me", old.Text("accessToken"))).IsRefused(401, "access.not_signed_in");
        var pointed = await host.SignsIn("old@fair.example");
        pointed.IsRefused(403, "people.joined");
        Assert.EndsWith("n…@fair.example.", pointed.Text("title"), StringComparison.Ordinal);
        (await host.SignsIn("old@fair.example", "not the password")).IsRefused(401, "people.sign_in_failed");
        Assert.Equal("owner", (string)Assert.Single((await host.Get("me", (await host.SignsIn("new@fair.example")).Text("accessToken"))).Body!["shops"]!.AsArray())!["role"]!);
        (await host.Post(path, new { into, reason = "once more" }, token)).IsRefused(409, "people.already_joined");
        Assert.Contains("joined two accounts", host.Messages.LastTo("old@fair.example").Text, StringComparison.Ordinal);
        var lines = (await host.Get($"audit?what=person.join", token)).Body!["items"]!.AsArray();
        Assert.Equal([($"took in {from}, by codes to both contacts", "one person"), ($"joined to {into}, by codes to both contacts", "one person")], lines.Select(l => ((string)l!["after"]!, (string)l["why"]!)));
        // Whoever asks for the old id is answered with the person.
        var people = host.Services.GetRequiredService<IPeople>();
        var known = await people.FindMany([Guid.Parse(from)], TestContext.Current.CancellationToken);
        Assert.Equal((Guid.Parse(into), "new@fair.example"), (known[Guid.Parse(from)].UserId, known[Guid.Parse(from)].Contact));
        Assert.Equal([Guid.Parse(into), Guid.Parse(from)], await people.IdsOf(Guid.Parse(into), TestContext.Current.CancellationToken));
        await Holds(host);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_is_sealed_for_one_person_opens_for_nobody_else_and_for_nobody_once_the_key_is_gone(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        var ct = TestContext.Current.CancellationToken;
        await using var scope = host.Services.CreateAsyncScope();
        var (context, keys) = (scope.ServiceProvider.GetRequiredService<IdentityContext>(), scope.ServiceProvider.GetRequiredService<PersonKeys>());
        var (a, b) = (Ids.New(), Ids.New());
        var (first, second) = ((await keys.Of(context, a, ct))!, (await keys.Of(context, b, ct))!);
        var text = first.Seal("Алия, +7 701 …")!;

        Assert.True(PersonKey.IsSealed(text));
        Assert.NotEqual(text, first.Seal("Алия, +7 701 …"));
        Assert.Equal("Алия, +7 701 …", (await keys.Of(context, a, ct))!.Open(text));
        Assert.ThrowsAny<System.Security.Cryptography.CryptographicException>(() => second.Open(text));
        Assert.Equal("not sealed", second.Open("not sealed"));
        Assert.Null(first.Seal(null));
        await keys.Destroy(context, [a], ct);
        Assert.Null(await keys.Of(context, a, ct));
        Assert.Equal([b], (await keys.Find(context, [a, b], ct)).Keys);
    }

    private static async Task CarryOut(IdentityHost host)
    {
        await using var scope = host.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<Erasures>().CarryOut(TestContext.Current.CancellationToken);
    }

    private static async Task Holds(IdentityHost host)
    {
        await using var scope = host.Services.CreateAsyncScope();
        foreach (var check in scope.ServiceProvider.GetServices<IAuditCheck>().Where(c => c is AuditChain or ErasureAudit))
            Assert.All(await check.Run(TestContext.Current.CancellationToken), f => Assert.True(f.Holds, f.Text));
    }

    // Every text column of every table: whatever still says one of these words.
    private static async Task<List<string>> Left(IdentityHost host, params string[] words)
    {
        var database = host.Services.GetRequiredService<Database>();
        await using var connection = await database.OpenAsync(TestContext.Current.CancellationToken);
        var columns = new List<(string Table, string Column)>();
        await using (var list = connection.CreateCommand())
        {
            list.CommandText = database.Kind == DatabaseKind.Sqlite
                ? "select m.name, p.name from sqlite_master m join pragma_table_info(m.name) p where m.type = 'table' and lower(p.type) = 'text'"
                : "select table_name, column_name from information_schema.columns where table_schema = current_schema() and data_type = 'text'";
            await using var reader = await list.ExecuteReaderAsync(TestContext.Current.CancellationToken);
            while (await reader.ReadAsync(TestContext.Current.CancellationToken)) columns.Add((reader.GetString(0), reader.GetString(1)));
        }
        Assert.NotEmpty(columns);
        var found = new List<string>();
        foreach (var (table, column) in columns)
        {
            foreach (var word in words)
            {
                await using var look = connection.CreateCommand();
#pragma warning disable CA2100 // Names from the schema, words from the test.
                look.CommandText = $"select count(*) from {table} where \"{column}\" like '%{word}%'";
#pragma warning restore CA2100
                if (Convert.ToInt64(await look.ExecuteScalarAsync(TestContext.Current.CancellationToken), System.Globalization.CultureInfo.InvariantCulture) > 0) found.Add($"{table}.{column} says {word}");
            }
        }
        return found;
    }

    private static async Task<Dictionary<string, JsonObject>> Unpacked(IdentityHost host, string path, string token)
    {
        using var zip = new ZipArchive(new MemoryStream(await host.Bytes(path, token)));
        return zip.Entries.ToDictionary(e => e.Name[..^".json".Length], e =>
        {
            using var stream = e.Open();
            return JsonNode.Parse(stream)!.AsObject();
        });
    }
}
