namespace Fairground.Draws;

/// <summary>Places at which a test may kill the process, to show that a draw resumes to the same winners. Without <c>FAIRGROUND_FAILPOINT</c> they do nothing.</summary>
internal static class Failpoint
{
    private static readonly string? Wanted = Environment.GetEnvironmentVariable("FAIRGROUND_FAILPOINT");

    /// <summary>Ends the process at once, without any clean-up, where the environment names this point.</summary>
    public static void Hit(string name)
    {
        if (Wanted is not null && Wanted == name) Environment.FailFast($"Failpoint {name}");
    }
}
