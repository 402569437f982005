using Microsoft.Extensions.Configuration;

namespace Fairground.Kernel.Files.S3;

/// <summary>Where the bucket is. Made from <c>FAIRGROUND_S3_*</c>; with no keys given, the usual places of AWS are looked at (environment, profile, role of the machine).</summary>
/// <param name="Endpoint">Address of an S3-shaped store (MinIO, Ceph, Garage …); null for AWS itself.</param>
/// <param name="Prefix">What object names begin with, so that markets can share a bucket: <c>market-a/</c>.</param>
internal sealed record S3Settings(string Bucket, string Region, Uri? Endpoint, string? AccessKey, string? SecretKey, string Prefix)
{
    /// <summary>Reads the settings; null where no bucket is named.</summary>
    public static S3Settings? Read(IConfiguration configuration)
    {
        if (configuration["FAIRGROUND_S3_BUCKET"] is not { Length: > 0 } bucket) return null;
        var endpoint = configuration["FAIRGROUND_S3_ENDPOINT"];
        if (!string.IsNullOrEmpty(endpoint) && (!Uri.TryCreate(endpoint, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https")))
            throw new SettingException($"FAIRGROUND_S3_ENDPOINT is '{endpoint}'; it must be an http or https address.");
        var (access, secret) = (configuration["FAIRGROUND_S3_ACCESS_KEY"], configuration["FAIRGROUND_S3_SECRET_KEY"]);
        if (string.IsNullOrEmpty(access) != string.IsNullOrEmpty(secret)) throw new SettingException("Set both FAIRGROUND_S3_ACCESS_KEY and FAIRGROUND_S3_SECRET_KEY, or neither.");
        var region = configuration["FAIRGROUND_S3_REGION"] is { Length: > 0 } given ? given : "us-east-1";
        return new S3Settings(bucket, region, string.IsNullOrEmpty(endpoint) ? null : new Uri(endpoint), access, secret, configuration["FAIRGROUND_S3_PREFIX"] ?? "");
    }
}
