using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Fairground.Testing.S3;

/// <summary>Checks AWS Signature Version 4, as published, from the server's side.</summary>
public static class SigV4
{
    /// <summary>Why the request is not taken, as S3's error code; null where it is signed as it should be.</summary>
    public static string? Refusal(HttpRequest request, string bodySum, string accessKey, string secretKey, string region)
    {
        const string Scheme = "AWS4-HMAC-SHA256 ";
        var authorization = request.Headers.Authorization.ToString();
        if (!authorization.StartsWith(Scheme, StringComparison.Ordinal)) return "AccessDenied";
        var parts = authorization[Scheme.Length..].Split(',', StringSplitOptions.TrimEntries).Select(p => p.Split('=', 2)).ToDictionary(p => p[0], p => p[1]);
        var scope = parts["Credential"].Split('/');
        if (scope[0] != accessKey) return "InvalidAccessKeyId";
        if (scope[2] != region || scope[3] != "s3") return "AuthorizationHeaderMalformed";
        var said = request.Headers["x-amz-content-sha256"].ToString();
        if (said != bodySum) return "XAmzContentSHA256Mismatch";
        var signed = parts["SignedHeaders"].Split(';');
        var target = request.HttpContext.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var headers = signed.Select(name => (name, name == "host" ? request.Host.Value! : request.Headers[name].ToString()));
        var expected = Sign(request.Method, target, headers, said, request.Headers["x-amz-date"].ToString(), region, secretKey);
        return parts["Signature"] == expected ? null : "SignatureDoesNotMatch";
    }

    /// <summary>The signature of a request. The path in <paramref name="target"/> is taken as it was sent, the query is put in order.</summary>
    public static string Sign(string method, string target, IEnumerable<(string Name, string Value)> headers, string bodySum, string date, string region, string secretKey)
    {
        var all = headers.ToList();
        var (path, query) = (target.Split('?')[0], target.Contains('?', StringComparison.Ordinal) ? target.Split('?', 2)[1] : "");
        var ordered = string.Join('&', query.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(p => p.Contains('=', StringComparison.Ordinal) ? p : p + "=").Order(StringComparer.Ordinal));
        var canonical = $"{method}\n{path}\n{ordered}\n{string.Concat(all.Select(h => $"{h.Name}:{h.Value.Trim()}\n"))}\n{string.Join(';', all.Select(h => h.Name))}\n{bodySum}";
        var day = date[..8];
        var text = $"AWS4-HMAC-SHA256\n{date}\n{day}/{region}/s3/aws4_request\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var key = new[] { day, region, "s3", "aws4_request" }.Aggregate(Encoding.UTF8.GetBytes("AWS4" + secretKey), (k, part) => HMACSHA256.HashData(k, Encoding.UTF8.GetBytes(part)));
        return Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));
    }
}
