using Amazon.S3;
using Amazon.S3.Model;

namespace Fairground.Kernel.Files.S3;

/// <summary>Reads an object from wherever it is asked to; a line that breaks is taken up again at the byte where it broke.</summary>
internal sealed class S3Stream(AmazonS3Client client, string bucket, string key, StoredFile file) : StoredStream(file.Length)
{
    private const int MostBreaks = 5;

    private GetObjectResponse? response;
    private long responseAt;
    private int breaks;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (Position < Length && buffer.Length > 0)
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

    protected override void Dispose(bool disposing)
    {
        if (disposing) Drop();
        base.Dispose(disposing);
    }

    private async Task Open(CancellationToken ct)
    {
        Drop();
        response = await client.GetObjectAsync(new GetObjectRequest { BucketName = bucket, Key = key, ByteRange = new ByteRange(Position, Length - 1) }, ct);
        responseAt = Position;
    }

    private void Drop()
    {
        response?.Dispose();
        response = null;
    }
}
