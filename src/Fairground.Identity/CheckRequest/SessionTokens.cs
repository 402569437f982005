using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Fairground.Kernel.Keys;

namespace Fairground.Identity.CheckRequest;

/// <summary>What a token is for; one is never taken for another.</summary>
internal enum TokenKind : byte
{
    /// <summary>The <c>Authorization: Bearer</c> header; lives 12 hours.</summary>
    Access = 1,

    /// <summary>The browser's cookie; renewed from the session row as it ages.</summary>
    Browser = 2,

    /// <summary>Buys a new access token, once.</summary>
    Refresh = 3,

    /// <summary>Whom an operator's browser acts as; lives a quarter of an hour.</summary>
    Acting = 4,
}

/// <summary>What an access or browser token says.</summary>
internal sealed record AccessToken(Guid UserId, Guid SessionId, DateTimeOffset IssuedAt, string Name)
{
    public static readonly TimeSpan Life = TimeSpan.FromHours(12);

    public DateTimeOffset ExpiresAt => IssuedAt + Life;
}

/// <summary>What a refresh token says.</summary>
internal sealed record RefreshToken(Guid SessionId, int Generation);

/// <summary>
/// Writes and reads tokens: a fixed layout under HMAC-SHA-256, so that a request is checked in a microsecond and without the database.
/// Layout, version 1, big-endian. Access, browser and acting: version 1, kind 1, user 16, session 16, issued (Unix ms) 8, length of name 1, name in
/// UTF-8 padded with zeros to a multiple of 3, MAC 32. Refresh: version 1, kind 1, session 16, generation 4, MAC 32. Both lengths divide
/// by 3, so that base64url has no spare bits and one token has one spelling.
/// </summary>
internal sealed class SessionTokens(ServerSecrets secrets)
{
    private const byte Version = 1;
    private const int MacLength = 32;
    private const int AccessHead = 43;
    private const int RefreshLength = 22;
    private const int LongestName = 120;
    private const int LongestToken = (AccessHead + LongestName + MacLength) / 3 * 4;

    // Read when the object is made, before the first request: making a secret writes, and no caller may wait for that inside its own turn.
    private readonly byte[] key = secrets.Of("identity.session-tokens");

    public string Write(TokenKind kind, AccessToken token)
    {
        Span<byte> name = stackalloc byte[LongestName];
        // A name is for show: one that does not fit is cut at a character.
        Encoding.UTF8.GetEncoder().Convert(token.Name, name, true, out _, out var nameLength, out _);
        var length = AccessHead + (nameLength + 2) / 3 * 3;
        Span<byte> bytes = stackalloc byte[length + MacLength];
        bytes.Clear();
        (bytes[0], bytes[1]) = (Version, (byte)kind);
        token.UserId.TryWriteBytes(bytes[2..], true, out _);
        token.SessionId.TryWriteBytes(bytes[18..], true, out _);
        BinaryPrimitives.WriteInt64BigEndian(bytes[34..], token.IssuedAt.ToUnixTimeMilliseconds());
        bytes[42] = (byte)nameLength;
        name[..nameLength].CopyTo(bytes[AccessHead..]);
        return Seal(bytes, length);
    }

    public string Write(RefreshToken token)
    {
        Span<byte> bytes = stackalloc byte[RefreshLength + MacLength];
        (bytes[0], bytes[1]) = (Version, (byte)TokenKind.Refresh);
        token.SessionId.TryWriteBytes(bytes[2..], true, out _);
        BinaryPrimitives.WriteInt32BigEndian(bytes[18..], token.Generation);
        return Seal(bytes, RefreshLength);
    }

    /// <summary>The token, or null where it is not one of ours. Age and session are for the caller to judge.</summary>
    public AccessToken? Read(TokenKind kind, ReadOnlySpan<char> text)
    {
        Span<byte> buffer = stackalloc byte[AccessHead + LongestName + MacLength];
        var bytes = Open(text, kind, buffer);
        if (bytes.Length < AccessHead || bytes[42] > bytes.Length - AccessHead) return null;
        return new AccessToken(
            new Guid(bytes[2..18], true),
            new Guid(bytes[18..34], true),
            DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(bytes[34..])),
            Encoding.UTF8.GetString(bytes.Slice(AccessHead, bytes[42])));
    }

    public RefreshToken? ReadRefresh(ReadOnlySpan<char> text)
    {
        Span<byte> buffer = stackalloc byte[AccessHead + LongestName + MacLength];
        var bytes = Open(text, TokenKind.Refresh, buffer);
        return bytes.Length == RefreshLength ? new RefreshToken(new Guid(bytes[2..18], true), BinaryPrimitives.ReadInt32BigEndian(bytes[18..])) : null;
    }

    private string Seal(Span<byte> bytes, int length)
    {
        HMACSHA256.HashData(key, bytes[..length], bytes[length..]);
        return Base64Url.EncodeToString(bytes);
    }

    private ReadOnlySpan<byte> Open(ReadOnlySpan<char> text, TokenKind kind, Span<byte> buffer)
    {
        if (text.Length is 0 or > LongestToken || text.Length % 4 != 0 || !Base64Url.IsValid(text)) return [];
        if (!Base64Url.TryDecodeFromChars(text, buffer, out var written) || written <= MacLength + 2) return [];
        var length = written - MacLength;
        // IsValid lets white space through; a token has one spelling only.
        if (written * 4 != text.Length * 3 || buffer[0] != Version || buffer[1] != (byte)kind) return [];
        Span<byte> mac = stackalloc byte[MacLength];
        HMACSHA256.HashData(key, buffer[..length], mac);
        return CryptographicOperations.FixedTimeEquals(mac, buffer[length..written]) ? buffer[..length] : [];
    }
}
