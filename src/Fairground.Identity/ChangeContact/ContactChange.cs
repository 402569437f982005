using Fairground.Kernel.Contracts;

namespace Fairground.Identity.ChangeContact;

/// <summary>What became of a change of contact.</summary>
internal enum ChangeOutcome
{
    Pending = 0,
    Done = 1,
    Cancelled = 2,

    /// <summary>Somebody else had proved the new contact by then.</summary>
    Taken = 3,
}

/// <summary>A change of contact on its way: proved at the new contact, told to the old one, and waiting so that the owner can stop it.</summary>
internal sealed class ContactChange
{
    /// <summary>How long the old contact has to say no.</summary>
    public static readonly TimeSpan Delay = TimeSpan.FromHours(72);

    public Guid Id { get; init; }

    public Guid UserId { get; init; }

    public required string OldContact { get; init; }

    public ContactChannel OldChannel { get; init; }

    public required string NewContact { get; init; }

    public ContactChannel NewChannel { get; init; }

    /// <summary>Of the token in the cancelling link.</summary>
    public required byte[] CancelHash { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset DueAt { get; init; }

    public DateTimeOffset? EndedAt { get; set; }

    public ChangeOutcome Outcome { get; set; }
}
