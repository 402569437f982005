using System.Security.Claims;
using Fairground.Identity.CheckRequest;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Identity.EditProfile;

/// <summary>Me: my name, my contact, what I may do.</summary>
/// <param name="Roles"><c>buyer</c>, and <c>operator</c> where I am one.</param>
/// <param name="Shops">The shops that I work for.</param>
public sealed record Me(Guid UserId, string DisplayName, string Contact, IReadOnlyList<string> Roles, IReadOnlyList<ShopOfMine> Shops);

/// <summary>A shop that I work for, as <c>staff</c> or <c>owner</c>.</summary>
public sealed record ShopOfMine(Guid ShopId, string Role);

/// <summary>What I change about myself; what is left out stays.</summary>
public sealed record EditMeRequest(string? DisplayName);

/// <summary>Reads and changes one's own profile (C-02, C-34).</summary>
internal sealed class Profiles(IdentityContext context, RoleBook roles, PeopleBook people)
{
    public async Task<Me?> Find(Guid userId, CancellationToken ct)
    {
        var user = await context.Users.AsNoTracking().FirstOrDefaultAsync(u => u.Id == userId, ct);
        return user is null ? null : await Describe(user, ct);
    }

    /// <summary>Refuses with <c>people.name_invalid</c>.</summary>
    public async Task<Result<FairgroundUser>> Rename(Guid userId, string? displayName, CancellationToken ct)
    {
        var user = await context.Users.FirstAsync(u => u.Id == userId, ct);
        if (displayName is null) return user;
        var name = DisplayNames.Check(displayName);
        if (name.Refused) return name.Refusal!;
        user.DisplayName = name.Value;
        await context.SaveChangesAsync(ct);
        people.Remember(user);
        return user;
    }

    public async Task<Me> Describe(FairgroundUser user, CancellationToken ct)
    {
        var shops = await roles.ShopsOf(user.Id, ct);
        return new Me(
            user.Id,
            user.DisplayName,
            user.Contact,
            user.IsOperator ? ["buyer", "operator"] : ["buyer"],
            [.. shops.OrderBy(s => s.Key).Select(s => new ShopOfMine(s.Key, OrganisationNames.Of(s.Value)))]);
    }
}

internal static class MeEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("me", Get).WithAccess(Access.SignedIn).WithName("GetMe").WithTags("People").WithSummary("Who I am and what I may do.");
        api.MapPatch("me", Edit).WithAccess(Access.SignedIn).WithName("EditMe").WithTags("People").WithSummary("Change my own settings.");
    }

    private static async Task<Results<Ok<Me>, ProblemHttpResult>> Get(ClaimsPrincipal user, Profiles profiles, CancellationToken ct) =>
        await profiles.Find(user.UserId(), ct) is { } me ? TypedResults.Ok(me) : Problems.Of(CommonRefusals.NotSignedIn);

    private static async Task<Results<Ok<Me>, ProblemHttpResult>> Edit(EditMeRequest request, ClaimsPrincipal user, Profiles profiles, CancellationToken ct)
    {
        var renamed = await profiles.Rename(user.UserId(), request.DisplayName, ct);
        if (renamed.Refused) return Problems.Of(renamed.Refusal!);
        return TypedResults.Ok(await profiles.Describe(renamed.Value, ct));
    }
}
