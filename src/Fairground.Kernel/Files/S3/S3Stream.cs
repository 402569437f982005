using Amazon.S3;
using Amazon.S3.Model;

namespace Fairground.Kernel.Files.S3;

/// <summary>Reads an object from wherever it is asked to; a line that breaks is taken up again at the byte where it broke.</summary>
internal sealed class S3Stream(AmazonS3Client client, string bucket, string key, StoredFile file) : Stream
{
    private const int MostBreaks = 5;

    private GetObjectResponse? response;
    private long responseAt;
    private int breaks;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => file.Length;

    public override long Position { get; set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (Position < file.Length && buffer.Length > 0)
        {
            try
            {
                if (response is null || responseAt != Position) await Open(cancellationToken);
                var read = await response!.ResponseStream.ReadAsync(buffer, cancellationToken);
                if (read == 0) throw new IOException($"The object {key} ends before its time.");
                Position += read;
                responseAt = Position;
                return read;
            }
            catch (AmazonS3Exception error) when (error.StatusCode == System.Net.HttpStatusCode.NotFound)
            {
                throw new FileGoneException($"The object {key} is not in the bucket.");
            }
            catch (Exception error) when (error is IOException or HttpRequestException && error is not FileGoneException && ++breaks <= MostBreaks)
            {
                Drop();
            }
        }
        return 0;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read asynchronously.");

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => Position + offset,
        _ => file.Length + offset,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) Drop();
        base.Dispose(disposing);
    }

    private async Task Open(CancellationToken ct)
    {
        Drop();
        response = await client.GetObjectAsync(new GetObjectRequest { BucketName = bucket, Key = key, ByteRange = new ByteRange(Position, file.Length - 1) }, ct);
        responseAt = Position;
    }

    private void Drop()
    {
        response?.Dispose();
        response = null;
    }
}
