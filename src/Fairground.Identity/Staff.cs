using Fairground.Kernel.Contracts;

namespace Fairground.Identity;

/// <summary>Someone who works for a shop.</summary>
internal sealed class StaffMember
{
    public Guid ShopId { get; init; }

    public Guid UserId { get; init; }

    public ShopRole Role { get; set; }

    public DateTimeOffset Since { get; init; }
}

/// <summary>A role that waits for a contact to register.</summary>
internal sealed class Invitation
{
    public Guid ShopId { get; init; }

    public required string Contact { get; init; }

    public ShopRole Role { get; set; }

    public Guid InvitedBy { get; set; }

    public DateTimeOffset At { get; set; }
}
