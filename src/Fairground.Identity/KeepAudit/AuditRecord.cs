using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Fairground.Kernel.Contracts;

namespace Fairground.Identity.KeepAudit;

/// <summary>One record of the audit. Rows are only added; each carries the hash of the one before.</summary>
internal sealed class AuditRecord
{
    private static readonly byte[] Head = Encoding.ASCII.GetBytes("fairground/audit/v1");

    /// <summary>From 1, without gaps.</summary>
    public long Seq { get; init; }

    public DateTimeOffset At { get; init; }

    public Guid Actor { get; init; }

    public Guid? OnBehalfOf { get; init; }

    public required string What { get; init; }

    public string? About { get; init; }

    public string? Why { get; init; }

    public string? Before { get; init; }

    public string? After { get; init; }

    /// <summary>SHA-256, 32 bytes.</summary>
    public required byte[] Hash { get; set; }

    public static AuditRecord Of(AuditEntry entry, long seq, DateTimeOffset at, byte[] previous)
    {
        var record = new AuditRecord
        {
            Seq = seq,
            // Milliseconds are what is stored, so that is what is hashed.
            At = DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds()),
            Actor = entry.Actor,
            OnBehalfOf = entry.OnBehalfOf,
            What = entry.What,
            About = entry.About,
            Why = entry.Why,
            Before = entry.Before,
            After = entry.After,
            Hash = [],
        };
        record.Hash = record.HashAfter(previous);
        return record;
    }

    /// <summary>
    /// SHA-256 over, in this order: the ASCII bytes <c>fairground/audit/v1</c>; the hash before (32 bytes, zeros for the first); then each of seq, at (Unix
    /// milliseconds), actor, on behalf of, what, about, why, before, after as a 4-byte big-endian length and UTF-8 text; a missing one is the length 0xFFFFFFFF alone.
    /// </summary>
    public byte[] HashAfter(byte[] previous)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Head);
        hash.AppendData(previous);
        Span<byte> length = stackalloc byte[4];
        foreach (var field in (ReadOnlySpan<string?>)
                 [
                     Seq.ToString(CultureInfo.InvariantCulture), At.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture), Actor.ToString(), OnBehalfOf?.ToString(),
                     What, About, Why, Before, After,
                 ])
        {
            var bytes = field is null ? null : Encoding.UTF8.GetBytes(field);
            BinaryPrimitives.WriteUInt32BigEndian(length, bytes is null ? uint.MaxValue : (uint)bytes.Length);
            hash.AppendData(length);
            if (bytes is not null) hash.AppendData(bytes);
        }
        return hash.GetHashAndReset();
    }
}

/// <summary>The number of the last record; one row, whose lock puts writers in a row.</summary>
internal sealed class AuditHead
{
    public int Id { get; init; }

    public long Last { get; set; }
}

/// <summary>Somebody of the operator's staff looked at a person's data.</summary>
internal sealed class Look
{
    public Guid Id { get; init; }

    public Guid Person { get; init; }

    public Guid By { get; init; }

    /// <summary>What was looked at: <c>page</c>, <c>list</c>, <c>export</c>, <c>acting</c>.</summary>
    public required string What { get; init; }

    public DateTimeOffset At { get; init; }
}
