using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Storage;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Identity;

/// <summary>A shop, supplier, vendor, distributor, reseller, or whoever runs the market (S-10).</summary>
internal sealed class Organisation
{
    public Guid Id { get; init; }

    public OrganisationKind Kind { get; init; }

    /// <summary>Null for a shop: the catalogue keeps its name.</summary>
    public string? Name { get; set; }

    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A person's role in an organisation.</summary>
internal sealed class Member
{
    public Guid OrganisationId { get; init; }

    public Guid UserId { get; init; }

    public ShopRole Role { get; set; }

    public DateTimeOffset Since { get; init; }
}

/// <summary>What became of an invitation.</summary>
internal enum InvitationOutcome
{
    Open = 0,
    Accepted = 1,
    Declined = 2,
    Withdrawn = 3,
}

/// <summary>A role that waits for whoever has the contact to take it. One that is open for each contact of an organisation.</summary>
internal sealed class Invitation
{
    public static readonly TimeSpan Life = TimeSpan.FromDays(7);

    /// <summary>How often one is sent.</summary>
    public const int MostSends = 5;

    public Guid Id { get; init; }

    public Guid OrganisationId { get; init; }

    public required string Contact { get; init; }

    public ContactChannel Channel { get; init; }

    public ShopRole Role { get; set; }

    public Guid InvitedBy { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset SentAt { get; set; }

    public int Sends { get; set; }

    public DateTimeOffset ExpiresAt { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    public InvitationOutcome Outcome { get; set; }

    /// <summary>The role is given rather than offered: it is taken with the registration of the contact.</summary>
    public bool Appointed { get; set; }

    /// <summary>Pure: whether this person may take or decline it now. Whoever it is not for hears that there is none.</summary>
    public static Refusal? Decide(Invitation? invitation, FairgroundUser person, DateTimeOffset now)
    {
        if (invitation is null) return OrganisationRefusals.InvitationNotFound;
        if (invitation.Contact != person.NormalizedUserName) return OrganisationRefusals.InvitationNotFound;
        if (invitation.EndedAt is not null) return OrganisationRefusals.InvitationOver;
        if (now >= invitation.ExpiresAt) return OrganisationRefusals.InvitationOver;
        if (person.IsNumberStale(now)) return OrganisationRefusals.ProveNumber;
        return null;
    }

    public void End(InvitationOutcome outcome, DateTimeOffset now) => (Outcome, EndedAt) = (outcome, now);
}

/// <summary>The tables of organisations.</summary>
internal static class OrganisationTables
{
    public static void Map(ModelBuilder model)
    {
        model.Entity<Organisation>(row =>
        {
            row.ToTable("identity_organisation").HasKey(r => r.Id);
            row.Property(r => r.Id).HasColumnName("id").ValueGeneratedNever();
            row.Property(r => r.Kind).HasColumnName("kind");
            row.Property(r => r.Name).HasColumnName("name");
            row.Property(r => r.CreatedAt).HasColumnName("created_at");
        });
        model.Entity<Member>(row =>
        {
            row.ToTable("identity_member").HasKey(r => new { r.OrganisationId, r.UserId });
            row.Property(r => r.OrganisationId).HasColumnName("organisation_id");
            row.HasOne<Organisation>().WithMany().HasForeignKey(r => r.OrganisationId).OnDelete(DeleteBehavior.NoAction);
            row.Property(r => r.UserId).HasColumnName("user_id");
            row.HasOne<FairgroundUser>().WithMany().HasForeignKey(r => r.UserId).OnDelete(DeleteBehavior.NoAction);
            row.Property(r => r.Role).HasColumnName("role");
            row.Property(r => r.Since).HasColumnName("since");
        });
        model.Entity<Invitation>(row =>
        {
            row.ToTable("identity_invite").HasKey(r => r.Id);
            row.Property(r => r.Id).HasColumnName("id").ValueGeneratedNever();
            row.Property(r => r.OrganisationId).HasColumnName("organisation_id");
            row.HasOne<Organisation>().WithMany().HasForeignKey(r => r.OrganisationId).OnDelete(DeleteBehavior.NoAction);
            row.Property(r => r.Contact).HasColumnName("contact");
            row.Property(r => r.Channel).HasColumnName("channel");
            row.Property(r => r.Role).HasColumnName("role");
            row.Property(r => r.InvitedBy).HasColumnName("invited_by");
            row.Property(r => r.CreatedAt).HasColumnName("created_at");
            row.Property(r => r.SentAt).HasColumnName("sent_at");
            row.Property(r => r.Sends).HasColumnName("sends");
            row.Property(r => r.ExpiresAt).HasColumnName("expires_at");
            // It is used once: of two that end it, one wins.
            row.Property(r => r.EndedAt).HasColumnName("ended_at").IsConcurrencyToken();
            row.Property(r => r.Outcome).HasColumnName("outcome");
            row.Property(r => r.Appointed).HasColumnName("appointed");
        });
    }

    /// <summary>The members of an organisation, held until the transaction ends: two owners who dismiss each other at once must meet here. On SQLite the writer's turn sees to it.</summary>
    public static async Task<List<Member>> LockMembers(this IdentityContext context, Guid organisationId, CancellationToken ct)
    {
        if (context.Store.Kind == DatabaseKind.Postgres)
            await context.Organisations.FromSql($"select * from identity_organisation where id = {organisationId} for update").AsNoTracking().ToListAsync(ct);
        return await context.Members.Where(m => m.OrganisationId == organisationId).ToListAsync(ct);
    }
}

/// <summary>Roles and kinds as they are written on the wire.</summary>
internal static class OrganisationNames
{
    public static string Of(ShopRole role) => role == ShopRole.Owner ? "owner" : "staff";

    public static Result<ShopRole> ReadRole(string? role) => role switch
    {
        "owner" => ShopRole.Owner,
        "staff" => ShopRole.Staff,
        _ => OrganisationRefusals.RoleInvalid,
    };

    public static string Of(OrganisationKind kind) => kind switch
    {
        OrganisationKind.Shop => "shop",
        OrganisationKind.Supplier => "supplier",
        OrganisationKind.Vendor => "vendor",
        OrganisationKind.Distributor => "distributor",
        OrganisationKind.Reseller => "reseller",
        _ => "operator",
    };

    /// <summary>The kinds that an operator founds here: shops are opened with their goods, and the operator's own is there from the start.</summary>
    public static Result<OrganisationKind> ReadKind(string? kind) => kind switch
    {
        "supplier" => OrganisationKind.Supplier,
        "vendor" => OrganisationKind.Vendor,
        "distributor" => OrganisationKind.Distributor,
        "reseller" => OrganisationKind.Reseller,
        _ => OrganisationRefusals.KindInvalid,
    };
}
