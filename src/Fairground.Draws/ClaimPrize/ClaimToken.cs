using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Fairground.Kernel.Keys;

namespace Fairground.Draws;

/// <summary>What a token says before its seal is checked.</summary>
internal sealed record ClaimTokenText(Guid WinId, DateTimeOffset ExpiresAt, byte[] Seal);

/// <summary>The code that a winner shows (C-29): win, expiry and a 128-bit seal over both and the winner, in 58 letters and digits.
/// Base 32 in capitals, because a QR code holds those in half the space and a person can type them.</summary>
internal sealed class ClaimToken(ServerSecrets secrets)
{
    /// <summary>How long a code may be shown.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    /// <summary>Characters of a token.</summary>
    public const int Length = 58;

    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int IdBytes = 16;
    private const int SaidBytes = IdBytes + 4;
    private const int SealBytes = 16;
    private const int AllBytes = SaidBytes + SealBytes;
    private const int SparePaddingBits = (Length * 5) - (AllBytes * 8);

    /// <summary>The token of a win for its winner.</summary>
    /// <param name="expiresAt">Whole seconds.</param>
    public string Write(Guid winId, Guid winner, DateTimeOffset expiresAt)
    {
        Span<byte> bytes = stackalloc byte[AllBytes];
        Say(bytes, winId, expiresAt);
        Seal(winner, bytes[..SaidBytes]).CopyTo(bytes[SaidBytes..]);
        return Encode(bytes);
    }

    /// <summary>Reads a token as scanned, pasted or typed; null where it cannot be one. The seal is not checked yet: <see cref="IsGenuine"/>.</summary>
    public static ClaimTokenText? Read(string? token)
    {
        Span<byte> bytes = stackalloc byte[AllBytes];
        if (token is null || !TryDecode(token, bytes)) return null;
        var seconds = BinaryPrimitives.ReadUInt32BigEndian(bytes[IdBytes..SaidBytes]);
        return new ClaimTokenText(new Guid(bytes[..IdBytes], bigEndian: true), DateTimeOffset.FromUnixTimeSeconds(seconds), bytes[SaidBytes..].ToArray());
    }

    /// <summary>True where this server made the token for this winner. Takes the same time whatever differs.</summary>
    public bool IsGenuine(ClaimTokenText token, Guid winner)
    {
        Span<byte> said = stackalloc byte[SaidBytes];
        Say(said, token.WinId, token.ExpiresAt);
        return CryptographicOperations.FixedTimeEquals(Seal(winner, said), token.Seal);
    }

    /// <summary>The token in groups of four, for reading aloud.</summary>
    public static string Grouped(string token)
    {
        var text = new StringBuilder(token.Length + (token.Length / 4));
        for (var i = 0; i < token.Length; i++)
        {
            if (i > 0 && i % 4 == 0) text.Append(' ');
            text.Append(token[i]);
        }
        return text.ToString();
    }

    private static void Say(Span<byte> bytes, Guid winId, DateTimeOffset expiresAt)
    {
        winId.TryWriteBytes(bytes, bigEndian: true, out _);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[IdBytes..], checked((uint)expiresAt.ToUnixTimeSeconds()));
    }

    private byte[] Seal(Guid winner, ReadOnlySpan<byte> said)
    {
        Span<byte> message = stackalloc byte[SaidBytes + 16];
        said.CopyTo(message);
        winner.TryWriteBytes(message[SaidBytes..], bigEndian: true, out _);
        return HMACSHA256.HashData(secrets.Of("draws.claim"), message)[..SealBytes];
    }

    private static string Encode(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(Length);
        var (held, bits) = (0, 0);
        foreach (var b in bytes)
        {
            (held, bits) = ((held << 8) | b, bits + 8);
            for (; bits >= 5; bits -= 5) text.Append(Alphabet[(held >> (bits - 5)) & 31]);
            held &= (1 << bits) - 1;
        }
        return text.Append(Alphabet[(held << (5 - bits)) & 31]).ToString();
    }

    // Typing turns O into 0 and I or L into 1, and puts in spaces and dashes; nothing else is forgiven.
    private static bool TryDecode(string token, Span<byte> bytes)
    {
        var (held, bits, at, read) = (0, 0, 0, 0);
        foreach (var c in token)
        {
            if (char.IsWhiteSpace(c) || c == '-') continue;
            var value = Alphabet.IndexOf(char.ToUpperInvariant(c) switch { 'O' => '0', 'I' or 'L' => '1', var other => other }, StringComparison.Ordinal);
            if (value < 0 || ++read > Length) return false;
            (held, bits) = ((held << 5) | value, bits + 5);
            if (bits < 8 || at == AllBytes) continue;
            bits -= 8;
            bytes[at++] = (byte)(held >> bits);
            held &= (1 << bits) - 1;
        }
        return read == Length && bits == SparePaddingBits && held == 0;
    }
}
