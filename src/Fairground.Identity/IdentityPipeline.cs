using Fairground.Identity.ActAs;
using Fairground.Identity.ChooseLanguage;
using Fairground.Identity.KeepAudit;
using Microsoft.AspNetCore.Builder;

namespace Fairground.Identity;

/// <summary>What Identity adds to the way of a request.</summary>
public static class IdentityPipeline
{
    /// <summary>Speaks to each reader in their language. After authentication, because it looks at the choice that is kept with the person.</summary>
    public static IApplicationBuilder UseReadersLanguage(this IApplicationBuilder app) => app.UseRequestLocalization().UseMiddleware<LanguageHeaders>();

    /// <summary>Records what operators change, and keeps those who act as somebody from money and the ways in. After authentication and routing.</summary>
    public static IApplicationBuilder UseOperatorTrail(this IApplicationBuilder app) => app.UseMiddleware<OperatorTrail>().UseMiddleware<ActingGate>();
}
