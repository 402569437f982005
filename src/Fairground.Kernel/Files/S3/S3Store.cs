using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace Fairground.Kernel.Files.S3;

/// <summary>Bytes as objects in an S3 bucket, one object a file, named by the file's id. Large ones go up in parts, so that no file is ever held whole.</summary>
internal sealed class S3Store : IByteStore, IDisposable
{
    private readonly S3Settings settings;
    private readonly AmazonS3Client client;
    private readonly FileRows rows;
    private readonly TimeProvider time;

    public S3Store(S3Settings settings, FileRows rows, TimeProvider time)
    {
        (this.settings, this.rows, this.time) = (settings, rows, time);
        var config = new AmazonS3Config
        {
            AuthenticationRegion = settings.Region,
            ForcePathStyle = settings.Endpoint is not null,
            MaxErrorRetry = 4,
            Timeout = TimeSpan.FromMinutes(2),
            // Many S3-shaped stores do not know the newer trailing checksums; each part's SHA-256 is signed anyway, and a move reads back what it wrote.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (settings.Endpoint is { } endpoint) (config.ServiceURL, config.UseHttp) = (endpoint.ToString(), endpoint.Scheme == "http");
        else config.RegionEndpoint = RegionEndpoint.GetBySystemName(settings.Region);
        client = settings.AccessKey is { Length: > 0 } key ? new AmazonS3Client(new BasicAWSCredentials(key, settings.SecretKey), config) : new AmazonS3Client(config);
    }

    public string Name => FileStores.S3;

    public string Bucket => settings.Bucket;

    public async Task<IByteWriter> Write(Guid id, bool replaces, CancellationToken ct)
    {
        // An object cannot be in one transaction with the file's row: the note finds it again should this process end in between.
        if (!replaces) await rows.Began(id, time.GetUtcNow(), ct);
        // A move that was ended in the middle may have left parts, and nobody else would remove them.
        else await AbortUploads(id, ct);
        return new S3Writer(client, settings.Bucket, Key(id));
    }

    public Stream OpenRead(StoredFile file) => new S3Stream(client, settings.Bucket, Key(file.Id), file);

    public async Task<long?> Length(Guid id, CancellationToken ct)
    {
        try
        {
            return (await client.GetObjectMetadataAsync(settings.Bucket, Key(id), ct)).ContentLength;
        }
        catch (AmazonS3Exception error) when (error.StatusCode == System.Net.HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    public async Task Remove(Guid id, CancellationToken ct)
    {
        await client.DeleteObjectAsync(settings.Bucket, Key(id), ct);
        await rows.Ended(id, ct);
    }

    public async Task<int> Sweep(DateTimeOffset before, CancellationToken ct)
    {
        var abandoned = await rows.Abandoned(before, ct);
        foreach (var id in abandoned)
        {
            await AbortUploads(id, ct);
            await Remove(id, ct);
        }
        return abandoned.Count;
    }

    public void Dispose() => client.Dispose();

    private async Task AbortUploads(Guid id, CancellationToken ct)
    {
        var uploads = await client.ListMultipartUploadsAsync(new ListMultipartUploadsRequest { BucketName = settings.Bucket, Prefix = Key(id) }, ct);
        foreach (var upload in uploads.MultipartUploads ?? []) await client.AbortMultipartUploadAsync(settings.Bucket, upload.Key, upload.UploadId, ct);
    }

    private string Key(Guid id) => $"{settings.Prefix}{id}";
}
