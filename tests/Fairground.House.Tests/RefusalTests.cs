using System.Globalization;
using System.Reflection;
using System.Text;
using Fairground.Kernel;
using Fairground.Ledger;
using Fairground.Server.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.House.Tests;

/// <summary>Refusals and movements are contracts: stable, unique, documented.</summary>
public sealed class RefusalTests
{
    [Fact]
    public void Every_refusal_is_documented()
    {
        var page = new StringBuilder();
        page.Append("# Refusals\n\nEvery way in which Fairground says no: the stable `code` of the problem document, the HTTP status, and the sentence.\n");
        page.Append("A request whose refusal is marked *may pass later* can be sent again unchanged. Made from the code by the tests.\n");
        foreach (var (room, refusals) in Rooms().Where(r => r.Refusals.Count > 0))
        {
            page.Append(CultureInfo.InvariantCulture, $"\n## {room}\n\n| Code | Status | Sentence | |\n|---|---|---|---|\n");
            foreach (var kind in refusals.OrderBy(k => k.Code, StringComparer.Ordinal))
                page.Append(CultureInfo.InvariantCulture, $"| `{kind.Code}` | {kind.Status} | {kind.Sentence.Replace("|", "\\|", StringComparison.Ordinal)} | {(kind.IsTransient ? "may pass later" : "")} |\n");
        }

        Repository.MustMatchCommitted("docs/reference/refusals.md", page.ToString());
    }

    [Fact]
    public void A_refusal_has_one_code_for_ever_a_fitting_status_and_a_plain_sentence()
    {
        var all = Rooms().SelectMany(r => r.Refusals).ToList();

        None.Of(all.GroupBy(k => k.Code).Where(g => g.Count() > 1).Select(g => g.Key));
        Assert.All(all, k => Assert.Matches("^[a-z][a-z0-9_-]*(\\.[a-z][a-z0-9_]*)+$", k.Code));
        Assert.All(all, k => Assert.True(k.Status is (>= 400 and <= 499) or 500 or 502 or 503, $"{k.Code}: {k.Status}"));
        Assert.All(all, k => Assert.True(k.Sentence.EndsWith('.') && !k.Sentence.Contains('!', StringComparison.Ordinal), $"{k.Code}: {k.Sentence}"));
    }

    [Fact]
    public void A_module_names_every_refusal_that_stands_in_its_code()
    {
        foreach (var module in Market.Modules)
        {
            var named = module.Refusals.Select(k => k.Code).ToHashSet();
            None.Of(Standing(module.GetType().Assembly).Select(k => k.Code).Where(c => !named.Contains(c)));
        }
    }

    [Fact]
    public void Every_movement_of_value_has_its_own_code_and_name_and_says_which_requirement_it_serves()
    {
        var configuration = new ConfigurationBuilder().Build();
        var services = new ServiceCollection();
        foreach (var module in Market.Modules) module.AddServices(services, configuration);
        var charts = services.Where(s => s.ServiceType == typeof(ILedgerChart))
            .Select(s => (ILedgerChart)(s.ImplementationInstance ?? Activator.CreateInstance(s.ImplementationType!, nonPublic: true)!)).ToList();

        var movements = charts.SelectMany(c => c.Movements).ToList();

        None.Of(movements.GroupBy(m => m.Code).Where(g => g.Count() > 1).Select(g => g.Key));
        None.Of(movements.GroupBy(m => m.Name).Where(g => g.Count() > 1).Select(g => g.Key));
        None.Of(charts.SelectMany(c => c.Purposes).GroupBy(p => p.Name).Where(g => g.Count() > 1).Select(g => g.Key));
        Assert.All(movements, m => Assert.Matches("^[CDMKS]-[0-9]{2}", m.Requirement));
        Assert.All(movements, m => Assert.Matches("^[a-z]+\\.[a-z_]+$", m.Name));
    }

    private static List<(string Room, IReadOnlyList<RefusalKind> Refusals)> Rooms() =>
    [
        .. Market.Modules.Select(m => (m.GetType().Assembly.GetName().Name!["Fairground.".Length..], m.Refusals)),
        ("Server", [.. Standing(typeof(Market).Assembly)]),
    ];

    // Refusal kinds kept in static fields, wherever in the assembly they stand.
    private static IEnumerable<RefusalKind> Standing(Assembly assembly) =>
        from type in assembly.GetTypes()
        where !type.ContainsGenericParameters
        from field in type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        where field.FieldType == typeof(RefusalKind)
        select (RefusalKind)field.GetValue(null)!;
}
