using System.Globalization;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;

namespace Fairground.Identity.RememberVisits;

/// <summary>Something a person looked at.</summary>
internal sealed class Visit
{
    public Guid Id { get; init; }

    public Guid PersonId { get; init; }

    public required string Kind { get; init; }

    public Guid SubjectId { get; init; }

    public DateTimeOffset At { get; init; }

    /// <summary>The browser and system, roughly.</summary>
    public required string Device { get; init; }

    /// <summary>The network, without the last part of the address.</summary>
    public required string Place { get; init; }

    public static void Map(ModelBuilder model) => model.Entity<Visit>(row =>
    {
        row.ToTable("identity_visit").HasKey(r => r.Id);
        row.Property(r => r.Id).HasColumnName("id").ValueGeneratedNever();
        row.Property(r => r.PersonId).HasColumnName("person_id");
        row.Property(r => r.Kind).HasColumnName("kind");
        row.Property(r => r.SubjectId).HasColumnName("subject_id");
        row.Property(r => r.At).HasColumnName("at");
        row.Property(r => r.Device).HasColumnName("device");
        row.Property(r => r.Place).HasColumnName("place");
    });
}

/// <summary>How long visits are kept: <c>FAIRGROUND_VISIT_DAYS</c>, 90 where it is not set, and never longer than the chosen place allows. 0 keeps none.</summary>
internal sealed class VisitSettings(int days, IEnumerable<IJurisdiction> places)
{
    public const string Setting = "FAIRGROUND_VISIT_DAYS";

    private const int DefaultDays = 90;
    private const int MostDays = 730;

    /// <summary>Throws <see cref="SettingException"/> where the setting cannot be read.</summary>
    public static int Read(IConfiguration configuration)
    {
        if (configuration[Setting] is not { Length: > 0 } text) return DefaultDays;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var given) && given <= MostDays ? given : throw new SettingException($"{Setting} cannot be used: {text} is no number of days from 0 to {MostDays}.");
    }

    public async ValueTask<int> Days(CancellationToken ct)
    {
        var least = days;
        foreach (var place in places)
        {
            if (await place.Chosen(ct) is { } chosen) least = Math.Min(least, chosen.Pack.Data.VisitDays);
        }
        return least;
    }
}
