namespace Fairground.Testing;

/// <summary>A clock that stands still until a test moves it. Timers (and with them <c>Task.Delay</c> on this clock) fire as it is advanced past them, in order. Safe for many threads.</summary>
public sealed class SettableTime(DateTimeOffset start) : TimeProvider
{
    private readonly Lock guard = new();
    private readonly List<SettableTimer> timers = [];
    private DateTimeOffset now = start;

    /// <summary>Starts at noon UTC on 1 June 2026.</summary>
    public SettableTime()
        : this(new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero))
    {
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (guard) return now;
    }

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    /// <summary>Moves the clock on, firing what falls due on the way at its own instant.</summary>
    public void Advance(TimeSpan by) => MoveTo(GetUtcNow() + by);

    /// <summary>Moves the clock to an instant. Backwards is allowed, as real clocks do it; nothing fires then.</summary>
    public void MoveTo(DateTimeOffset instant)
    {
        while (true)
        {
            SettableTimer? due;
            lock (guard)
            {
                due = timers.Where(t => t.Due <= instant).MinBy(t => t.Due);
                if (due is null)
                {
                    now = instant;
                    return;
                }
                if (due.Due > now) now = due.Due;
                due.Rearm(now);
            }
            // Outside the lock: a callback may read the clock or set timers.
            due.Fire();
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SettableTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class SettableTimer(SettableTime clock, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan period = Timeout.InfiniteTimeSpan;

        public DateTimeOffset Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock.guard)
            {
                clock.timers.Remove(this);
                this.period = period;
                if (dueTime == Timeout.InfiniteTimeSpan) return true;
                Due = clock.now + dueTime;
                clock.timers.Add(this);
            }
            // A timer that is due at once must not wait for somebody to touch the clock.
            if (dueTime == TimeSpan.Zero) clock.MoveTo(clock.GetUtcNow());
            return true;
        }

        public void Rearm(DateTimeOffset at)
        {
            if (period <= TimeSpan.Zero) clock.timers.Remove(this);
            else Due = at + period;
        }

        public void Fire() => callback(state);

        public void Dispose()
        {
            lock (clock.guard) clock.timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
