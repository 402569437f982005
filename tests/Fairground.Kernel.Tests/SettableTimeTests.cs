using Fairground.Testing;
using Xunit;

namespace Fairground.Kernel.Tests;

public sealed class SettableTimeTests
{
    [Fact]
    public async Task A_delay_ends_when_the_clock_passes_it_and_not_before()
    {
        var time = new SettableTime();
        var delay = Task.Delay(TimeSpan.FromMinutes(5), time);
        time.Advance(TimeSpan.FromMinutes(4));
        Assert.False(delay.IsCompleted);
        time.Advance(TimeSpan.FromMinutes(1));
        await delay.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void Timers_fire_in_order_each_at_its_own_instant()
    {
        var time = new SettableTime();
        var start = time.GetUtcNow();
        var fired = new List<(string, TimeSpan)>();
        using var late = time.CreateTimer(_ => fired.Add(("late", time.GetUtcNow() - start)), null, TimeSpan.FromSeconds(25), Timeout.InfiniteTimeSpan);
        using var often = time.CreateTimer(_ => fired.Add(("often", time.GetUtcNow() - start)), null, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10));
        time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal([("often", TimeSpan.FromSeconds(10)), ("often", TimeSpan.FromSeconds(20)), ("late", TimeSpan.FromSeconds(25)), ("often", TimeSpan.FromSeconds(30))], fired);
        Assert.Equal(start + TimeSpan.FromSeconds(30), time.GetUtcNow());
    }
}
