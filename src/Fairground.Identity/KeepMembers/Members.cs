using Fairground.Identity.CheckRequest;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Identity.KeepMembers;

/// <summary>Someone in the organisation.</summary>
/// <param name="Role"><c>staff</c> or <c>owner</c>.</param>
public sealed record MemberInfo(Guid UserId, string DisplayName, string Contact, string Role, DateTimeOffset Since);

/// <summary>Everybody in the organisation, owners first.</summary>
public sealed record MemberList(IReadOnlyList<MemberInfo> Items);

/// <summary>An organisation that I am in.</summary>
/// <param name="Kind"><c>shop</c>, <c>supplier</c>, <c>vendor</c>, <c>distributor</c>, <c>reseller</c> or <c>operator</c>.</param>
/// <param name="Role"><c>staff</c> or <c>owner</c>; missing where I am not in it and look as an operator.</param>
public sealed record OrganisationOfMine(Guid OrganisationId, string Kind, string Name, string? Role);

/// <summary>The organisations that I am in, by name.</summary>
public sealed record OrganisationList(IReadOnlyList<OrganisationOfMine> Items);

/// <summary>Who is in an organisation, as what. Changes count at once.</summary>
internal sealed class Members(IdentityContext context, RoleBook roles, IGoods goods, IMessages messages, TimeProvider time)
{
    /// <summary>Pure: an organisation keeps an owner. <paramref name="next"/> is null where the person leaves.</summary>
    public static Refusal? Decide(IReadOnlyCollection<Member> members, Guid userId, ShopRole? next)
    {
        var present = members.FirstOrDefault(m => m.UserId == userId);
        if (present is null) return OrganisationRefusals.MemberNotFound;
        if (present.Role == ShopRole.Owner && next != ShopRole.Owner && members.Count(m => m.Role == ShopRole.Owner) == 1) return OrganisationRefusals.LastOwner;
        return null;
    }

    /// <summary>Pure: an owner hands over to somebody who is in it already.</summary>
    public static Refusal? DecideHandOver(IReadOnlyCollection<Member> members, Guid from, Guid to)
    {
        if (members.FirstOrDefault(m => m.UserId == from)?.Role != ShopRole.Owner) return OrganisationRefusals.NotOwner;
        if (from == to || members.All(m => m.UserId != to)) return OrganisationRefusals.MemberNotFound;
        return null;
    }

    /// <summary>Refuses with <c>organisation.not_found</c>.</summary>
    public async Task<Result<MemberList>> List(Guid organisationId, CancellationToken ct)
    {
        if (await roles.Find(organisationId, ct) is null) return OrganisationRefusals.NotFound;
        var rows = await context.Members.Where(m => m.OrganisationId == organisationId)
            .Join(context.Users, m => m.UserId, u => u.Id, (member, user) => new { member.Role, member.Since, User = user })
            .AsNoTracking().ToListAsync(ct);
        return new MemberList([.. rows.OrderByDescending(r => r.Role).ThenBy(r => r.User.DisplayName, StringComparer.CurrentCultureIgnoreCase).ThenBy(r => r.User.Id)
            .Select(r => new MemberInfo(r.User.Id, r.User.DisplayName, r.User.Contact, OrganisationNames.Of(r.Role), r.Since))]);
    }

    /// <summary>The organisations that the person is in, by name.</summary>
    public async Task<OrganisationList> Of(Guid userId, CancellationToken ct)
    {
        var mine = await roles.OrganisationsOf(userId, ct);
        var shops = await goods.FindShops([.. mine.Keys], ct);
        var found = new List<OrganisationOfMine>(mine.Count);
        foreach (var (id, role) in mine)
        {
            var known = shops.TryGetValue(id, out var shop) ? new OrganisationInfo(id, OrganisationKind.Shop, shop.Name) : await roles.Find(id, ct);
            if (known is not null) found.Add(new OrganisationOfMine(id, OrganisationNames.Of(known.Kind), known.Name, OrganisationNames.Of(role)));
        }
        return new OrganisationList([.. found.OrderBy(o => o.Name, StringComparer.CurrentCultureIgnoreCase).ThenBy(o => o.OrganisationId)]);
    }

    /// <summary>Refuses with <c>people.role_invalid</c>, <c>organisation.member_not_found</c>, <c>organisation.last_owner</c>; null where it is done.</summary>
    public async Task<Refusal?> ChangeRole(Guid organisationId, Guid userId, string? roleText, CancellationToken ct)
    {
        var role = OrganisationNames.ReadRole(roleText);
        if (role.Refused) return role.Refusal;
        return await Write(organisationId, members => Decide(members, userId, role.Value), members => members.First(m => m.UserId == userId).Role = role.Value, ct)
            ?? await Tell(organisationId, userId, name => IdentityLetters.RoleChanged(role.Value, name), ct);
    }

    /// <summary>Gives a person at least this role, at once; who has it already keeps what they have and is not told again.</summary>
    public async Task Add(Guid organisationId, Guid userId, ShopRole role, CancellationToken ct)
    {
        var given = false;
        await Write(organisationId, _ => null, members =>
        {
            var present = members.FirstOrDefault(m => m.UserId == userId);
            given = present is null || present.Role < role;
            if (present is null) context.Members.Add(new Member { OrganisationId = organisationId, UserId = userId, Role = role, Since = time.GetUtcNow() });
            else if (given) present.Role = role;
        }, ct);
        if (given) await Tell(organisationId, userId, name => IdentityLetters.RoleChanged(role, name), ct);
    }

    /// <summary>Takes a person out, or lets one leave. Refuses with <c>organisation.member_not_found</c>, <c>organisation.last_owner</c>; null where it is done.</summary>
    public Task<Refusal?> Remove(Guid organisationId, Guid userId, CancellationToken ct) =>
        Write(organisationId, members => Decide(members, userId, null), members => context.Members.Remove(members.First(m => m.UserId == userId)), ct);

    /// <summary>Another member becomes owner, and the one who hands over becomes staff, at one time. Refuses with <c>organisation.not_owner</c>, <c>organisation.member_not_found</c>; null where it is done.</summary>
    public async Task<Refusal?> HandOver(Guid organisationId, Guid from, Guid to, CancellationToken ct)
    {
        var refusal = await Write(organisationId, members => DecideHandOver(members, from, to), members =>
        {
            members.First(m => m.UserId == to).Role = ShopRole.Owner;
            members.First(m => m.UserId == from).Role = ShopRole.Staff;
        }, ct);
        return refusal ?? await Tell(organisationId, to, name => IdentityLetters.OwnershipHandedOver(received: true, name), ct) ?? await Tell(organisationId, from, name => IdentityLetters.OwnershipHandedOver(received: false, name), ct);
    }

    private async Task<Refusal?> Write(Guid organisationId, Func<List<Member>, Refusal?> decide, Action<List<Member>> change, CancellationToken ct)
    {
        await using (var transaction = await context.BeginWriteAsync(ct))
        {
            var members = await context.LockMembers(organisationId, ct);
            if (decide(members) is { } refusal) return refusal;
            change(members);
            await RoleBook.MarkChanged(context, ct);
            await context.SaveChangesAsync(ct);
            await context.MarkOperators(organisationId, ct);
            await transaction.CommitAsync(ct);
        }
        await roles.Reload(ct);
        return null;
    }

    private async Task<Refusal?> Tell(Guid organisationId, Guid userId, Func<string, Wording> words, CancellationToken ct)
    {
        var user = await context.Users.AsNoTracking().FirstAsync(u => u.Id == userId, ct);
        var name = (await roles.Find(organisationId, ct))?.Name ?? "";
        await messages.Send(Notices.Of(user, words(name), time.GetUtcNow()), ct);
        return null;
    }
}

/// <summary>The flag beside an account that says it is an operator's.</summary>
internal static class OperatorFlag
{
    /// <summary>Makes the flag say what the operator's organisation says. Inside the change's own transaction, after its rows are saved.</summary>
    public static async Task MarkOperators(this IdentityContext context, Guid organisationId, CancellationToken ct)
    {
        if (organisationId != OrganisationInfo.OperatorId) return;
        await context.Users.Where(u => !u.IsOperator && context.Members.Any(m => m.OrganisationId == organisationId && m.UserId == u.Id)).ExecuteUpdateAsync(set => set.SetProperty(u => u.IsOperator, true), ct);
        await context.Users.Where(u => u.IsOperator && !context.Members.Any(m => m.OrganisationId == organisationId && m.UserId == u.Id)).ExecuteUpdateAsync(set => set.SetProperty(u => u.IsOperator, false), ct);
    }
}
