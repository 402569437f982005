using System.Text;
using Fairground.Documents.IssueDocuments;
using Fairground.Documents.KeepTaxProfile;
using Fairground.Kernel.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Fairground.Documents;

/// <summary>Documents' tables. Documents, profiles and marks are only added to; triggers see to it on both engines.</summary>
internal sealed class DocumentsContext(DbContextOptions<DocumentsContext> options, Database database) : ModuleContext(options, database)
{
    public DbSet<Document> Documents => Set<Document>();

    public DbSet<DocumentSeries> Series => Set<DocumentSeries>();

    public DbSet<DocumentSource> Sources => Set<DocumentSource>();

    public DbSet<IssuingProgress> Progress => Set<IssuingProgress>();

    public DbSet<TaxProfile> Profiles => Set<TaxProfile>();

    public DbSet<GoodsRate> GoodsRates => Set<GoodsRate>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<Document>().ToTable("documents_document").HasKey(d => d.Id);
        modelBuilder.Entity<Document>().Ignore(d => d.Content).Ignore(d => d.Gross);
        modelBuilder.Entity<DocumentSeries>().ToTable("documents_series").HasKey(s => new { s.IssuerId, s.Kind, s.Year });
        modelBuilder.Entity<DocumentSource>().ToTable("documents_source").HasKey(s => s.TransferId);
        modelBuilder.Entity<IssuingProgress>().ToTable("documents_progress").HasKey(p => p.Id);
        modelBuilder.Entity<TaxProfile>().ToTable("documents_profile").HasKey(p => new { p.OrganisationId, p.Version });
        modelBuilder.Entity<GoodsRate>().ToTable("documents_goods_rate").HasKey(r => r.ProductId);
        foreach (var entity in modelBuilder.Model.GetEntityTypes().Where(e => e.GetTableName()!.StartsWith("documents_", StringComparison.Ordinal)))
        {
            foreach (var property in entity.GetProperties())
            {
                property.SetColumnName(Column(property.Name));
                if (property.ClrType == typeof(bool)) property.SetProviderClrType(typeof(int));
                if (property.IsPrimaryKey()) property.ValueGenerated = ValueGenerated.Never;
            }
        }
    }

    // IssuedAt is issued_at.
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
