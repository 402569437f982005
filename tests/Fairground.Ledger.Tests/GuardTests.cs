using Fairground.Kernel;
using Fairground.Kernel.Storage;
using Fairground.Ledger.GroupCommit;
using Fairground.Ledger.Protection;
using Fairground.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Ledger.Tests;

/// <summary>What protects people decides inside the transaction that commits, on both engines.</summary>
public sealed class GuardTests
{
    private static readonly Guid Shop = Ids.Derive("test/shop", "a");
    private static readonly GuardTerms Open = new(18, AgeProof.Unknown, 0);

    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_limit_lets_through_what_fits_and_not_one_more_whoever_comes_first(DatabaseKind kind)
    {
        await using var town = await Town.Start(kind);
        var person = Ids.New();
        await town.Change(person, new SetLimit(LimitPeriod.Day, "KZT", 1_000, TimeSpan.FromHours(24)));
        await town.Change(person, new SetLimit(LimitPeriod.Week, null, 30, TimeSpan.FromHours(24)));

        var tries = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => town.Try(person, 100, 2)));
        Assert.Equal(10, tries.Count(t => t is null));
        Assert.All(tries, t => Assert.True(t is null or "protection.spend_limit"));
        // Another currency has its own count, and entries count over all of them: 20 are used, 10 are left.
        Assert.Null(await town.Try(person, 5_000, 10, "USD"));
        Assert.Equal("protection.entry_limit", await town.Try(person, 1, 1, "USD"));
        // What is no chance is no entry.
        Assert.Null(await town.Try(person, 1, 0, "USD"));

        var guard = await town.Guards.Of(person, 0, TestContext.Current.CancellationToken);
        Assert.Equal(new Used(1_000, 1_000, 1_000), guard.Spent["KZT"]);
        Assert.Equal(new Used(5_001, 5_001, 5_001), guard.Spent["USD"]);
        Assert.Equal(new Used(30, 30, 30), guard.Entries);
        await town.Node.Audit();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Lower_holds_at_once_higher_waits_and_can_be_taken_back(DatabaseKind kind)
    {
        await using var town = await Town.Start(kind);
        var person = Ids.New();
        var day = TimeSpan.FromHours(24);
        Assert.Null((await town.Change(person, new SetLimit(LimitPeriod.Month, "KZT", 500, day))).Value.HoldsAt);
        Assert.Null((await town.Change(person, new SetLimit(LimitPeriod.Month, "KZT", 300, day))).Value.HoldsAt);
        Assert.Equal("protection.spend_limit", await town.Try(person, 301));

        Assert.Equal(town.Time.GetUtcNow() + day, (await town.Change(person, new SetLimit(LimitPeriod.Month, "KZT", 400, day))).Value.HoldsAt);
        Assert.Equal("protection.spend_limit", await town.Try(person, 301));
        _ = (await town.Change(person, new KeepLimit(LimitPeriod.Month, "KZT"))).Value;
        town.Time.Advance(day);
        Assert.Equal("protection.spend_limit", await town.Try(person, 301));
        Assert.Equal("protection.nothing_waits", (await town.Change(person, new KeepLimit(LimitPeriod.Month, "KZT"))).Refusal?.Code);

        // Taken off altogether: also only after the wait. A lower one meanwhile ends it.
        Assert.NotNull((await town.Change(person, new SetLimit(LimitPeriod.Month, "KZT", null, day))).Value.HoldsAt);
        Assert.Null((await town.Change(person, new SetLimit(LimitPeriod.Month, "KZT", 200, day))).Value.HoldsAt);
        town.Time.Advance(day);
        Assert.Equal("protection.spend_limit", await town.Try(person, 201));
        Assert.NotNull((await town.Change(person, new SetLimit(LimitPeriod.Month, "KZT", null, day))).Value.HoldsAt);
        town.Time.Advance(day - TimeSpan.FromMilliseconds(1));
        Assert.Equal("protection.spend_limit", await town.Try(person, 201));
        town.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(await town.Try(person, 201));
        Assert.Equal("protection.limit_invalid", (await town.Change(person, new SetLimit(LimitPeriod.Month, "KZT", -1, day))).Refusal?.Code);
        Assert.Equal("protection.limit_invalid", (await town.Change(person, new SetLimit(LimitPeriod.Day, "XXXX", 1, day))).Refusal?.Code);
        Assert.Equal("protection.limit_invalid", (await town.Change(person, new SetLimit(LimitPeriod.Day, null, null, day))).Refusal?.Code);
        var changes = await town.Guards.Changes(person, TestContext.Current.CancellationToken);
        Assert.Equal(("spend KZT a month", "200", null), (changes[0].What, changes[0].Before, changes[0].After));
        Assert.Equal(7, changes.Count);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_break_and_an_exclusion_hold_to_the_end_and_are_never_made_shorter(DatabaseKind kind)
    {
        await using var town = await Town.Start(kind);
        var (resting, gone) = (Ids.New(), Ids.New());
        var now = town.Time.GetUtcNow();
        _ = (await town.Change(resting, new TakeBreak(now.AddDays(2)))).Value;
        _ = (await town.Change(gone, new Exclude(now.AddMonths(6)))).Value;
        Assert.Equal("protection.cannot_shorten", (await town.Change(resting, new TakeBreak(now.AddDays(1)))).Refusal?.Code);
        Assert.Equal("protection.cannot_shorten", (await town.Change(gone, new Exclude(now.AddMonths(5)))).Refusal?.Code);
        Assert.Equal(("protection.on_break", "protection.excluded"), (await town.Try(resting, 1), await town.Try(gone, 1)));
        Assert.Equal(("protection.on_break", "protection.excluded"), (await town.Deposit(resting), await town.Deposit(gone)));
        town.Time.MoveTo(now.AddDays(2));
        Assert.Null(await town.Try(resting, 1));
        town.Time.MoveTo(now.AddMonths(6).AddMilliseconds(-1));
        Assert.Equal("protection.excluded", await town.Try(gone, 1));
        town.Time.MoveTo(now.AddMonths(6));
        Assert.Null(await town.Try(gone, 1));
        Assert.Null(await town.Deposit(gone));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Who_works_for_the_seller_or_the_market_buys_nothing_there(DatabaseKind kind)
    {
        await using var town = await Town.Start(kind);
        var (clerk, boss) = (Ids.New(), Ids.New());
        _ = (await town.Change(clerk, new BarFrom([Shop]))).Value;
        _ = (await town.Change(boss, new BarFrom([Guid.Empty]))).Value;
        Assert.Equal(("protection.insider", "protection.insider"), (await town.Try(clerk, 1), await town.Try(boss, 1)));
        Assert.Null(await town.Try(clerk, 1, seller: Ids.New()));
        Assert.Equal("protection.insider", await town.Try(boss, 1, seller: Ids.New()));
        Assert.Equal([Shop], (await town.Guards.AllBarred(TestContext.Current.CancellationToken))[clerk]);
        _ = (await town.Change(clerk, new BarFrom([]))).Value;
        Assert.Null(await town.Try(clerk, 1));
    }

    public static TheoryData<AgeProof, int, bool, AgeProof, int, string?> Ages => new()
    {
        // Shown, for the age of, already of age, demanded, minimum, refusal
        { AgeProof.Unknown, 0, false, AgeProof.Unknown, 18, null },
        { AgeProof.Unknown, 0, false, AgeProof.Declared, 18, "protection.age_unknown" },
        { AgeProof.Unknown, 0, false, AgeProof.Checked, 18, "protection.age_unknown" },
        { AgeProof.Declared, 18, true, AgeProof.Declared, 18, null },
        { AgeProof.Declared, 18, false, AgeProof.Declared, 18, "protection.under_age" },
        { AgeProof.Declared, 18, false, AgeProof.Unknown, 18, "protection.under_age" },
        { AgeProof.Declared, 18, true, AgeProof.Checked, 18, "protection.age_unchecked" },
        { AgeProof.Checked, 18, true, AgeProof.Checked, 18, null },
        { AgeProof.Checked, 18, true, AgeProof.Checked, 19, "protection.age_unknown" },
        { AgeProof.Declared, 21, true, AgeProof.Declared, 18, null },
    };

    [Theory, MemberData(nameof(Ages))]
    public async Task The_age_that_is_demanded_is_the_age_that_was_shown(AgeProof shown, int rule, bool ofAge, AgeProof demanded, int minimum, string? refusal)
    {
        await using var town = await Town.Start(DatabaseKind.Sqlite);
        var person = Ids.New();
        var born = town.Time.GetUtcNow();
        if (shown != AgeProof.Unknown) _ = (await town.Change(person, new ShowAge(shown, rule, ofAge ? born : born.AddDays(1)))).Value;
        Assert.Equal(refusal, await town.Try(person, 1, terms: new GuardTerms(minimum, demanded, 0)));
        // What is no chance has no age gate here.
        Assert.Null(await town.Try(person, 1, 0, terms: new GuardTerms(minimum, demanded, 0)));
        if (refusal != "protection.under_age") return;
        // And the birthday comes.
        town.Time.Advance(TimeSpan.FromDays(1));
        Assert.Null(await town.Try(person, 1, terms: new GuardTerms(minimum, demanded, 0)));
    }

    [Theory]
    [InlineData("2026-06-01T18:59:59Z", LimitPeriod.Day, "2026-06-01T19:00:00Z")]
    [InlineData("2026-06-01T19:00:00Z", LimitPeriod.Day, "2026-06-02T19:00:00Z")]
    [InlineData("2026-06-07T18:59:59Z", LimitPeriod.Week, "2026-06-07T19:00:00Z")]
    [InlineData("2026-06-07T19:00:00Z", LimitPeriod.Week, "2026-06-14T19:00:00Z")]
    [InlineData("2026-12-31T18:59:59Z", LimitPeriod.Month, "2026-12-31T19:00:00Z")]
    [InlineData("2026-12-31T19:00:00Z", LimitPeriod.Month, "2027-01-31T19:00:00Z")]
    public async Task A_period_ends_at_local_midnight_and_the_count_begins_anew(string at, LimitPeriod period, string ends)
    {
        await using var town = await Town.Start(DatabaseKind.Sqlite);
        var (start, end) = (DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture), DateTimeOffset.Parse(ends, System.Globalization.CultureInfo.InvariantCulture));
        town.Time.MoveTo(start);
        var (person, almaty) = (Ids.New(), Open with { DayOffsetMinutes = 300 });
        await town.Change(person, new SetLimit(period, "KZT", 100, TimeSpan.FromHours(24)));
        Assert.Null(await town.Try(person, 100, terms: almaty));
        Assert.Equal(end, Periods.EndOf(period, start, 300));
        town.Time.MoveTo(end.AddMilliseconds(-1));
        Assert.Equal("protection.spend_limit", await town.Try(person, 1, terms: almaty));
        town.Time.MoveTo(end);
        Assert.Null(await town.Try(person, 100, terms: almaty));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_change_stays_on_record_and_erasing_leaves_what_protects(DatabaseKind kind)
    {
        await using var town = await Town.Start(kind);
        var person = Ids.New();
        var until = town.Time.GetUtcNow().AddMonths(6);
        _ = (await town.Change(person, new Exclude(until))).Value;
        _ = (await town.Change(person, new ShowAge(AgeProof.Declared, 18, town.Time.GetUtcNow().AddYears(1)))).Value;
        foreach (var sql in new[] { "update ledger_guard_change set after = ''", "delete from ledger_guard_change" }) Assert.NotNull(await Record.ExceptionAsync(() => town.Sql(sql)));
        _ = (await town.Change(person, new ForgetGuard())).Value;
        var guard = await town.Guards.Of(person, 0, TestContext.Current.CancellationToken);
        Assert.Equal((AgeProof.Unknown, null, until), (guard.Age, guard.OfAgeAt, guard.ExcludedUntil));
    }

    /// <summary>A sale that asks the guard and moves nothing.</summary>
    private sealed record Sell(CommandKey Key, GuardedPurchase What) : IHotCommand;

    private sealed record Bring(CommandKey Key, Guid Person) : IHotCommand;

    private sealed record Fine(string Yes);

    private sealed class SellRule : HotRule<Sell, Fine>
    {
        public override void Needs(Sell command, LoadPlan plan) => plan.Guard(command.What.Person);

        public override Decision Decide(Sell command, GroupState state, DateTimeOffset now) =>
            Guarding.Check(state, command.What, now) is { } refusal ? Refuse(refusal) : Accept(new Fine("sold")).Count(state, command.What, now);
    }

    private sealed class BringRule : HotRule<Bring, Fine>
    {
        public override void Needs(Bring command, LoadPlan plan) => plan.Guard(command.Person);

        public override Decision Decide(Bring command, GroupState state, DateTimeOffset now) =>
            Guarding.CheckDeposit(state, command.Person, now) is { } refusal ? Refuse(refusal) : Accept(new Fine("brought"));
    }

    private sealed class Town(TestDatabase database, LedgerFixture node, SettableTime time) : IAsyncDisposable
    {
        public LedgerFixture Node => node;

        public SettableTime Time => time;

        public GuardReader Guards => node.Services.GetRequiredService<GuardReader>();

        public static async Task<Town> Start(DatabaseKind kind)
        {
            var (database, time) = (await TestDatabase.Create(kind), new SettableTime());
            return new Town(database, await LedgerFixture.Start(database.Database, services => services.AddSingleton<HotRule, SellRule>().AddSingleton<HotRule, BringRule>(), time: time), time);
        }

        public Task<HotResult<GuardChanged>> Change(Guid person, GuardChange change) => node.Submit<GuardChanged>(ChangeGuard.Once(person, person, change));

        /// <summary>The refusal's code, or null where it was sold.</summary>
        public async Task<string?> Try(Guid person, long amount, int entries = 1, string asset = "KZT", Guid? seller = null, GuardTerms? terms = null) =>
            (await node.Submit<Fine>(new Sell(CommandKey.System("t", Ids.New().ToString()), new GuardedPurchase(person, seller ?? Shop, asset, amount, entries, terms ?? Open)))).Refusal?.Code;

        public async Task<string?> Deposit(Guid person) => (await node.Submit<Fine>(new Bring(CommandKey.System("t", Ids.New().ToString()), person))).Refusal?.Code;

        public async Task Sql(string sql)
        {
            await using var connection = await database.Database.OpenAsync(CancellationToken.None);
            await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The test's own text.
            command.CommandText = sql;
#pragma warning restore CA2100
            await command.ExecuteNonQueryAsync();
        }

        public async ValueTask DisposeAsync()
        {
            await node.DisposeAsync();
            await database.DisposeAsync();
        }
    }
}
