using System.Text.Json;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Keys;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Delivery;

/// <summary>An address in somebody's book. What it says is sealed under the person's key (decision 0015).</summary>
internal sealed class BookAddress
{
    public Guid Id { get; init; }

    public Guid PersonId { get; init; }

    public required string Sealed { get; set; }

    /// <summary>Offered first.</summary>
    public bool IsDefault { get; set; }

    public DateTimeOffset MadeAt { get; init; }

    public DateTimeOffset ChangedAt { get; set; }
}

/// <summary>What is sent of an address.</summary>
/// <param name="Country">ISO 3166-1, two letters.</param>
/// <param name="IsDefault">Offer this one first; the first address always is.</param>
internal sealed record AddressBody(string? Name, string? Phone, string? Country, string? Street, string? City, string? Region, string? Postcode, string? Note, bool IsDefault = false);

/// <summary>An address of mine.</summary>
/// <param name="Phone">E.164.</param>
/// <param name="Country">ISO 3166-1, two letters.</param>
internal sealed record AddressView(Guid AddressId, string Name, string Phone, string Country, string Street, string City, string? Region, string? Postcode, string? Note, bool IsDefault)
{
    public PostalAddress Address => new(Name, Phone, Country, Street, City, Region, Postcode, Note);

    public static AddressView Of(Guid id, PostalAddress a, bool isDefault) => new(id, a.Name, a.Phone, a.Country, a.Street, a.City, a.Region, a.Postcode, a.Note, isDefault);
}

/// <summary>Seals and opens what deliveries say about people.</summary>
internal sealed class SealedWords(DeliveryContext context, PersonKeys keys)
{
    /// <summary>Sealed under this person's key. Inside the caller's writing transaction.</summary>
    public async Task<string> Seal(Guid person, string text, CancellationToken ct) =>
        (await keys.Of(context, person, ct) ?? throw new InvalidOperationException("The person's key was destroyed; nothing can be kept for them.")).Seal(text)!;

    public Task<string> Seal(Guid person, PostalAddress address, CancellationToken ct) => Seal(person, JsonSerializer.Serialize(address, JsonSerializerOptions.Web), ct);

    /// <summary>The keys of these people, to open with.</summary>
    public Task<IReadOnlyDictionary<Guid, PersonKey>> Keys(IReadOnlyCollection<Guid> people, CancellationToken ct) => keys.Find(context, people, ct);

    /// <summary>Null where the key is gone.</summary>
    public static PostalAddress? Address(PersonKey? key, string? text) => key is null || text is null ? null : JsonSerializer.Deserialize<PostalAddress>(key.Open(text)!, JsonSerializerOptions.Web);
}

/// <summary>Keeps people's addresses; page and API call this. An address that was chosen for a delivery is copied there: changing the book changes no parcel.</summary>
internal sealed class AddressBook(DeliveryContext context, SealedWords words, IPeople people, TimeProvider time)
{
    public const int Most = 20;

    /// <summary>The default first, then the newest.</summary>
    public async Task<IReadOnlyList<AddressView>> Of(Guid userId, CancellationToken ct)
    {
        var ids = await people.IdsOf(userId, ct);
        var rows = await context.Addresses.AsNoTracking().Where(a => ids.Contains(a.PersonId)).OrderByDescending(a => a.IsDefault).ThenByDescending(a => a.ChangedAt).ToListAsync(ct);
        var keys = await words.Keys([.. rows.Select(r => r.PersonId).Distinct()], ct);
        return [.. rows.Select(r => (Row: r, Address: SealedWords.Address(keys.GetValueOrDefault(r.PersonId), r.Sealed))).Where(r => r.Address is not null).Select(r => AddressView.Of(r.Row.Id, r.Address!, r.Row.IsDefault))];
    }

    /// <summary>Refuses with <c>address.not_found</c>, also for somebody else's.</summary>
    public async Task<Result<AddressView>> Find(Guid userId, Guid addressId, CancellationToken ct) =>
        (await Of(userId, ct)).FirstOrDefault(a => a.AddressId == addressId) is { } found ? found : AddressRefusals.NotFound;

    /// <summary>Refuses with <c>address.too_many</c> and what <see cref="AddressRules.Check"/> says.</summary>
    public async Task<Result<AddressView>> Add(Guid userId, AddressBody body, CancellationToken ct)
    {
        var address = AddressRules.Check(body);
        if (address.Refused) return address.Refusal!;
        await using var transaction = await context.BeginWriteAsync(ct);
        var ids = await people.IdsOf(userId, ct);
        var count = await context.Addresses.CountAsync(a => ids.Contains(a.PersonId), ct);
        if (count >= Most) return AddressRefusals.TooMany;
        var now = time.GetUtcNow();
        var row = new BookAddress { Id = Ids.New(), PersonId = userId, Sealed = await words.Seal(userId, address.Value, ct), IsDefault = body.IsDefault || count == 0, MadeAt = now, ChangedAt = now };
        if (row.IsDefault) await TakeDefault(ids, ct);
        context.Addresses.Add(row);
        await context.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return AddressView.Of(row.Id, address.Value, row.IsDefault);
    }

    /// <summary>Refuses with <c>address.not_found</c> and what <see cref="AddressRules.Check"/> says.</summary>
    public async Task<Result<AddressView>> Change(Guid userId, Guid addressId, AddressBody body, CancellationToken ct)
    {
        var address = AddressRules.Check(body);
        if (address.Refused) return address.Refusal!;
        await using var transaction = await context.BeginWriteAsync(ct);
        var ids = await people.IdsOf(userId, ct);
        var row = await context.Addresses.FirstOrDefaultAsync(a => a.Id == addressId && ids.Contains(a.PersonId), ct);
        if (row is null) return AddressRefusals.NotFound;
        if (body.IsDefault && !row.IsDefault) await TakeDefault(ids, ct);
        (row.Sealed, row.IsDefault, row.ChangedAt) = (await words.Seal(row.PersonId, address.Value, ct), row.IsDefault || body.IsDefault, time.GetUtcNow());
        await context.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return AddressView.Of(row.Id, address.Value, row.IsDefault);
    }

    /// <summary>Refuses with <c>address.not_found</c>. Where the default goes, the newest of the others takes its place.</summary>
    public async Task<Refusal?> Remove(Guid userId, Guid addressId, CancellationToken ct)
    {
        await using var transaction = await context.BeginWriteAsync(ct);
        var ids = await people.IdsOf(userId, ct);
        var rows = await context.Addresses.Where(a => ids.Contains(a.PersonId)).ToListAsync(ct);
        if (rows.Find(r => r.Id == addressId) is not { } row) return AddressRefusals.NotFound;
        context.Addresses.Remove(row);
        if (row.IsDefault && rows.Where(r => r != row).MaxBy(r => r.ChangedAt) is { } next) next.IsDefault = true;
        await context.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return null;
    }

    private Task<int> TakeDefault(IReadOnlyList<Guid> ids, CancellationToken ct) => context.Addresses.Where(a => ids.Contains(a.PersonId) && a.IsDefault).ExecuteUpdateAsync(s => s.SetProperty(a => a.IsDefault, false), ct);
}
