using System.Security.Claims;
using Fairground.Kernel.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Kernel.Http;

/// <summary>Who may call an endpoint. Declared on each one; a test calls every endpoint as every role.</summary>
public enum Access
{
    /// <summary>Anyone.</summary>
    Public,

    /// <summary>Anyone signed in.</summary>
    SignedIn,

    /// <summary>Staff or owner of the shop concerned, or an operator.</summary>
    ShopStaff,

    /// <summary>Owner of the shop concerned, or an operator.</summary>
    ShopOwner,

    /// <summary>An operator.</summary>
    Operator,

    /// <summary>Anyone in the organisation concerned, or an operator.</summary>
    Member,

    /// <summary>Owner of the organisation concerned, or an operator; the operator's own organisation is its owners' alone.</summary>
    OrganisationOwner,
}

/// <summary>The declaration, as endpoint metadata.</summary>
public sealed record AccessRule(Access Access);

/// <summary>The declaration that a call also needs a recent strong sign-in.</summary>
public sealed record RecentSignInRule;

/// <summary>
/// Something that may be done for an organisation. Declared once, by the module whose calls it opens; what roles may do, what a key or an application may be
/// allowed, the words of the consent page, the reference and the test of every call as every role are all made from it.
/// </summary>
/// <param name="Code">Stable, such as <c>goods.write</c>.</param>
/// <param name="Wording">What it lets one do, in a few plain words.</param>
/// <param name="Least">The least role that has it: <see cref="Access.ShopStaff"/>, <see cref="Access.ShopOwner"/>, <see cref="Access.Member"/> or <see cref="Access.OrganisationOwner"/>.</param>
/// <param name="ForPrograms">False where only a person may do it, never a key or an application.</param>
public sealed record Permission(string Code, string Wording, Access Least = Access.ShopStaff, bool ForPrograms = true);

/// <summary>The declaration that a call needs this permission.</summary>
public sealed record PermissionRule(Permission Permission);

/// <summary>Policies for pages: <c>@attribute [Authorize(Policy = Policies.Operator)]</c>. Identity registers them.</summary>
public static class Policies
{
    public const string Operator = "operator";

    /// <summary>Works for at least one shop, or is an operator; the page checks which.</summary>
    public const string Shop = "shop";
}

/// <summary>Claims that Identity issues and everyone reads.</summary>
public static class FairgroundClaims
{
    public const string Operator = "fairground:operator";

    public const string Session = "fairground:session";

    /// <summary>Present where the person works for at least one shop.</summary>
    public const string Shop = "fairground:shop";

    /// <summary>The id of the key that a program calls with.</summary>
    public const string Key = "fairground:key";

    /// <summary>The one organisation that the key is for.</summary>
    public const string KeyShop = "fairground:key-shop";

    /// <summary>The operator who acts as this person at the moment.</summary>
    public const string Acting = "fairground:acted-by";

    /// <summary>A permission of the key or application.</summary>
    public const string Scope = "fairground:scope";

    /// <summary>The application that calls for a person who allowed it.</summary>
    public const string Application = "fairground:application";

    /// <summary>True where a program calls, with a key or for a person, and not the person.</summary>
    public static bool IsProgram(this ClaimsPrincipal user) => user.HasClaim(c => c.Type is Key or Application);

    /// <summary>True where a program calls with a key of its own, for one organisation.</summary>
    public static bool IsKey(this ClaimsPrincipal user) => user.HasClaim(c => c.Type == Key);

    /// <summary>The signed-in person's id; throws where nobody is signed in.</summary>
    public static Guid UserId(this ClaimsPrincipal user) => user.TryUserId() ?? throw new InvalidOperationException("Nobody is signed in.");

    public static Guid? TryUserId(this ClaimsPrincipal user) =>
        user.Identity?.IsAuthenticated == true && Guid.TryParse(user.FindFirstValue(ClaimTypes.NameIdentifier), out var id) ? id : null;

    /// <summary>The operator who acts as this person, or null.</summary>
    public static Guid? ActedBy(this ClaimsPrincipal user) => Guid.TryParse(user.FindFirstValue(FairgroundClaims.Acting), out var id) ? id : null;

    public static bool IsOperator(this ClaimsPrincipal user) => user.HasClaim(Operator, "1");
}

/// <summary>Declares and enforces access.</summary>
public static class AccessExtensions
{
    /// <summary>Declares who may call this endpoint. Where the route has <c>{shopId}</c> or <c>{organisationId}</c>, the roles there are checked here; else the handler asks <c>MayAct</c> once it knows the shop.</summary>
    public static TBuilder WithAccess<TBuilder>(this TBuilder builder, Access access)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.WithMetadata(new AccessRule(access));
        if (access == Access.Public)
        {
            builder.AllowAnonymous();
            return builder;
        }
        builder.RequireAuthorization();
        if (access != Access.SignedIn) builder.AddEndpointFilter((context, next) => Check(access, context, next));
        return builder;
    }

    /// <summary>
    /// Declares that the caller must have proved to be the account's owner within the last minutes: for what a stolen session must not reach, such as
    /// payouts, a change of contact and the making of keys. Refuses with <c>access.confirm_identity</c> and <c>access.held</c>.
    /// </summary>
    public static TBuilder WithRecentSignIn<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.WithMetadata(new RecentSignInRule());
        builder.AddEndpointFilter(async (context, next) =>
        {
            var http = context.HttpContext;
            var refusal = await http.RequestServices.GetRequiredService<IRecentSignIn>().Check(http.User, http.RequestAborted);
            return refusal is null ? await next(context) : Problems.Of(refusal);
        });
        return builder;
    }

    /// <summary>Declares what the call lets one do. Keys and applications that were allowed it may make the call where the permission is <see cref="Permission.ForPrograms"/>; without this none may.</summary>
    public static TBuilder WithPermission<TBuilder>(this TBuilder builder, Permission permission)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new PermissionRule(permission));

    /// <summary>True where this person may act at that level for that shop.</summary>
    public static async ValueTask<bool> MayAct(this IShopAccess shops, ClaimsPrincipal user, Guid shopId, Access level, CancellationToken ct)
    {
        // A key acts for its one shop, whatever its maker may do elsewhere; that its maker still may is checked when it is read.
        if (user.IsKey()) return level is Access.ShopStaff or Access.ShopOwner && user.HasClaim(FairgroundClaims.KeyShop, shopId.ToString());
        if (user.IsOperator()) return true;
        if (user.TryUserId() is not { } userId) return false;
        var role = await shops.RoleAt(userId, shopId, ct);
        return level switch
        {
            Access.ShopStaff => role is not null,
            Access.ShopOwner => role == ShopRole.Owner,
            _ => false,
        };
    }

    /// <summary>True where this person may act at that level for that organisation.</summary>
    public static async ValueTask<bool> MayAct(this IOrganisations organisations, ClaimsPrincipal user, Guid organisationId, Access level, CancellationToken ct)
    {
        if (user.IsProgram() || user.TryUserId() is not { } userId) return false;
        var role = await organisations.RoleIn(userId, organisationId, ct);
        if (level switch { Access.Member => role is not null, Access.OrganisationOwner => role == ShopRole.Owner, _ => false }) return true;
        // An operator who could make others operators would need no owner.
        return user.IsOperator() && organisationId != OrganisationInfo.OperatorId && level is Access.Member or Access.OrganisationOwner;
    }

    private static async ValueTask<object?> Check(Access access, EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (access == Access.Operator && !http.User.IsOperator()) return Problems.Of(CommonRefusals.Forbidden);
        if (access is Access.ShopStaff or Access.ShopOwner && Guid.TryParse(http.GetRouteValue("shopId")?.ToString(), out var shopId))
        {
            var shops = http.RequestServices.GetRequiredService<IShopAccess>();
            if (!await shops.MayAct(http.User, shopId, access, http.RequestAborted)) return Problems.Of(CommonRefusals.Forbidden);
        }
        if (access is Access.Member or Access.OrganisationOwner && Guid.TryParse(http.GetRouteValue("organisationId")?.ToString(), out var organisationId))
        {
            var organisations = http.RequestServices.GetRequiredService<IOrganisations>();
            if (!await organisations.MayAct(http.User, organisationId, access, http.RequestAborted)) return Problems.Of(CommonRefusals.Forbidden);
        }
        return await next(context);
    }
}
