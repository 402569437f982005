using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Protection.ExcludeInsiders;

/// <summary>Two people who live together, as one of them said.</summary>
internal sealed class HouseholdLink
{
    public Guid Id { get; init; }

    public Guid DeclaredBy { get; init; }

    public Guid Other { get; init; }

    public DateTimeOffset At { get; init; }

    public DateTimeOffset? EndedAt { get; set; }

    public Guid? EndedBy { get; set; }
}

/// <summary>Somebody of my household.</summary>
/// <param name="Mine">True where I named them.</param>
public sealed record HouseholdMember(Guid LinkId, string Name, bool Mine, DateTimeOffset At);

/// <summary>Declares who lives with whom. A link holds from the moment one of the two declares it: it only ever keeps people out.</summary>
internal sealed class Households(ProtectionContext context, IContacts contacts, IPeople people, InsiderBars bars, TimeProvider time)
{
    private const int Most = 20;

    public async Task<IReadOnlyList<HouseholdMember>> Of(Guid person, CancellationToken ct)
    {
        var links = await context.Household.AsNoTracking().Where(l => (l.DeclaredBy == person || l.Other == person) && l.EndedAt == null).OrderBy(l => l.Id).ToListAsync(ct);
        var known = await people.FindMany([.. links.Select(l => l.DeclaredBy == person ? l.Other : l.DeclaredBy)], ct);
        return [.. links.Select(l => new HouseholdMember(l.Id, known.GetValueOrDefault(l.DeclaredBy == person ? l.Other : l.DeclaredBy)?.DisplayName ?? "Somebody", l.DeclaredBy == person, l.At))];
    }

    /// <summary>Refuses with <c>protection.household_full</c>. Who has no account is passed over in silence, so that nobody learns who has one.</summary>
    public async Task<Refusal?> Declare(Guid person, string? contact, CancellationToken ct)
    {
        if (await context.Household.CountAsync(l => l.DeclaredBy == person && l.EndedAt == null, ct) >= Most) return HouseholdRefusals.Full;
        if (await contacts.PersonAt(contact, ct) is not { } other || other == person) return null;
        if (await context.Household.AnyAsync(l => l.DeclaredBy == person && l.Other == other && l.EndedAt == null, ct)) return null;
        context.Household.Add(new HouseholdLink { Id = Ids.New(), DeclaredBy = person, Other = other, At = time.GetUtcNow() });
        await context.SaveChangesAsync(ct);
        await bars.Apply(ct);
        return null;
    }

    /// <summary>Refuses with <c>protection.link_not_found</c> where the link is not one that this person declared.</summary>
    /// <param name="by">The person who declared it.</param>
    public async Task<Refusal?> End(Guid by, Guid linkId, CancellationToken ct)
    {
        var link = await context.Household.FirstOrDefaultAsync(l => l.Id == linkId && l.DeclaredBy == by && l.EndedAt == null, ct);
        if (link is null) return HouseholdRefusals.LinkNotFound;
        (link.EndedAt, link.EndedBy) = (time.GetUtcNow(), by);
        await context.SaveChangesAsync(ct);
        await bars.Apply(ct);
        return null;
    }
}

/// <summary>Why a call about households refuses. Codes are stable.</summary>
internal static class HouseholdRefusals
{
    public static readonly RefusalKind Full = new("protection.household_full", 409, "You have named as many people as we keep.");
    public static readonly RefusalKind LinkNotFound = new("protection.link_not_found", 404, "You have declared no such link.");
}
