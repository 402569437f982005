using Amazon.S3;
using Amazon.S3.Model;

namespace Fairground.Kernel.Files.S3;

/// <summary>Sends a file up: in one request where it is short, else in parts of 8 MiB, of which one is held at a time.</summary>
internal sealed class S3Writer(AmazonS3Client client, string bucket, string key) : IByteWriter
{
    // At least 5 MiB by the rules of S3, and at most 10,000 parts: files of up to 78 GiB.
    private const int PartBytes = 8 * 1024 * 1024;

    private readonly MemoryStream waiting = new();
    private readonly List<PartETag> parts = [];
    private string? upload;

    public async Task Write(byte[] piece, CancellationToken ct)
    {
        waiting.Write(piece);
        if (waiting.Length >= PartBytes) await Part(ct);
    }

    public async Task Complete(CancellationToken ct)
    {
        if (upload is null)
        {
            waiting.Position = 0;
            await client.PutObjectAsync(new PutObjectRequest { BucketName = bucket, Key = key, InputStream = waiting, AutoCloseStream = false, UseChunkEncoding = false }, ct);
            return;
        }
        if (waiting.Length > 0) await Part(ct);
        await client.CompleteMultipartUploadAsync(new CompleteMultipartUploadRequest { BucketName = bucket, Key = key, UploadId = upload, PartETags = parts }, ct);
    }

    public async Task Abandon(CancellationToken ct)
    {
        if (upload is not null) await client.AbortMultipartUploadAsync(bucket, key, upload, ct);
    }

    public void Dispose() => waiting.Dispose();

    private async Task Part(CancellationToken ct)
    {
        upload ??= (await client.InitiateMultipartUploadAsync(bucket, key, ct)).UploadId;
        waiting.Position = 0;
        var number = parts.Count + 1;
        var sent = await client.UploadPartAsync(new UploadPartRequest { BucketName = bucket, Key = key, UploadId = upload, PartNumber = number, InputStream = waiting, PartSize = waiting.Length, UseChunkEncoding = false }, ct);
        parts.Add(new PartETag(number, sent.ETag));
        waiting.SetLength(0);
    }
}
