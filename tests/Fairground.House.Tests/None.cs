using Xunit;

namespace Fairground.House.Tests;

/// <summary>Asserts that a rule has no exceptions, and names every one where it has.</summary>
internal static class None
{
    public static void Of<T>(IEnumerable<T> found)
    {
        var all = found.Select(f => $"{f}").ToList();
        if (all.Count > 0) Assert.Fail($"{all.Count} found:\n  {string.Join("\n  ", all)}");
    }
}
