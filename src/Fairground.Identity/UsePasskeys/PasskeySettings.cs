using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Fairground.Identity.UsePasskeys;

/// <summary>Passkeys belong to the market's own address, are found without a name, and are unlocked by their owner each time.</summary>
internal sealed class PasskeySettings(PublicAddress address) : IConfigureOptions<IdentityPasskeyOptions>
{
    public void Configure(IdentityPasskeyOptions options)
    {
        if (address.IsSet) options.ServerDomain = new Uri(address.Of()).Host;
        options.UserVerificationRequirement = "required";
        options.ResidentKeyRequirement = "required";
        options.AttestationConveyancePreference = "none";
        options.ValidateOrigin = context => ValueTask.FromResult(!context.CrossOrigin && IsOurs(context.Origin, context.HttpContext));
    }

    // The browser says at which address it is. Where the operator has named ours it must be that; else the one that was asked.
    private bool IsOurs(string origin, HttpContext http)
    {
        if (!Uri.TryCreate(origin, UriKind.Absolute, out var from)) return false;
        if (address.IsSet) return string.Equals(from.GetLeftPart(UriPartial.Authority), new Uri(address.Of()).GetLeftPart(UriPartial.Authority), StringComparison.OrdinalIgnoreCase);
        return string.Equals(from.Authority, http.Request.Host.Value, StringComparison.OrdinalIgnoreCase);
    }
}
