using Fairground.Identity.AcceptSignIn;
using Fairground.Identity.ChangeContact;
using Fairground.Identity.ErasePerson;
using Fairground.Identity.GiveConsent;
using Fairground.Identity.GiveSignIn;
using Fairground.Identity.IssueKeys;
using Fairground.Identity.JoinAccounts;
using Fairground.Identity.KeepAudit;
using Fairground.Identity.Register;
using Fairground.Identity.RememberDevices;
using Fairground.Identity.RememberVisits;
using Fairground.Identity.SendCodes;
using Fairground.Identity.UseAuthenticator;
using Fairground.Identity.UsePasskeys;
using Fairground.Kernel.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Fairground.Identity;

/// <summary>Identity's tables.</summary>
internal sealed class IdentityContext(DbContextOptions<IdentityContext> options, Database database) : ModuleContext(options, database)
{
    public DbSet<FairgroundUser> Users => Set<FairgroundUser>();

    public DbSet<Session> Sessions => Set<Session>();

    public DbSet<Registration> Registrations => Set<Registration>();

    public DbSet<SentCode> Codes => Set<SentCode>();

    public DbSet<Device> Devices => Set<Device>();

    public DbSet<RecoveryCode> RecoveryCodes => Set<RecoveryCode>();

    public DbSet<Passkey> Passkeys => Set<Passkey>();

    public DbSet<ContactChange> ContactChanges => Set<ContactChange>();

    public DbSet<ApiKey> ApiKeys => Set<ApiKey>();

    public DbSet<Organisation> Organisations => Set<Organisation>();

    public DbSet<Member> Members => Set<Member>();

    public DbSet<Invitation> Invitations => Set<Invitation>();

    public DbSet<Limit> Limits => Set<Limit>();

    public DbSet<AuditRecord> Audit => Set<AuditRecord>();

    public DbSet<AuditHead> AuditHeads => Set<AuditHead>();

    public DbSet<Look> Looks => Set<Look>();

    public DbSet<Erasure> Erasures => Set<Erasure>();

    public DbSet<Joining> Joinings => Set<Joining>();

    public DbSet<Consent> Consents => Set<Consent>();

    public DbSet<Visit> Visits => Set<Visit>();

    public DbSet<Mark> Marks => Set<Mark>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        MapUser(modelBuilder);
        MapSession(modelBuilder);
        var registration = MapCode(modelBuilder.Entity<Registration>(), "identity_registration", "completed_at");
        registration.Property(r => r.DisplayName).HasColumnName("display_name");
        registration.Property(r => r.NumberWording).HasColumnName("number_wording");
        WaysIn.Map(modelBuilder);
        OrganisationTables.Map(modelBuilder);
        OidcTables.Map(modelBuilder);
        MapAudit(modelBuilder);
        OutsideLogin.Map(modelBuilder);
        Erasure.Map(modelBuilder);
        Joining.Map(modelBuilder);
        Consent.Map(modelBuilder);
        Visit.Map(modelBuilder);
        modelBuilder.Entity<Limit>(row =>
        {
            row.ToTable("identity_limit").HasKey(r => r.Name);
            row.Property(r => r.Name).HasColumnName("name");
            row.Property(r => r.Used).HasColumnName("used");
            row.Property(r => r.Since).HasColumnName("since");
        });
        modelBuilder.Entity<Mark>(row =>
        {
            row.ToTable("identity_mark").HasKey(r => r.Name);
            row.Property(r => r.Name).HasColumnName("name");
            row.Property(r => r.Value).HasColumnName("value");
        });
    }

    private static void MapAudit(ModelBuilder model)
    {
        model.Entity<AuditRecord>(row =>
        {
            row.ToTable("identity_audit").HasKey(r => r.Seq);
            row.Property(r => r.Seq).HasColumnName("seq").ValueGeneratedNever();
            row.Property(r => r.At).HasColumnName("at");
            row.Property(r => r.Actor).HasColumnName("actor_id");
            row.Property(r => r.OnBehalfOf).HasColumnName("on_behalf_of");
            row.Property(r => r.What).HasColumnName("what");
            row.Property(r => r.About).HasColumnName("about");
            row.Property(r => r.Why).HasColumnName("why");
            row.Property(r => r.Before).HasColumnName("before");
            row.Property(r => r.After).HasColumnName("after");
            row.Property(r => r.Hash).HasColumnName("hash");
        });
        model.Entity<AuditHead>(row =>
        {
            row.ToTable("identity_audit_head").HasKey(r => r.Id);
            row.Property(r => r.Id).HasColumnName("id").ValueGeneratedNever();
            row.Property(r => r.Last).HasColumnName("last");
        });
        model.Entity<Look>(row =>
        {
            row.ToTable("identity_look").HasKey(r => r.Id);
            row.Property(r => r.Id).HasColumnName("id").ValueGeneratedNever();
            row.Property(r => r.Person).HasColumnName("person_id");
            row.Property(r => r.By).HasColumnName("by_id");
            row.Property(r => r.What).HasColumnName("what");
            row.Property(r => r.At).HasColumnName("at");
        });
    }

    private static void MapUser(ModelBuilder model) => model.Entity<FairgroundUser>(row =>
    {
        row.ToTable("identity_user").HasKey(r => r.Id);
        row.Property(r => r.Id).HasColumnName("id").ValueGeneratedNever();
        row.Property(r => r.UserName).HasColumnName("contact").IsRequired();
        row.Property(r => r.NormalizedUserName).HasColumnName("contact_key").IsRequired();
        row.Property(r => r.Channel).HasColumnName("channel");
        row.Property(r => r.DisplayName).HasColumnName("display_name");
        row.Property(r => r.HolderSalt).HasColumnName("holder_salt");
        row.Property(r => r.Language).HasColumnName("language");
        row.Property(r => r.IsOperator).HasColumnName("is_operator");
        row.Property(r => r.PasswordHash).HasColumnName("password_hash");
        row.Property(r => r.SecurityStamp).HasColumnName("security_stamp").IsRequired();
        row.Property(r => r.ConcurrencyStamp).HasColumnName("concurrency_stamp").IsRequired().IsConcurrencyToken();
        row.Property(r => r.AccessFailedCount).HasColumnName("access_failed_count");
        row.Property(r => r.LockoutEnd).HasColumnName("lockout_end");
        row.Property(r => r.CreatedAt).HasColumnName("created_at");
        row.Property(r => r.BlockedAt).HasColumnName("blocked_at");
        row.Property(r => r.VisitsOff).HasColumnName("visits_off").HasConversion<int>();
        row.Property(r => r.ErasedAt).HasColumnName("erased_at");
        row.Property(r => r.JoinedTo).HasColumnName("joined_to");
        row.Property(r => r.JoinedHint).HasColumnName("joined_hint");
        row.Ignore(r => r.Closed);
        row.Property(r => r.ContactProvedAt).HasColumnName("contact_proved_at");
        row.Property(r => r.TotpSecret).HasColumnName("totp_secret");
        row.Property(r => r.TotpSince).HasColumnName("totp_since");
        row.Property(r => r.HeldUntil).HasColumnName("held_until");
        row.Ignore(r => r.Contact);
        // One contact a person for now; what the framework keeps beside it is not ours.
        row.Ignore(r => r.Email).Ignore(r => r.NormalizedEmail).Ignore(r => r.EmailConfirmed);
        row.Ignore(r => r.PhoneNumber).Ignore(r => r.PhoneNumberConfirmed);
        row.Ignore(r => r.TwoFactorEnabled).Ignore(r => r.LockoutEnabled);
    });

    private static void MapSession(ModelBuilder model) => model.Entity<Session>(row =>
    {
        row.ToTable("identity_session").HasKey(r => r.Id);
        row.Property(r => r.Id).HasColumnName("id").ValueGeneratedNever();
        row.Property(r => r.UserId).HasColumnName("user_id");
        row.HasOne<FairgroundUser>().WithMany().HasForeignKey(r => r.UserId).OnDelete(DeleteBehavior.NoAction);
        row.Property(r => r.Generation).HasColumnName("generation");
        row.Property(r => r.Stamp).HasColumnName("stamp");
        row.Property(r => r.Agent).HasColumnName("agent");
        row.Property(r => r.Place).HasColumnName("place");
        row.Property(r => r.Method).HasColumnName("method");
        row.Property(r => r.StrongAt).HasColumnName("strong_at");
        row.Property(r => r.StartedAt).HasColumnName("started_at");
        row.Property(r => r.UsedAt).HasColumnName("used_at");
        row.Property(r => r.ExpiresAt).HasColumnName("expires_at");
        row.Property(r => r.EndedAt).HasColumnName("ended_at");
    });

    /// <summary>What the tables of codes have in common.</summary>
    internal static EntityTypeBuilder<T> MapCode<T>(EntityTypeBuilder<T> row, string table, string used)
        where T : OneTimeCode
    {
        row.ToTable(table).HasKey(r => r.Id);
        row.Property(r => r.Id).HasColumnName("id").ValueGeneratedNever();
        row.Property(r => r.Contact).HasColumnName("contact");
        row.Property(r => r.Channel).HasColumnName("channel");
        row.Property(r => r.CodeHash).HasColumnName("code_hash");
        row.Property(r => r.Tries).HasColumnName("tries");
        row.Property(r => r.CreatedAt).HasColumnName("created_at");
        row.Property(r => r.ExpiresAt).HasColumnName("expires_at");
        // Of two that use one code at once, one wins.
        row.Property(r => r.UsedAt).HasColumnName(used).IsConcurrencyToken();
        return row;
    }
}

/// <summary>How often something was done since when.</summary>
internal sealed class Limit
{
    public required string Name { get; init; }

    public int Used { get; init; }

    public DateTimeOffset Since { get; init; }
}

/// <summary>A number with a name: the version of the roles, and that the first operator was made.</summary>
internal sealed class Mark
{
    public const string Roles = "roles";
    public const string FirstOperator = "first_operator";

    public required string Name { get; init; }

    public long Value { get; set; }
}
