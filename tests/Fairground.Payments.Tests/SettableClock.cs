namespace Fairground.Payments.Tests;

/// <summary>A clock that stands where a test puts it. Timers run in real time.</summary>
internal sealed class SettableClock : TimeProvider
{
    private long milliseconds = new DateTimeOffset(2026, 11, 22, 9, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(Interlocked.Read(ref milliseconds));

    public void Advance(TimeSpan time) => Interlocked.Add(ref milliseconds, (long)time.TotalMilliseconds);
}
