using Microsoft.EntityFrameworkCore;

namespace Fairground.Identity.JoinAccounts;

/// <summary>Two accounts of one person that became one. What arrives in the old one later, such as a refund, is moved on from time to time.</summary>
internal sealed class Joining
{
    public Guid From { get; init; }

    public Guid Into { get; set; }

    public Guid By { get; init; }

    public DateTimeOffset At { get; init; }

    /// <summary>When every module had moved what is its own for the first time.</summary>
    public DateTimeOffset? DoneAt { get; set; }

    /// <summary>When modules are asked next.</summary>
    public DateTimeOffset DueAt { get; set; }

    public static void Map(ModelBuilder model) => model.Entity<Joining>(row =>
    {
        row.ToTable("identity_join").HasKey(r => r.From);
        row.Property(r => r.From).HasColumnName("from_id").ValueGeneratedNever();
        row.HasOne<FairgroundUser>().WithMany().HasForeignKey(r => r.From).OnDelete(DeleteBehavior.NoAction);
        row.Property(r => r.Into).HasColumnName("into_id");
        row.HasOne<FairgroundUser>().WithMany().HasForeignKey(r => r.Into).OnDelete(DeleteBehavior.NoAction);
        row.Property(r => r.By).HasColumnName("by_id");
        row.Property(r => r.At).HasColumnName("at");
        row.Property(r => r.DoneAt).HasColumnName("done_at");
        row.Property(r => r.DueAt).HasColumnName("due_at");
    });
}
