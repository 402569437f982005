using System.Diagnostics;
using Xunit;

namespace Fairground.Testing;

/// <summary>Waits for what must come true by itself, and no longer than it may take.</summary>
public static class Eventually
{
    /// <summary>Fails unless the condition holds within the time; asks every 20 ms.</summary>
    public static async Task Holds(Func<Task<bool>> condition, TimeSpan within, string what)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(started) > within) Assert.Fail($"Not within {within.TotalSeconds:0.#} s: {what}");
            await Task.Delay(20);
        }
    }
}
