using Fairground.Kernel;

namespace Fairground.Identity;

/// <summary>What a session began with.</summary>
internal enum SignInMethod
{
    /// <summary>Before methods were written down.</summary>
    Unknown = 0,
    Password = 1,
    Code = 2,
    Passkey = 3,
    Registration = 4,
    Recovery = 5,

    /// <summary>Another provider's word, for an account that is connected to it.</summary>
    Outside = 6,
}

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
    public required string Stamp { get; set; }

    /// <summary>What the device called itself, for the person's own list.</summary>
    public required string Agent { get; init; }

    /// <summary>Where the device was, roughly, when it was last seen.</summary>
    public string Place { get; set; } = "";

    public SignInMethod Method { get; init; }

    /// <summary>When the person last proved to be the account's owner in this session: not by a code alone, and by the second step where there is one.</summary>
    public DateTimeOffset? StrongAt { get; set; }

    public DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset UsedAt { get; set; }

    public DateTimeOffset ExpiresAt { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    public static Session Of(FairgroundUser user, Caller caller, SignInMethod method, DateTimeOffset now) => new()
    {
        Id = Ids.New(),
        UserId = user.Id,
        Stamp = user.SecurityStamp!,
        Agent = Short(caller.Agent),
        Place = caller.Place,
        Method = method,
        StrongAt = method is SignInMethod.Code or SignInMethod.Recovery or SignInMethod.Outside ? null : now,
        StartedAt = now,
        UsedAt = now,
        ExpiresAt = now + Life,
    };

    /// <summary>A device's name for itself, cut where it is too long to keep.</summary>
    public static string Short(string agent) => agent.Length <= LongestAgent ? agent : agent[..LongestAgent];

    public bool IsAlive(FairgroundUser user, DateTimeOffset now) =>
        EndedAt is null && now < ExpiresAt && user.BlockedAt is null && user.JoinedTo is null && user.SecurityStamp == Stamp;
}
