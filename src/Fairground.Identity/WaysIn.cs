using Fairground.Identity.ChangeContact;
using Fairground.Identity.IssueKeys;
using Fairground.Identity.RememberDevices;
using Fairground.Identity.SendCodes;
using Fairground.Identity.UseAuthenticator;
using Fairground.Identity.UsePasskeys;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Identity;

/// <summary>The tables of the ways into an account other than its password, keys for programs among them.</summary>
internal static class WaysIn
{
    public static void Map(ModelBuilder model)
    {
        var code = IdentityContext.MapCode(model.Entity<SentCode>(), "identity_code", "used_at");
        code.Property(r => r.Kind).HasColumnName("kind");
        code.Property(r => r.UserId).HasColumnName("user_id");
        code.Property(r => r.Data).HasColumnName("data");
        model.Entity<Device>(row =>
        {
            row.ToTable("identity_device").HasKey(r => r.Id);
            row.Property(r => r.Id).HasColumnName("id").ValueGeneratedNever();
            row.Property(r => r.UserId).HasColumnName("user_id");
            row.HasOne<FairgroundUser>().WithMany().HasForeignKey(r => r.UserId).OnDelete(DeleteBehavior.NoAction);
            row.Property(r => r.TokenHash).HasColumnName("token_hash");
            row.Property(r => r.Agent).HasColumnName("agent");
            row.Property(r => r.CreatedAt).HasColumnName("created_at");
            row.Property(r => r.UsedAt).HasColumnName("used_at");
            row.Property(r => r.ExpiresAt).HasColumnName("expires_at");
        });
        model.Entity<RecoveryCode>(row =>
        {
            row.ToTable("identity_recovery_code").HasKey(r => new { r.UserId, r.Hash });
            row.Property(r => r.UserId).HasColumnName("user_id");
            row.HasOne<FairgroundUser>().WithMany().HasForeignKey(r => r.UserId).OnDelete(DeleteBehavior.NoAction);
            row.Property(r => r.Hash).HasColumnName("hash");
        });
        MapPasskey(model);
        MapContactChange(model);
        MapApiKey(model);
    }

    private static void MapApiKey(ModelBuilder model) => model.Entity<ApiKey>(row =>
    {
        row.ToTable("identity_api_key").HasKey(r => r.Id);
        row.Property(r => r.Id).HasColumnName("id").ValueGeneratedNever();
        row.Property(r => r.ShopId).HasColumnName("shop_id");
        row.Property(r => r.Name).HasColumnName("name");
        row.Property(r => r.MadeBy).HasColumnName("made_by");
        row.HasOne<FairgroundUser>().WithMany().HasForeignKey(r => r.MadeBy).OnDelete(DeleteBehavior.NoAction);
        row.Property(r => r.Shown).HasColumnName("shown");
        row.Property(r => r.SecretHash).HasColumnName("secret_hash");
        row.Property(r => r.Scopes).HasColumnName("scopes");
        row.Property(r => r.CreatedAt).HasColumnName("created_at");
        row.Property(r => r.ExpiresAt).HasColumnName("expires_at");
        row.Property(r => r.UsedAt).HasColumnName("used_at");
        row.Property(r => r.RevokedAt).HasColumnName("revoked_at");
        row.Property(r => r.Replaces).HasColumnName("replaces");
    });

    private static void MapPasskey(ModelBuilder model) => model.Entity<Passkey>(row =>
    {
        row.ToTable("identity_passkey").HasKey(r => r.Id);
        row.Property(r => r.Id).HasColumnName("id");
        row.Property(r => r.UserId).HasColumnName("user_id");
        row.HasOne<FairgroundUser>().WithMany().HasForeignKey(r => r.UserId).OnDelete(DeleteBehavior.NoAction);
        row.Property(r => r.Name).HasColumnName("name");
        row.Property(r => r.PublicKey).HasColumnName("public_key");
        row.Property(r => r.SignCount).HasColumnName("sign_count");
        row.Property(r => r.Transports).HasColumnName("transports");
        row.Property(r => r.IsUserVerified).HasColumnName("is_user_verified");
        row.Property(r => r.IsBackupEligible).HasColumnName("is_backup_eligible");
        row.Property(r => r.IsBackedUp).HasColumnName("is_backed_up");
        row.Property(r => r.Attestation).HasColumnName("attestation");
        row.Property(r => r.ClientData).HasColumnName("client_data");
        row.Property(r => r.CreatedAt).HasColumnName("created_at");
        row.Property(r => r.UsedAt).HasColumnName("used_at");
    });

    private static void MapContactChange(ModelBuilder model) => model.Entity<ContactChange>(row =>
    {
        row.ToTable("identity_contact_change").HasKey(r => r.Id);
        row.Property(r => r.Id).HasColumnName("id").ValueGeneratedNever();
        row.Property(r => r.UserId).HasColumnName("user_id");
        row.HasOne<FairgroundUser>().WithMany().HasForeignKey(r => r.UserId).OnDelete(DeleteBehavior.NoAction);
        row.Property(r => r.OldContact).HasColumnName("old_contact");
        row.Property(r => r.OldChannel).HasColumnName("old_channel");
        row.Property(r => r.NewContact).HasColumnName("new_contact");
        row.Property(r => r.NewChannel).HasColumnName("new_channel");
        row.Property(r => r.CancelHash).HasColumnName("cancel_hash");
        row.Property(r => r.CreatedAt).HasColumnName("created_at");
        row.Property(r => r.DueAt).HasColumnName("due_at");
        row.Property(r => r.EndedAt).HasColumnName("ended_at").IsConcurrencyToken();
        row.Property(r => r.Outcome).HasColumnName("outcome");
    });
}
