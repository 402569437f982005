using Fairground.Identity.CheckRequest;
using Fairground.Identity.EditProfile;
using Fairground.Identity.LimitTries;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Storage;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Identity.AppointStaff;

/// <summary>Someone who works for the shop, or was asked to.</summary>
/// <param name="UserId">Missing where the contact has not registered yet.</param>
/// <param name="Role"><c>staff</c> or <c>owner</c>.</param>
/// <param name="Pending">True where the role waits for the contact to register.</param>
public sealed record StaffEntry(Guid? UserId, string? DisplayName, string Contact, string Role, bool Pending);

/// <summary>Names, lists and dismisses who works for a shop. Changes count at once.</summary>
internal sealed class ShopStaff(IdentityContext context, RoleBook roles, IGoods goods, IMessages messages, SendingLimits limits, TimeProvider time)
{
    /// <summary>Pure: a shop keeps an owner. <paramref name="next"/> is null where the person leaves.</summary>
    public static Refusal? Decide(IReadOnlyCollection<StaffMember> staff, Guid userId, ShopRole? next)
    {
        var present = staff.FirstOrDefault(s => s.UserId == userId);
        if (present is null && next is null) return PeopleRefusals.StaffNotFound;
        if (present?.Role == ShopRole.Owner && next != ShopRole.Owner && staff.Count(s => s.Role == ShopRole.Owner) == 1) return PeopleRefusals.LastOwner;
        return null;
    }

    /// <summary>Refuses with <c>people.role_invalid</c>, <c>contact_invalid</c>, <c>shop_not_found</c>, <c>last_owner</c>, <c>codes_capped</c>.</summary>
    public async Task<Result<StaffEntry>> Appoint(Guid shopId, string? contactText, string? roleText, Guid by, CancellationToken ct)
    {
        var role = RoleNames.Read(roleText);
        if (role.Refused) return role.Refusal!;
        if (!Contact.TryParse(contactText, out var contact)) return PeopleRefusals.ContactInvalid;
        if (await goods.FindShop(shopId, ct) is not { } shop) return PeopleRefusals.ShopNotFound;
        var now = time.GetUtcNow();
        FairgroundUser? user;
        await using (var transaction = await context.BeginWriteAsync(ct))
        {
            var staff = await Lock(shopId, ct);
            user = await context.Users.AsNoTracking().FirstOrDefaultAsync(u => u.NormalizedUserName == contact.Value, ct);
            var refusal = user is null ? await Invite(shopId, contact, role.Value, by, now, ct) : Decide(staff, user.Id, role.Value);
            if (refusal is not null) return refusal;
            if (user is not null) Place(staff, shopId, user.Id, role.Value, now);
            await RoleBook.MarkChanged(context, ct);
            await context.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
        }
        await roles.Reload(ct);
        await messages.Send([Tell(shop, contact, role.Value, user?.Id, now)], ct);
        return new StaffEntry(user?.Id, user?.DisplayName, contact.Value, RoleNames.Of(role.Value), user is null);
    }

    /// <summary>Who works for the shop, owners first, then who was invited. Refuses with <c>people.shop_not_found</c>.</summary>
    public async Task<Result<IReadOnlyList<StaffEntry>>> List(Guid shopId, CancellationToken ct)
    {
        if (await goods.FindShop(shopId, ct) is null) return PeopleRefusals.ShopNotFound;
        var staff = await context.Staff.Where(s => s.ShopId == shopId)
            .Join(context.Users, s => s.UserId, u => u.Id, (member, user) => new { member.Role, User = user })
            .AsNoTracking().ToListAsync(ct);
        var invited = await context.Invitations.AsNoTracking().Where(i => i.ShopId == shopId).OrderBy(i => i.Contact).ToListAsync(ct);
        return Result<IReadOnlyList<StaffEntry>>.Accepted(
        [
            .. staff.OrderByDescending(s => s.Role).ThenBy(s => s.User.DisplayName, StringComparer.Ordinal)
                .Select(s => new StaffEntry(s.User.Id, s.User.DisplayName, s.User.Contact, RoleNames.Of(s.Role), false)),
            .. invited.Select(i => new StaffEntry(null, null, i.Contact, RoleNames.Of(i.Role), true)),
        ]);
    }

    /// <summary>Refuses with <c>people.staff_not_found</c>, <c>people.last_owner</c>; null where it is done.</summary>
    public async Task<Refusal?> Dismiss(Guid shopId, Guid userId, CancellationToken ct)
    {
        await using (var transaction = await context.BeginWriteAsync(ct))
        {
            var staff = await Lock(shopId, ct);
            if (Decide(staff, userId, null) is { } refusal) return refusal;
            context.Staff.Remove(staff.First(s => s.UserId == userId));
            await RoleBook.MarkChanged(context, ct);
            await context.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
        }
        await roles.Reload(ct);
        return null;
    }

    /// <summary>Takes an invitation back. Refuses with <c>people.contact_invalid</c>, <c>people.staff_not_found</c>; null where it is done.</summary>
    public async Task<Refusal?> Withdraw(Guid shopId, string contactText, CancellationToken ct)
    {
        if (!Contact.TryParse(contactText, out var contact)) return PeopleRefusals.ContactInvalid;
        await using var transaction = await context.BeginWriteAsync(ct);
        var removed = await context.Invitations.Where(i => i.ShopId == shopId && i.Contact == contact.Value).ExecuteDeleteAsync(ct);
        await transaction.CommitAsync(ct);
        if (removed == 0) return PeopleRefusals.StaffNotFound;
        return null;
    }

    // Two owners who dismiss each other at once must meet here; on SQLite the writer's turn already sees to it.
    private Task<List<StaffMember>> Lock(Guid shopId, CancellationToken ct) => context.Store.Kind == DatabaseKind.Postgres
        ? context.Staff.FromSql($"select * from identity_staff where shop_id = {shopId} order by user_id for update").ToListAsync(ct)
        : context.Staff.Where(s => s.ShopId == shopId).ToListAsync(ct);

    private void Place(List<StaffMember> staff, Guid shopId, Guid userId, ShopRole role, DateTimeOffset now)
    {
        if (staff.FirstOrDefault(s => s.UserId == userId) is { } present) present.Role = role;
        else context.Staff.Add(new StaffMember { ShopId = shopId, UserId = userId, Role = role, Since = now });
    }

    private async Task<Refusal?> Invite(Guid shopId, Contact contact, ShopRole role, Guid by, DateTimeOffset now, CancellationToken ct)
    {
        if (await limits.Take(context, contact, null, now, ct) is { } refusal) return refusal;
        var present = await context.Invitations.FirstOrDefaultAsync(i => i.ShopId == shopId && i.Contact == contact.Value, ct);
        if (present is null) context.Invitations.Add(new Invitation { ShopId = shopId, Contact = contact.Value, Role = role, InvitedBy = by, At = now });
        else (present.Role, present.InvitedBy, present.At) = (role, by, now);
        return null;
    }

    private static Message Tell(ShopInfo shop, Contact contact, ShopRole role, Guid? userId, DateTimeOffset now)
    {
        var work = role == ShopRole.Owner ? "an owner of" : "staff at";
        var text = userId is null
            ? $"You were invited to be {work} {shop.Name}. Register with this contact and the role is yours. If you do not know the shop, do nothing."
            : $"You are now {work} {shop.Name}.";
        var id = Ids.Derive("identity.staff", shop.ShopId.ToString(), contact.Value, role.ToString(), $"{now.ToUnixTimeMilliseconds()}");
        return new Message(id, contact.Value, contact.Channel, $"Your role at {shop.Name}", text, userId);
    }
}
