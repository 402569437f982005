namespace Fairground.Testing;

/// <summary>The real clock, moved ahead by as much as a test says. Timers run in real time, so that a whole server can be taken a week on in one step without living through it.</summary>
public sealed class ShiftedTime : TimeProvider
{
    private long aheadTicks;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Interlocked.Read(ref aheadTicks));

    /// <summary>Moves the clock on.</summary>
    public void Advance(TimeSpan by) => Interlocked.Add(ref aheadTicks, by.Ticks);
}
