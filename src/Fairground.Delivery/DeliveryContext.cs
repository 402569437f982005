using System.Text;
using Fairground.Kernel.Storage;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Delivery;

/// <summary>Addresses, handovers, parcels and disputes.</summary>
internal sealed class DeliveryContext(DbContextOptions<DeliveryContext> options, Database database) : ModuleContext(options, database)
{
    public DbSet<BookAddress> Addresses => Set<BookAddress>();

    public DbSet<Handover> Handovers => Set<Handover>();

    public DbSet<Shipment> Shipments => Set<Shipment>();

    public DbSet<ParcelNews> News => Set<ParcelNews>();

    public DbSet<CourierLink> CourierLinks => Set<CourierLink>();

    public DbSet<CourierStop> CourierStops => Set<CourierStop>();

    public DbSet<Dispute> Disputes => Set<Dispute>();

    public DbSet<HandoverRuling> Rulings => Set<HandoverRuling>();

    public DbSet<Evidence> Evidence => Set<Evidence>();

    /// <summary>Locks the handover for the transaction under way and reads it as it is then; null where there is none.</summary>
    public async Task<Handover?> Lock(Guid handoverId, CancellationToken ct)
    {
        // The update waits for whoever else is changing it; what is read after it is the newest.
        await Handovers.Where(h => h.Id == handoverId).ExecuteUpdateAsync(s => s.SetProperty(h => h.Version, h => h.Version + 1), ct);
        if (Handovers.Local.FirstOrDefault(h => h.Id == handoverId) is { } stale) Entry(stale).State = EntityState.Detached;
        return await Handovers.FirstOrDefaultAsync(h => h.Id == handoverId, ct);
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<BookAddress>().ToTable("delivery_address").HasKey(a => a.Id);
        modelBuilder.Entity<BookAddress>().Property(a => a.IsDefault).HasConversion<int>();
        modelBuilder.Entity<Handover>().ToTable("delivery_handover").HasKey(h => h.Id);
        modelBuilder.Entity<Handover>().Ignore(h => h.Value).Ignore(h => h.IsOver).Ignore(h => h.Number);
        modelBuilder.Entity<Handover>().Property(h => h.Reminded).HasConversion<int>();
        modelBuilder.Entity<Shipment>().ToTable("delivery_shipment").HasKey(s => s.Id);
        modelBuilder.Entity<Shipment>().Ignore(s => s.Number).Ignore(s => s.LabelCode).Ignore(s => s.IsOver);
        modelBuilder.Entity<Shipment>().Property(s => s.HadAccident).HasConversion<int>();
        modelBuilder.Entity<ParcelNews>().ToTable("delivery_news").HasKey(n => n.Id);
        modelBuilder.Entity<CourierLink>().ToTable("delivery_courier_link").HasKey(l => l.Id);
        modelBuilder.Entity<CourierStop>().ToTable("delivery_courier_stop").HasKey(s => new { s.LinkId, s.ShipmentId });
        modelBuilder.Entity<Dispute>().ToTable("delivery_dispute").HasKey(d => d.HandoverId);
        modelBuilder.Entity<HandoverRuling>().ToTable("delivery_ruling").HasKey(r => r.HandoverId);
        modelBuilder.Entity<Evidence>().ToTable("delivery_evidence").HasKey(e => e.Id);
        foreach (var entity in modelBuilder.Model.GetEntityTypes().Where(e => e.GetTableName()!.StartsWith("delivery_", StringComparison.Ordinal)))
        {
            foreach (var property in entity.GetProperties())
            {
                property.SetColumnName(Column(property.Name));
                if (property.IsPrimaryKey()) property.ValueGenerated = Microsoft.EntityFrameworkCore.Metadata.ValueGenerated.Never;
            }
        }
    }

    // MadeAt is made_at.
    private static string Column(string name)
    {
        var text = new StringBuilder(name.Length + 4);
        for (var i = 0; i < name.Length; i++)
        {
            if (i > 0 && char.IsAsciiLetterUpper(name[i])) text.Append('_');
            text.Append(char.ToLowerInvariant(name[i]));
        }
        return text.ToString();
    }
}
