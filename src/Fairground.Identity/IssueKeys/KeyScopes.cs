using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace Fairground.Identity.IssueKeys;

/// <summary>A key may call what declares a permission that it has, and nothing else: no page, and no call that declares none.</summary>
internal sealed class KeyMayCall : AuthorizationHandler<KeyMayCall>, IAuthorizationRequirement
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, KeyMayCall requirement)
    {
        if (!context.User.IsProgram() || (context.Resource is HttpContext http && http.GetEndpoint()?.Metadata.GetMetadata<PermissionRule>() is { Permission.ForPrograms: true } rule && context.User.HasClaim(FairgroundClaims.Scope, rule.Permission.Code)))
            context.Succeed(requirement);
        return Task.CompletedTask;
    }
}
