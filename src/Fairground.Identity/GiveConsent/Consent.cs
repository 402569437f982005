using Fairground.Kernel.Contracts;
using Fairground.Kernel.Languages;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Identity.GiveConsent;

/// <summary>One yes or no of a person: what for, by which way, to which words, when and where. Rows are only added; the last one counts.</summary>
internal sealed class Consent
{
    public Guid Id { get; init; }

    public Guid PersonId { get; init; }

    public required string Purpose { get; init; }

    public required string Channel { get; init; }

    /// <summary>The version of the words that were agreed to: <see cref="ConsentWording"/>.</summary>
    public int Wording { get; init; }

    public bool Given { get; init; }

    public DateTimeOffset At { get; init; }

    /// <summary><c>registration</c>, <c>contact-change</c>, <c>page</c>, <c>api</c> or <c>unsubscribe</c>.</summary>
    public required string Source { get; init; }

    /// <summary>The browser and system, roughly; empty where a message was answered.</summary>
    public required string Device { get; init; }

    public static void Map(ModelBuilder model) => model.Entity<Consent>(row =>
    {
        row.ToTable("identity_consent").HasKey(r => r.Id);
        row.Property(r => r.Id).HasColumnName("id").ValueGeneratedNever();
        row.Property(r => r.PersonId).HasColumnName("person_id");
        row.HasOne<FairgroundUser>().WithMany().HasForeignKey(r => r.PersonId).OnDelete(DeleteBehavior.NoAction);
        row.Property(r => r.Purpose).HasColumnName("purpose");
        row.Property(r => r.Channel).HasColumnName("channel");
        row.Property(r => r.Wording).HasColumnName("wording");
        row.Property(r => r.Given).HasColumnName("given").HasConversion<int>();
        row.Property(r => r.At).HasColumnName("at");
        row.Property(r => r.Source).HasColumnName("source");
        row.Property(r => r.Device).HasColumnName("device");
    });
}

/// <summary>The words of a consent. A change of the words is a new version; old ones stay, since somebody agreed to them.</summary>
/// <param name="Version">Counts up.</param>
internal sealed record ConsentWording(string Purpose, string Channel, int Version, string Text)
{
    public static IReadOnlyList<ConsentWording> All { get; } =
    [
        new(IConsents.Number, "sms", 1, Words.Key("You may use my mobile number to send me codes, and messages about my account, my certificates and my prizes.")),
        new(IConsents.Offers, "email", 1, Words.Key("Tell me by e-mail about new lots and offers of this market. I can stop that at any time.")),
        new(IConsents.Offers, "sms", 1, Words.Key("Tell me by SMS about new lots and offers of this market. I can stop that at any time.")),
        new(IConsents.Offers, "push", 1, Words.Key("Tell me in this browser and on my devices about new lots and offers of this market. I can stop that at any time.")),
    ];

    /// <summary>The words as they stand now; null where there is no such consent.</summary>
    public static ConsentWording? Now(string? purpose, string? channel) => All.Where(w => w.Purpose == purpose && w.Channel == channel).MaxBy(w => w.Version);

    /// <summary>What is agreed to by ticking the box beside a mobile number.</summary>
    public static ConsentWording ForNumber { get; } = Now(IConsents.Number, "sms")!;
}
