using Microsoft.AspNetCore.Http;

namespace Fairground.Kernel.Http;

/// <summary>The caller's key of a command that moves value: the <c>Idempotency-Key</c> header, or a hidden field on a page's form.</summary>
public static class IdempotencyKey
{
    public const string Header = "Idempotency-Key";

    /// <summary>Set to <c>true</c> on an answer that was given before and is given again.</summary>
    public const string ReplayedHeader = "Idempotency-Replayed";

    /// <summary>Reads the header; refuses with <c>idempotency.key_missing</c> or <c>idempotency.key_invalid</c>.</summary>
    public static Result<string> Read(HttpContext http)
    {
        var given = http.Request.Headers[Header].ToString().Trim();
        if (given.Length == 0) return CommonRefusals.KeyMissing;
        if (given.Length > 255 || given.Any(char.IsControl)) return CommonRefusals.KeyInvalid;
        return given;
    }
}
