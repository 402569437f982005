namespace Fairground.Catalog.SyncFeeds;

/// <summary>When a source that failed is tried again: soon, then later and later. Pure.</summary>
internal static class BackOff
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(6);
    private static readonly TimeSpan LongestAsked = TimeSpan.FromDays(1);

    /// <summary>1, 2, 4 … minutes, up to six hours or the source's own interval, whichever is longer; never sooner than the source asks, up to a day.</summary>
    /// <param name="failures">Failures in a row, this one among them.</param>
    public static TimeSpan After(int failures, TimeSpan interval, TimeSpan? asked)
    {
        var most = interval > Longest ? interval : Longest;
        var wait = TimeSpan.FromMinutes(Math.Pow(2, Math.Clamp(failures - 1, 0, 16)));
        if (wait > most) wait = most;
        if (asked is not { } least) return wait;
        if (least > LongestAsked) least = LongestAsked;
        return least > wait ? least : wait;
    }
}
