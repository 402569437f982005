using Fairground.Identity.SendCodes;

namespace Fairground.Identity.Register;

/// <summary>Someone on the way in: a contact that must prove itself with a one-time code (C-03).</summary>
internal sealed class Registration : OneTimeCode
{
    public required string DisplayName { get; init; }
}
