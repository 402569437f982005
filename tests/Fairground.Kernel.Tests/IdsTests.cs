using Xunit;

namespace Fairground.Kernel.Tests;

public sealed class IdsTests
{
    [Fact]
    public void Each_new_id_is_a_version_7_above_the_one_before()
    {
        var ids = Enumerable.Range(0, 20_000).Select(_ => Ids.New()).ToList();
        Assert.All(ids, id => Assert.Equal(7, id.Version));
        Assert.All(ids, id => Assert.InRange(id.Variant, 8, 11));
        Assert.Equal(ids.Select(id => id.ToString()).Order(StringComparer.Ordinal), ids.Select(id => id.ToString()));
    }

    [Fact]
    public async Task Threads_never_get_the_same_id()
    {
        var ids = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Enumerable.Range(0, 20_000).Select(_ => Ids.New()).ToList())));
        Assert.Equal(80_000, ids.SelectMany(i => i).Distinct().Count());
    }

    [Fact]
    public void The_same_parts_derive_the_same_id()
    {
        // SHA-256 of "a\nb", first 16 bytes with version 8 and variant bits: computed with another program.
        Assert.Equal(Guid.Parse("7e18f737-311b-8dc3-b2f2-69dd78396b03"), Ids.Derive("a", "b"));
        Assert.Equal(Ids.Derive("a", "b"), Ids.Derive("a", "b"));
        Assert.NotEqual(Ids.Derive("a", "b"), Ids.Derive("ab"));
        Assert.Equal(Ids.Derive(new string('я', 400), "b"), Ids.Derive(new string('я', 400), "b"));
    }
}
