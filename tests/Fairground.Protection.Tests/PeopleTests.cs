using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Storage;
using Fairground.Ledger.GroupCommit;
using Fairground.Ledger.Protection;
using Fairground.Protection.ChooseJurisdiction;
using Fairground.Protection.ExcludeInsiders;
using Fairground.Protection.SeeSignals;
using Fairground.Protection.SetLimits;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Protection.Tests;

/// <summary>Households, signs of harm, and the choice of a place, on both engines.</summary>
public sealed class PeopleTests
{
    private static readonly Guid Shop = Ids.Derive("test/shop", "a");

    public static TheoryData<DatabaseKind> Engines => Town.Engines;

    private static CancellationToken Ct => Town.Ct;

    [Theory, MemberData(nameof(Engines))]
    public async Task Who_lives_with_staff_is_kept_out_like_them_and_nobody_further(DatabaseKind kind)
    {
        await using var town = await Town.Start(kind);
        var (clerk, wife, cousin, stranger) = (Ids.New(), Ids.New(), Ids.New(), Ids.New());
        (town.Known["wife"], town.Known["cousin"], town.Working[clerk]) = (wife, cousin, [Shop]);
        Assert.Null(await town.In<Households, Refusal?>(h => h.Declare(clerk, "wife", Ct)));
        Assert.Null(await town.In<Households, Refusal?>(h => h.Declare(wife, "cousin", Ct)));
        // Nobody is told that this one has no account.
        Assert.Null(await town.In<Households, Refusal?>(h => h.Declare(stranger, "nobody", Ct)));

        Assert.Equal([Shop], (await town.Guard(clerk)).Barred);
        Assert.Equal([Shop], (await town.Guard(wife)).Barred);
        Assert.Empty((await town.Guard(cousin)).Barred);
        var links = await town.In<Households, IReadOnlyList<HouseholdMember>>(h => h.Of(wife, Ct));
        Assert.Equal([false, true], links.Select(l => l.Mine));

        // Only who declared a link ends it; then the other is free again.
        Assert.Equal("protection.link_not_found", (await town.In<Households, Refusal?>(h => h.End(wife, links[0].LinkId, Ct)))?.Code);
        Assert.Null(await town.In<Households, Refusal?>(h => h.End(clerk, links[0].LinkId, Ct)));
        Assert.Empty((await town.Guard(wife)).Barred);
        // A new job is written by the next round, a lost one too.
        town.Working.Remove(clerk);
        town.Working[stranger] = [Guid.Empty];
        Assert.True(await town.Node.Services.GetRequiredService<InsiderBars>().Apply(Ct));
        Assert.False(await town.Node.Services.GetRequiredService<InsiderBars>().Apply(Ct));
        Assert.Empty((await town.Guard(clerk)).Barred);
        Assert.Equal([Guid.Empty], (await town.Guard(stranger)).Barred);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_household_is_not_endless(DatabaseKind kind)
    {
        await using var town = await Town.Start(kind);
        var person = Ids.New();
        for (var i = 0; i < 20; i++)
        {
            town.Known[$"{i}"] = Ids.New();
            Assert.Null(await town.In<Households, Refusal?>(h => h.Declare(person, $"{i}", Ct)));
        }
        Assert.Equal("protection.household_full", (await town.In<Households, Refusal?>(h => h.Declare(person, "0", Ct)))?.Code);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Plain_rules_find_who_chases_plays_at_night_and_raises_limits(DatabaseKind kind)
    {
        await using var town = await Town.Start(kind);
        var (chaser, owl, raiser, calm) = (Ids.New(), Ids.New(), Ids.New(), Ids.New());
        // Noon in June, so 17:00 in the demo's place. Top-ups count after spending only: 4 top-ups are 3 signs of it, the threshold.
        for (var i = 0; i < 4; i++)
        {
            await town.TopsUp(chaser);
            await town.Spends(chaser);
        }
        for (var i = 0; i < 4; i++) await town.TopsUp(calm);
        for (var i = 0; i < 2; i++) _ = (await town.Node.Submit<GuardChanged>(ChangeGuard.Once(raiser, raiser, new SetLimit(LimitPeriod.Day, null, i == 0 ? 5 : 1, TimeSpan.FromHours(24))))).Value;
        for (var i = 2; i < 4; i++) _ = (await town.Node.Submit<GuardChanged>(ChangeGuard.Once(raiser, raiser, new SetLimit(LimitPeriod.Day, null, i * 5, TimeSpan.FromHours(24))))).Value;
        for (var i = 0; i < 10; i++) await town.TopsUp(owl);
        // 19:00 UTC is midnight there.
        town.Time.MoveTo(new DateTimeOffset(2026, 6, 1, 18, 59, 59, TimeSpan.Zero));
        await town.Spends(owl);
        town.Time.MoveTo(new DateTimeOffset(2026, 6, 1, 19, 0, 0, TimeSpan.Zero));
        for (var i = 0; i < 9; i++) await town.Spends(owl);
        await Look(town);
        Assert.Equal([("chasing", chaser, 3), ("raised-limits", raiser, 2)], Of(await Open(town)));
        // Whoever stands on the list sees that it was looked at.
        Assert.Contains((chaser, Shop, "signs"), town.Looks);

        await town.TopsUp(owl);
        await town.Spends(owl);
        await Look(town);
        Assert.Equal([("chasing", chaser, 3), ("night", owl, 10), ("raised-limits", raiser, 2)], Of(await Open(town)));

        var night = (await Open(town)).Single(s => s.Kind == "night");
        Assert.Equal("protection.answer_invalid", (await town.In<SignalBook, Refusal?>(b => b.Answer(night.SignalId, Shop, "ok", Ct)))?.Code);
        Assert.Null(await town.In<SignalBook, Refusal?>(b => b.Answer(night.SignalId, Shop, "Called, offered a break.", Ct)));
        Assert.Equal("protection.signal_not_found", (await town.In<SignalBook, Refusal?>(b => b.Answer(night.SignalId, Shop, "Called again.", Ct)))?.Code);
        // The same nights are not told twice; a new one is.
        await Look(town);
        Assert.Equal(2, (await Open(town)).Count);
        town.Time.Advance(TimeSpan.FromMinutes(1));
        await town.TopsUp(owl);
        await town.Spends(owl);
        await Look(town);
        Assert.Equal(3, (await Open(town)).Count);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_birth_date_is_said_once_and_not_kept(DatabaseKind kind)
    {
        await using var town = await Town.Start(kind, pack: null);
        var (person, clerk) = (Ids.New(), Ids.New());
        Task<Refusal?> Says(string date, AgeProof proof = AgeProof.Declared) => town.In<PersonLimits, Refusal?>(l => l.ShowAge(person, proof == AgeProof.Checked ? clerk : person, proof, date, Ct));

        Assert.Equal("jurisdiction.not_chosen", (await Says("1990-01-01"))?.Code);
        Assert.Equal("jurisdiction.unknown", (await town.In<JurisdictionBook, Result<Jurisdiction>>(b => b.Choose("atlantis", null, null, Ct))).Refusal?.Code);
        Assert.Equal("jurisdiction.licence_invalid", (await town.In<JurisdictionBook, Result<Jurisdiction>>(b => b.Choose("kz", new string('x', 201), null, Ct))).Refusal?.Code);
        _ = (await town.In<JurisdictionBook, Result<Jurisdiction>>(b => b.Choose("kz", null, null, Ct))).Value;
        foreach (var wrong in new[] { "", "01.02.1990", "2026-06-02", "1890-01-01" }) Assert.Equal("protection.birth_date_invalid", (await Says(wrong))?.Code);
        Assert.Null(await Says("2010-01-01"));
        Assert.Equal("protection.age_known", (await Says("1990-01-01"))?.Code);
        Assert.Equal(("declared", false), await Shown(town, person));
        // A document tells better.
        Assert.Null(await Says("1990-01-01", AgeProof.Checked));
        Assert.Equal(("checked", true), await Shown(town, person));
        Assert.Equal(town.Time.GetUtcNow(), (await town.Guard(person)).OfAgeAt);
        // Where the age is higher, the older word does not do.
        _ = (await town.In<JurisdictionBook, Result<Jurisdiction>>(b => b.Choose("kr", null, null, Ct))).Value;
        Assert.Equal(("unknown", null), await Shown(town, person));
        Assert.Equal(["kr", "kz"], (await town.In<JurisdictionBook, IReadOnlyList<ChosenPack>>(b => b.History(Ct))).Select(c => c.Pack));
    }

    private static async Task<(string, bool?)> Shown(Town town, Guid person)
    {
        var mine = await town.In<PersonLimits, ProtectionOfMine>(l => l.Find(person, Ct));
        return (mine.AgeShown, mine.OfAge);
    }

    private static Task<int> Look(Town town) => town.In<SignalBook, int>(async b =>
    {
        await b.Look(Ct);
        return 0;
    });

    private static Task<IReadOnlyList<SignalInfo>> Open(Town town) => town.In<SignalBook, IReadOnlyList<SignalInfo>>(b => b.List(false, Shop, Ct));

    private static IEnumerable<(string, Guid, int)> Of(IReadOnlyList<SignalInfo> signals) => signals.Select(s => (s.Kind, s.PersonId, s.Figure)).OrderBy(s => s.Kind, StringComparer.Ordinal);
}
