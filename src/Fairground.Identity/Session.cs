using Fairground.Kernel;

namespace Fairground.Identity;

/// <summary>One signed-in device. Its tokens carry its id; ending the row ends them all.</summary>
internal sealed class Session
{
    /// <summary>How long a session lives without being used.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromDays(30);

    private const int LongestAgent = 200;

    public Guid Id { get; init; }

    public Guid UserId { get; init; }

    /// <summary>Counts refresh tokens: only the newest may be used, an older one gives a thief away.</summary>
    public int Generation { get; set; }

    /// <summary>The account's security stamp at sign-in; a changed password makes the session stale.</summary>
    public required string Stamp { get; init; }

    /// <summary>What the device called itself, for the person's own list.</summary>
    public required string Agent { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset UsedAt { get; set; }

    public DateTimeOffset ExpiresAt { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    public static Session Of(FairgroundUser user, string? agent, DateTimeOffset now) => new()
    {
        Id = Ids.New(),
        UserId = user.Id,
        Stamp = user.SecurityStamp!,
        Agent = agent is null ? "" : agent.Length <= LongestAgent ? agent : agent[..LongestAgent],
        StartedAt = now,
        UsedAt = now,
        ExpiresAt = now + Life,
    };

    public bool IsAlive(FairgroundUser user, DateTimeOffset now) =>
        EndedAt is null && now < ExpiresAt && user.BlockedAt is null && user.SecurityStamp == Stamp;
}
