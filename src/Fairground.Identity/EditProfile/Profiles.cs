using System.Security.Claims;
using Fairground.Identity.CheckRequest;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Fairground.Kernel.Languages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Identity.EditProfile;

/// <summary>Me: my name, my contact, what I may do.</summary>
/// <param name="Roles"><c>buyer</c>, and <c>operator</c> where I am one.</param>
/// <param name="Shops">The shops that I work for.</param>
/// <param name="Language">The language that I chose: <c>en</c>, <c>ru</c>, <c>kk</c>, <c>ko</c> or <c>zh-Hans</c>; missing where I never did.</param>
public sealed record Me(Guid UserId, string DisplayName, string Contact, IReadOnlyList<string> Roles, IReadOnlyList<ShopOfMine> Shops, string? Language = null);

/// <summary>A shop that I work for, as <c>staff</c> or <c>owner</c>.</summary>
public sealed record ShopOfMine(Guid ShopId, string Role);

/// <summary>What I change about myself; what is left out stays.</summary>
/// <param name="DisplayName">My name, of 1 to 80 characters; refused with <c>people.name_invalid</c>.</param>
/// <param name="Language">The language of pages and messages; refused with <c>people.language_unknown</c>.</param>
public sealed record EditMeRequest(string? DisplayName, string? Language = null);

/// <summary>Reads and changes one's own profile (C-02, C-34).</summary>
internal sealed class Profiles(IdentityContext context, RoleBook roles, PeopleBook people)
{
    public async Task<Me?> Find(Guid userId, CancellationToken ct)
    {
        var user = await context.Users.AsNoTracking().FirstOrDefaultAsync(u => u.Id == userId, ct);
        return user is null ? null : await Describe(user, ct);
    }

    /// <summary>Refuses with <c>people.name_invalid</c>, <c>people.language_unknown</c>.</summary>
    public async Task<Result<FairgroundUser>> Edit(Guid userId, EditMeRequest wanted, CancellationToken ct)
    {
        var user = await context.Users.FirstAsync(u => u.Id == userId, ct);
        if (wanted is { DisplayName: null, Language: null }) return user;
        var name = DisplayNames.Check(wanted.DisplayName ?? user.DisplayName);
        if (name.Refused) return name.Refusal!;
        var language = Language.Find(wanted.Language);
        if (wanted.Language is not null && language is null) return PeopleRefusals.LanguageUnknown;
        (user.DisplayName, user.Language) = (name.Value, language?.Code ?? user.Language);
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
            [.. shops.OrderBy(s => s.Key).Select(s => new ShopOfMine(s.Key, OrganisationNames.Of(s.Value)))],
            user.Language);
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
        var edited = await profiles.Edit(user.UserId(), request, ct);
        if (edited.Refused) return Problems.Of(edited.Refusal!);
        return TypedResults.Ok(await profiles.Describe(edited.Value, ct));
    }
}
