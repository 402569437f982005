using System.Text.Json.Nodes;
using Fairground.Kernel.Files;
using Fairground.Kernel.Files.S3;
using Fairground.Kernel.Http;
using Fairground.Kernel.Keys;
using Fairground.Kernel.Messaging;
using Fairground.Kernel.Modules;
using Fairground.Kernel.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Fairground.Kernel;

/// <summary>What every module stands on: storage, the outbox and its relay.</summary>
public sealed class KernelModule : IModule
{
    public string Name => "kernel";

    public IReadOnlyList<RefusalKind> Refusals { get; } = RefusalList.Of(typeof(CommonRefusals), typeof(FileRefusals), typeof(MessagingRefusals), typeof(Contracts.JurisdictionRefusals));

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddDataProtection().SetApplicationName("fairground");
        services.AddOptions<KeyManagementOptions>().Configure<Database, TimeProvider>((options, database, time) => options.XmlRepository = new DataKeyRepository(database, time));
        // The keys lie in the database on purpose, so that nodes share them; the warning at every start would say only that.
        services.AddLogging(logging => logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error));
        services.AddSingleton(provider => new PublicAddress(configuration, provider));
        services.AddSingleton<ServerSecrets>();
        services.AddSingleton<PersonKeys>();
        services.AddSingleton<SigningKeys>();
        services.AddSingleton<SignInKeys>();
        services.AddHostedService<KeysAtStart>();
        services.AddSingleton<Leases>();
        services.AddSingleton<Migrator>();
        if (configuration["FAIRGROUND_RABBITMQ"] is { Length: > 0 } broker)
        {
            services.AddSingleton(RabbitMqOptions.Parse(broker));
            services.AddSingleton<RabbitMqBus>();
            services.AddSingleton<IEventBus>(provider => provider.GetRequiredService<RabbitMqBus>());
            services.AddHostedService(provider => provider.GetRequiredService<RabbitMqBus>());
        }
        else
        {
            services.AddSingleton<IEventBus, InProcessBus>();
        }
        services.AddSingleton<DeadLetterBook>();
        services.AddHostedService<OutboxRelay>();
        services.AddHostedService<ReplayWorker>();
        services.AddSingleton<MarkSweeper>();
        services.AddHostedService(provider => provider.GetRequiredService<MarkSweeper>());
        services.AddSingleton<IAuditCheck, BusAudit>();
        AddFiles(services, configuration);
    }

    private static void AddFiles(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<FileRows>();
        services.AddSingleton<ChunkStore>();
        if (S3Settings.Read(configuration) is { } bucket) services.AddSingleton(provider => new S3Store(bucket, provider.GetRequiredService<FileRows>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new FileStores(
            configuration["FAIRGROUND_FILES"] is { Length: > 0 } chosen ? chosen : FileStores.Database,
            provider.GetService<S3Store>() is { } s3 ? [provider.GetRequiredService<ChunkStore>(), s3] : [provider.GetRequiredService<ChunkStore>()]));
        services.AddSingleton<IFileStore, FileStore>();
        services.AddSingleton(provider => new FileMover(provider.GetRequiredService<FileStores>(), provider.GetRequiredService<FileRows>(), provider.GetRequiredService<Leases>()));
        services.AddSingleton<PictureRows>();
        services.AddSingleton<PictureShaper>();
        services.AddSingleton<PictureWorker>();
        services.AddSingleton(provider => new PictureSizes(provider.GetRequiredService<PictureRows>()));
        services.AddSingleton<FileSweeper>();
        services.AddSingleton<IFileReferences>(provider => new ColumnReferences(provider.GetRequiredService<Database>(), ["kernel_picture_size.made_file_id"]));
        services.AddSingleton<IAuditCheck, FileAudit>();
        services.AddHostedService(provider => provider.GetRequiredService<FileSweeper>());
        services.AddHostedService(provider => provider.GetRequiredService<PictureWorker>());
    }

    public void MapApi(IEndpointRouteBuilder api) => DeadLetterEndpoints.Map(api);

    public void MapRoot(IEndpointRouteBuilder root)
    {
        ShowFile.Map(root);
        root.MapGet("/.well-known/jwks.json", Jwks)
            .WithAccess(Access.Public)
            .WithName("GetSigningKeys")
            .WithSummary("The public keys that check what this server signs.")
            .WithTags("Keys");
    }

    private static async Task<JsonHttpResult<JsonObject>> Jwks(SigningKeys keys, HttpContext http, CancellationToken ct)
    {
        await keys.EnsureLoaded(ct);
        http.Response.Headers.CacheControl = "public, max-age=300";
        return TypedResults.Json(keys.Jwks, contentType: "application/jwk-set+json");
    }
}
