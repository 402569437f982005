using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Fairground.Kernel.Storage;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Kernel.Keys;

/// <summary>One person's key as it is stored: wrapped while it lives, and the mark that it is gone afterwards.</summary>
public sealed class PersonKeyRow
{
    public Guid PersonId { get; init; }

    /// <summary>Nonce, key and tag; null once destroyed.</summary>
    public byte[]? Wrapped { get; set; }

    public DateTimeOffset MadeAt { get; init; }

    public DateTimeOffset? DestroyedAt { get; set; }
}

/// <summary>
/// A key for each person, under which personal words stand in places that are only added to. Destroying the key is what erases them there. AES-256-GCM;
/// the keys are wrapped under a secret of the server's, which data protection keeps. Decision 0015.
/// </summary>
public sealed class PersonKeys(ServerSecrets secrets, TimeProvider time)
{
    // Read when the object is made: making a secret writes, and callers seal inside their own writing transaction.
    private readonly byte[] master = secrets.Of("person-keys");

    /// <summary>The person's key, made now where there was none; null where it was destroyed. Inside the caller's writing transaction.</summary>
    public async Task<PersonKey?> Of(ModuleContext context, Guid person, CancellationToken ct)
    {
        var row = await context.PersonKeys.AsNoTracking().FirstOrDefaultAsync(k => k.PersonId == person, ct);
        if (row is not null) return Unwrap(row);
        var key = RandomNumberGenerator.GetBytes(PersonKey.Length);
        context.PersonKeys.Add(new PersonKeyRow { PersonId = person, Wrapped = AesSeal.Seal(master, key, person), MadeAt = time.GetUtcNow() });
        await context.SaveChangesAsync(ct);
        return new PersonKey(person, key);
    }

    /// <summary>The keys of these people, as far as there are any.</summary>
    public async Task<IReadOnlyDictionary<Guid, PersonKey>> Find(ModuleContext context, IReadOnlyCollection<Guid> people, CancellationToken ct)
    {
        var rows = await context.PersonKeys.AsNoTracking().Where(k => people.Contains(k.PersonId) && k.Wrapped != null).ToListAsync(ct);
        return rows.ToDictionary(r => r.PersonId, r => Unwrap(r)!);
    }

    /// <summary>Destroys the keys for good: what was sealed under them can be read by nobody, the operator included. Inside the caller's writing transaction.</summary>
    public async Task Destroy(ModuleContext context, IReadOnlyCollection<Guid> people, CancellationToken ct)
    {
        var rows = await context.PersonKeys.Where(k => people.Contains(k.PersonId)).ToListAsync(ct);
        var now = time.GetUtcNow();
        foreach (var row in rows) (row.Wrapped, row.DestroyedAt) = (null, row.DestroyedAt ?? now);
        context.PersonKeys.AddRange(people.Except(rows.Select(r => r.PersonId)).Select(id => new PersonKeyRow { PersonId = id, MadeAt = now, DestroyedAt = now }));
        await context.SaveChangesAsync(ct);
    }

    private PersonKey? Unwrap(PersonKeyRow row) => row.Wrapped is { } wrapped ? new PersonKey(row.PersonId, AesSeal.Open(master, wrapped, row.PersonId)) : null;
}

/// <summary>A person's key, unwrapped. Seals and opens short texts.</summary>
public sealed class PersonKey
{
    internal const int Length = 32;

    private const string Prefix = "sealed:1:";

    private readonly Guid person;
    private readonly byte[] key;

    internal PersonKey(Guid person, byte[] key) => (this.person, this.key) = (person, key);

    /// <summary>True where a stored text can be read only with a key.</summary>
    public static bool IsSealed(string? text) => text?.StartsWith(Prefix, StringComparison.Ordinal) == true;

    /// <summary>The text as it is stored; null stays null.</summary>
    public string? Seal(string? text) => text is null ? null : Prefix + Base64Url.EncodeToString(AesSeal.Seal(key, Encoding.UTF8.GetBytes(text), person));

    /// <summary>What was sealed; a text that is not sealed is given as it is. Throws <see cref="CryptographicException"/> where it was sealed under another key or changed.</summary>
    public string? Open(string? text) => IsSealed(text) ? Encoding.UTF8.GetString(AesSeal.Open(key, Base64Url.DecodeFromChars(text.AsSpan(Prefix.Length)), person)) : text;
}

/// <summary>AES-256-GCM with a random nonce before and the tag behind; the person is bound in, so that what is sealed for one cannot be passed off as another's.</summary>
internal static class AesSeal
{
    private const int Nonce = 12;
    private const int Tag = 16;

    private static readonly byte[] Head = "fairground/person-key/v1"u8.ToArray();

    public static byte[] Seal(byte[] key, byte[] plain, Guid person)
    {
        var all = new byte[Nonce + plain.Length + Tag];
        RandomNumberGenerator.Fill(all.AsSpan(0, Nonce));
        using var aes = new AesGcm(key, Tag);
        aes.Encrypt(all.AsSpan(0, Nonce), plain, all.AsSpan(Nonce, plain.Length), all.AsSpan(Nonce + plain.Length), Bound(person));
        return all;
    }

    public static byte[] Open(byte[] key, byte[] all, Guid person)
    {
        if (all.Length < Nonce + Tag) throw new CryptographicException("What was sealed is cut short.");
        var plain = new byte[all.Length - Nonce - Tag];
        using var aes = new AesGcm(key, Tag);
        aes.Decrypt(all.AsSpan(0, Nonce), all.AsSpan(Nonce, plain.Length), all.AsSpan(Nonce + plain.Length), plain, Bound(person));
        return plain;
    }

    private static byte[] Bound(Guid person) => [.. Head, .. person.ToByteArray(true)];
}
