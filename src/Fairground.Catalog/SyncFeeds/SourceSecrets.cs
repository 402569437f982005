using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;

namespace Fairground.Catalog.SyncFeeds;

/// <summary>Keeps what sources are opened with under the server's own keys.</summary>
internal sealed class SourceSecrets(IDataProtectionProvider protection)
{
    private readonly IDataProtector protector = protection.CreateProtector("fairground.catalog.sources");

    public byte[] Protect(SourceSecret secret) => protector.Protect(JsonSerializer.SerializeToUtf8Bytes(secret));

    public SourceSecret Read(Source source) => JsonSerializer.Deserialize<SourceSecret>(protector.Unprotect(source.Secret))!;
}
