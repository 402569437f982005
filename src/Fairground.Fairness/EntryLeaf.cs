using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Fairground.Fairness;

/// <summary>One published entry, as a leaf of the tree shows it.</summary>
/// <param name="Holder">The blinded holder, 64 lower-case hex digits.</param>
/// <param name="Lot">The id of the lot.</param>
/// <param name="Number">The certificate number.</param>
/// <param name="Seq">The place in order of acceptance, from 1.</param>
public sealed record PublishedEntry(string Holder, string Lot, string Number, int Seq);

/// <summary>The bytes of a leaf and the blinding of holders (draw proof, section 2; C-15).</summary>
public static class EntryLeaf
{
    private static ReadOnlySpan<byte> HolderDomain => "fairground/holder/v1"u8;

    /// <summary>The canonical bytes of a leaf.</summary>
    /// <param name="lot">The id of the lot.</param>
    /// <param name="seq">The place in order of acceptance, from 1.</param>
    /// <param name="number">The certificate number.</param>
    /// <param name="holder">The 32 bytes of <see cref="Holder"/>.</param>
    /// <exception cref="FormatException">A text holds half of a surrogate pair.</exception>
    public static byte[] Bytes(string lot, int seq, string number, byte[] holder) => Bytes(lot, seq, number, Hex.Of(holder));

    /// <inheritdoc cref="Bytes(string, int, string, byte[])"/>
    public static byte[] Bytes(string lot, int seq, string number, string holderHex)
    {
        var output = new ArrayBufferWriter<byte>(160);
        Write(output, lot, seq, number, holderHex);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Writes a leaf without allocating, for lots of a million entries.</summary>
    public static void Write(IBufferWriter<byte> output, string lot, int seq, string number, string holderHex)
    {
        output.Write("{\"holder\":"u8);
        CanonicalJson.WriteString(output, holderHex);
        output.Write(",\"lot\":"u8);
        CanonicalJson.WriteString(output, lot);
        output.Write(",\"number\":"u8);
        CanonicalJson.WriteString(output, number);
        output.Write(",\"seq\":"u8);
        Span<byte> digits = stackalloc byte[11];
        seq.TryFormat(digits, out var count, default, CultureInfo.InvariantCulture);
        output.Write(digits[..count]);
        output.Write("}"u8);
    }

    /// <summary>The holder as published: SHA-256 over the lot, the user's own salt and the user, so that the list names
    /// nobody and two lots cannot be joined.</summary>
    /// <param name="lot">The id of the lot.</param>
    /// <param name="holderSaltHex">The user's salt, 32 lower-case hex digits; it goes into the hash as this text.</param>
    /// <param name="userId">The id of the user.</param>
    /// <returns>32 bytes.</returns>
    /// <exception cref="FormatException">The salt is not 16 bytes in lower-case hex.</exception>
    public static byte[] Holder(string lot, string holderSaltHex, string userId)
    {
        if (!Hex.Is(holderSaltHex, 16)) throw new FormatException("The salt must be 32 lower-case hexadecimal digits.");
        var output = new ArrayBufferWriter<byte>(160);
        output.Write(HolderDomain);
        output.Write(CanonicalJson.Bytes(lot));
        output.Write("\0"u8);
        output.Write(Encoding.ASCII.GetBytes(holderSaltHex));
        output.Write("\0"u8);
        output.Write(CanonicalJson.Bytes(userId));
        return SHA256.HashData(output.WrittenSpan);
    }

    /// <summary>The same as <see cref="Holder"/>, in lower-case hex.</summary>
    public static string HolderHex(string lot, string holderSaltHex, string userId) => Hex.Of(Holder(lot, holderSaltHex, userId));

    /// <summary>Reads one line of the published entries.</summary>
    /// <exception cref="FormatException">The line is not a leaf in canonical form.</exception>
    public static PublishedEntry Parse(string line) => Parse(CanonicalJson.Bytes(line));

    /// <inheritdoc cref="Parse(string)"/>
    public static PublishedEntry Parse(ReadOnlySpan<byte> leafBytes)
    {
        if (ReadPlain(leafBytes) is { } plain) return plain;
        var entry = Read(leafBytes);
        if (!Hex.Is(entry.Holder, 32)) throw new FormatException("Its holder is not 64 lower-case hexadecimal digits.");
        var output = new ArrayBufferWriter<byte>(160);
        Write(output, entry.Lot, entry.Seq, entry.Number, entry.Holder);
        // One entry has one spelling, or two lists with the same meaning would have two roots.
        if (!output.WrittenSpan.SequenceEqual(leafBytes)) throw new FormatException("It is not in canonical form.");
        return entry;
    }

    /// <summary>Reads a leaf whose texts are plain ASCII, which is canonical wherever it has exactly this layout; null
    /// sends the line the long way. A verifier of a million entries spends its time here.</summary>
    private static PublishedEntry? ReadPlain(ReadOnlySpan<byte> rest)
    {
        if (TakePlain(ref rest, "{\"holder\":\""u8) is not { } holder || !Hex.Is(holder, 32)) return null;
        if (TakePlain(ref rest, ",\"lot\":\""u8) is not { } lot) return null;
        if (TakePlain(ref rest, ",\"number\":\""u8) is not { } number) return null;
        var label = ",\"seq\":"u8;
        if (!rest.StartsWith(label) || rest.Length < label.Length + 2 || rest[label.Length] is < (byte)'1' or > (byte)'9') return null;
        return Utf8Parser.TryParse(rest[label.Length..], out int seq, out var read) && rest[(label.Length + read)..].SequenceEqual("}"u8)
            ? new PublishedEntry(holder, lot, number, seq)
            : null;
    }

    private static string? TakePlain(ref ReadOnlySpan<byte> rest, ReadOnlySpan<byte> label)
    {
        if (!rest.StartsWith(label)) return null;
        var text = rest[label.Length..];
        var end = text.IndexOf((byte)'"');
        if (end < 0 || text[..end].ContainsAnyExceptInRange((byte)' ', (byte)'~') || text[..end].Contains((byte)'\\')) return null;
        rest = text[(end + 1)..];
        return Encoding.ASCII.GetString(text[..end]);
    }

    private static PublishedEntry Read(ReadOnlySpan<byte> leafBytes)
    {
        string? holder = null, lot = null, number = null;
        var seq = 0;
        try
        {
            var reader = new Utf8JsonReader(leafBytes);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) throw new FormatException("It is not a JSON object.");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString();
                reader.Read();
                switch (name)
                {
                    case "holder": holder = reader.GetString(); break;
                    case "lot": lot = reader.GetString(); break;
                    case "number": number = reader.GetString(); break;
                    case "seq": seq = reader.GetInt32(); break;
                    default: throw new FormatException($"It has a member \"{name}\" that no entry has.");
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new FormatException("It is not JSON of the right shape.", e);
        }
        if (holder is null || lot is null || number is null) throw new FormatException("It lacks a holder, a lot or a number.");
        if (seq < 1) throw new FormatException("Its seq is not a place from 1 on.");
        return new PublishedEntry(holder, lot, number, seq);
    }
}
