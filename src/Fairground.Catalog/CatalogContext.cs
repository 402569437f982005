using Fairground.Catalog.ExchangeWith1C;
using Fairground.Catalog.ImportFeed;
using Fairground.Catalog.KeepHistory;
using Fairground.Catalog.KeepFavourites;
using Fairground.Kernel.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Fairground.Catalog;

/// <summary>The module's tables.</summary>
internal sealed class CatalogContext(DbContextOptions<CatalogContext> options, Kernel.Storage.Database database) : ModuleContext(options, database)
{
    public DbSet<Shop> Shops => Set<Shop>();

    public DbSet<Category> Categories => Set<Category>();

    public DbSet<Product> Products => Set<Product>();

    public DbSet<Variant> Variants => Set<Variant>();

    public DbSet<Picture> Pictures => Set<Picture>();

    public DbSet<ProductCategory> ProductCategories => Set<ProductCategory>();

    public DbSet<Import> Imports => Set<Import>();

    public DbSet<ImportProblem> ImportProblems => Set<ImportProblem>();

    public DbSet<ProductAttribute> Attributes => Set<ProductAttribute>();

    public DbSet<ImportChange> ImportChanges => Set<ImportChange>();

    public DbSet<ImportDifference> ImportDifferences => Set<ImportDifference>();

    public DbSet<ExchangeKey> ExchangeKeys => Set<ExchangeKey>();

    public DbSet<ExchangeSession> ExchangeSessions => Set<ExchangeSession>();

    public DbSet<ExchangePart> ExchangeParts => Set<ExchangePart>();

    public DbSet<ExchangeImport> ExchangeImports => Set<ExchangeImport>();

    public DbSet<Favourite> Favourites => Set<Favourite>();

    public DbSet<ImportPicture> ImportPictures => Set<ImportPicture>();

    public DbSet<FormerCategory> FormerCategories => Set<FormerCategory>();

    public DbSet<GoodsHistory> History => Set<GoodsHistory>();

    public DbSet<FeedMapping> FeedMappings => Set<FeedMapping>();

    public DbSet<FeedCategoryKey> FeedCategoryKeys => Set<FeedCategoryKey>();

    public DbSet<KeepDocuments.ShopDocument> Documents => Set<KeepDocuments.ShopDocument>();

    public DbSet<CountFiles.ShopFile> ShopFiles => Set<CountFiles.ShopFile>();

    public DbSet<CountFiles.ShopRoomRow> ShopRooms => Set<CountFiles.ShopRoomRow>();

    public DbSet<Source> Sources => Set<Source>();

    public DbSet<SourceItem> SourceItems => Set<SourceItem>();

    public DbSet<SourceHook> SourceHooks => Set<SourceHook>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        Map(modelBuilder.Entity<Shop>(), "catalog_shop").HasKey(s => s.Id);
        modelBuilder.Entity<Shop>().Ignore(s => s.Money);
        Map(modelBuilder.Entity<Category>(), "catalog_category").HasKey(c => c.Id);
        MapProduct(modelBuilder.Entity<Product>());
        Map(modelBuilder.Entity<ProductCategory>(), "catalog_product_category").HasKey(c => new { c.ProductId, c.CategoryId });
        Map(modelBuilder.Entity<Variant>(), "catalog_variant").HasKey(v => v.Id);
        Map(modelBuilder.Entity<Picture>(), "catalog_picture").HasKey(p => p.Id);
        modelBuilder.Entity<Picture>().Ignore(p => p.Url);
        MapImport(modelBuilder.Entity<Import>());
        Map(modelBuilder.Entity<ImportProblem>(), "catalog_import_problem").HasKey(p => new { p.ImportId, p.N });
        Map(modelBuilder.Entity<ProductAttribute>(), "catalog_attribute").HasKey(a => new { a.ProductId, a.Position });
        Map(modelBuilder.Entity<ProductAlias>(), "catalog_product_alias").HasKey(a => new { a.ShopId, a.Alias });
        Map(modelBuilder.Entity<ImportChange>(), "catalog_import_change").HasKey(c => new { c.ImportId, c.ProductId });
        modelBuilder.Entity<ImportChange>().Property(c => c.Undone).HasConversion<int>();
        Map(modelBuilder.Entity<ImportDifference>(), "catalog_import_difference").HasKey(d => new { d.ImportId, d.N });
        Map(modelBuilder.Entity<ExchangeKey>(), "catalog_exchange_key").HasKey(k => k.ShopId);
        Map(modelBuilder.Entity<ExchangeSession>(), "catalog_exchange_session").HasKey(s => s.Id);
        Map(modelBuilder.Entity<ExchangePart>(), "catalog_exchange_part").HasKey(p => new { p.SessionId, p.N });
        Map(modelBuilder.Entity<ExchangeImport>(), "catalog_exchange_import").HasKey(i => new { i.SessionId, i.Name });
        Map(modelBuilder.Entity<Favourite>(), "catalog_favourite").HasKey(f => new { f.UserId, f.ProductId });
        Map(modelBuilder.Entity<ImportPicture>(), "catalog_import_picture").HasKey(p => new { p.ImportId, p.Name });
        modelBuilder.Entity<Category>().Property(c => c.Hidden).HasConversion<int>();
        Map(modelBuilder.Entity<FormerCategory>(), "catalog_category_former").HasKey(c => c.Path);
        Map(modelBuilder.Entity<GoodsHistory>(), "catalog_history").HasKey(h => h.Id);
        Map(modelBuilder.Entity<FeedMapping>(), "catalog_feed_mapping").HasKey(m => m.Id);
        Map(modelBuilder.Entity<FeedCategoryKey>(), "catalog_feed_category").HasKey(c => new { c.ShopId, c.FeedKey });
        Map(modelBuilder.Entity<KeepDocuments.ShopDocument>(), "catalog_document").HasKey(d => d.Id);
        modelBuilder.Entity<KeepDocuments.ShopDocument>().Property(d => d.ForEveryone).HasConversion<int>();
        Map(modelBuilder.Entity<CountFiles.ShopFile>(), "catalog_shop_file").HasKey(f => new { f.ShopId, f.FileId });
        Map(modelBuilder.Entity<CountFiles.ShopRoomRow>(), "catalog_shop_room").HasKey(r => r.ShopId);
        Map(modelBuilder.Entity<Source>(), "catalog_source").HasKey(s => s.Id);
        modelBuilder.Entity<Source>().Property(s => s.Paused).HasConversion<int>();
        Map(modelBuilder.Entity<SourceItem>(), "catalog_source_item").HasKey(i => new { i.SourceId, i.RemoteId });
        Map(modelBuilder.Entity<SourceHook>(), "catalog_source_hook").HasKey(h => h.Id);
        foreach (var entity in modelBuilder.Model.GetEntityTypes().Where(e => e.ClrType.Assembly == typeof(CatalogContext).Assembly))
        {
            foreach (var property in entity.GetProperties())
            {
                property.ValueGenerated = Microsoft.EntityFrameworkCore.Metadata.ValueGenerated.Never;
                if (property.GetColumnName() == property.Name) property.SetColumnName(Snake(property.Name));
            }
        }
    }

    private static EntityTypeBuilder<T> Map<T>(EntityTypeBuilder<T> entity, string table)
        where T : class => entity.ToTable(table);

    private static void MapProduct(EntityTypeBuilder<Product> product)
    {
        Map(product, "catalog_product").HasKey(p => p.Id);
        product.Ignore(p => p.Price).Ignore(p => p.CompareAt).Ignore(p => p.WaitsForPrice);
        product.Property(p => p.Listed).HasConversion<int>();
        product.Property(p => p.Active).HasConversion<int>();
        product.Property(p => p.Essential).HasConversion<int>();
        product.Property(p => p.WordsWritten).HasConversion<int>();
    }

    private static void MapImport(EntityTypeBuilder<Import> import)
    {
        Map(import, "catalog_import").HasKey(i => i.Id);
        import.Property(i => i.Separator).HasColumnName("separator_char");
        import.Property(i => i.IsFull).HasConversion<int>();
        import.Property(i => i.WantedFull).HasConversion<int?>();
        import.Property(i => i.IsDryRun).HasConversion<int>();
        import.Property(i => i.Differences).HasColumnName("difference_count");
        import.Property(i => i.Undone).HasColumnName("undone_count");
        import.Property(i => i.UndoLeft).HasColumnName("undo_left_count");
        import.Property(i => i.Rows).HasColumnName("rows_read");
        import.Property(i => i.Read).HasColumnName("read_count");
        import.Property(i => i.Created).HasColumnName("created_count");
        import.Property(i => i.Updated).HasColumnName("updated_count");
        import.Property(i => i.Unchanged).HasColumnName("unchanged_count");
        import.Property(i => i.Rejected).HasColumnName("rejected_count");
        import.Property(i => i.Deactivated).HasColumnName("deactivated_count");
        import.Property(i => i.Problems).HasColumnName("problem_count");
    }

    private static string Snake(string name) =>
        string.Concat(name.Select((c, i) => char.IsUpper(c) ? (i > 0 ? "_" : "") + char.ToLowerInvariant(c) : c.ToString()));
}
