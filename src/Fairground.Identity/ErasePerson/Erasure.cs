using Microsoft.EntityFrameworkCore;

namespace Fairground.Identity.ErasePerson;

/// <summary>What became of a wish to be erased.</summary>
internal enum ErasureOutcome
{
    Waiting = 0,
    Done = 1,

    /// <summary>The person changed their mind.</summary>
    Cancelled = 2,

    /// <summary>When its time came, something stood in the way.</summary>
    Stopped = 3,
}

/// <summary>A person's wish to be erased, which waits so that it can be taken back.</summary>
internal sealed class Erasure
{
    public Guid Id { get; init; }

    public Guid PersonId { get; init; }

    public DateTimeOffset AskedAt { get; init; }

    public DateTimeOffset DueAt { get; init; }

    /// <summary>Of two that end it at once, one wins.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    public ErasureOutcome Outcome { get; set; }

    /// <summary>The code of what stood in the way.</summary>
    public string? Reason { get; set; }

    public void End(ErasureOutcome outcome, string? reason, DateTimeOffset now) => (Outcome, Reason, EndedAt) = (outcome, reason, now);

    public static void Map(ModelBuilder model) => model.Entity<Erasure>(row =>
    {
        row.ToTable("identity_erasure").HasKey(r => r.Id);
        row.Property(r => r.Id).HasColumnName("id").ValueGeneratedNever();
        row.Property(r => r.PersonId).HasColumnName("person_id");
        row.HasOne<FairgroundUser>().WithMany().HasForeignKey(r => r.PersonId).OnDelete(DeleteBehavior.NoAction);
        row.Property(r => r.AskedAt).HasColumnName("asked_at");
        row.Property(r => r.DueAt).HasColumnName("due_at");
        row.Property(r => r.EndedAt).HasColumnName("ended_at").IsConcurrencyToken();
        row.Property(r => r.Outcome).HasColumnName("outcome");
        row.Property(r => r.Reason).HasColumnName("reason");
    });
}
