using Fairground.Identity.SendCodes;

namespace Fairground.Identity.Register;

/// <summary>Someone on the way in: a contact that must prove itself with a one-time code (C-03).</summary>
internal sealed class Registration : OneTimeCode
{
    public required string DisplayName { get; init; }

    /// <summary>The version of the words to which the use of the mobile number was agreed (C-27); null for an e-mail address.</summary>
    public int? NumberWording { get; init; }
}
