using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Fairground.Kernel;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Identity.RememberDevices;

/// <summary>A device that showed the second step once and need not show it again for a while. Its token is kept as a hash.</summary>
internal sealed class Device
{
    public static readonly TimeSpan Life = TimeSpan.FromDays(90);

    public Guid Id { get; init; }

    public Guid UserId { get; init; }

    public required byte[] TokenHash { get; init; }

    public required string Agent { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UsedAt { get; set; }

    public DateTimeOffset ExpiresAt { get; init; }
}

/// <summary>A device that I asked to be remembered.</summary>
/// <param name="Agent">What it called itself.</param>
public sealed record DeviceInfo(Guid DeviceId, string Agent, DateTimeOffset CreatedAt, DateTimeOffset UsedAt, DateTimeOffset ExpiresAt);

/// <summary>My remembered devices.</summary>
public sealed record DeviceList(IReadOnlyList<DeviceInfo> Items);

/// <summary>Remembers devices and knows them again. Forgotten when the password changes, the account is recovered, or one signs out everywhere.</summary>
internal sealed class Devices(IdentityContext context, TimeProvider time)
{
    private const int TokenLength = 32;

    /// <summary>True where this device was remembered for this account; its use is noted.</summary>
    public async Task<bool> Knows(Guid userId, string? token, DateTimeOffset now, CancellationToken ct)
    {
        if (string.IsNullOrEmpty(token) || token.Length > 100) return false;
        var hash = Hash(token);
        return await context.Devices.Where(d => d.TokenHash == hash && d.UserId == userId && d.ExpiresAt > now)
            .ExecuteUpdateAsync(set => set.SetProperty(d => d.UsedAt, now), ct) == 1;
    }

    /// <summary>Adds this device to the caller's changes and returns its token, which is not kept.</summary>
    public string Remember(Guid userId, string agent, DateTimeOffset now)
    {
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenLength));
        context.Devices.Add(new Device { Id = Ids.New(), UserId = userId, TokenHash = Hash(token), Agent = Session.Short(agent), CreatedAt = now, UsedAt = now, ExpiresAt = now + Device.Life });
        return token;
    }

    public async Task<IReadOnlyList<DeviceInfo>> List(Guid userId, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        return await context.Devices.Where(d => d.UserId == userId && d.ExpiresAt > now).OrderByDescending(d => d.UsedAt)
            .Select(d => new DeviceInfo(d.Id, d.Agent, d.CreatedAt, d.UsedAt, d.ExpiresAt)).ToListAsync(ct);
    }

    /// <summary>Refuses with <c>people.device_not_found</c>; null where it is forgotten.</summary>
    public async Task<Refusal?> Forget(Guid userId, Guid deviceId, CancellationToken ct)
    {
        await using var transaction = await context.BeginWriteAsync(ct);
        var gone = await context.Devices.Where(d => d.Id == deviceId && d.UserId == userId).ExecuteDeleteAsync(ct);
        await transaction.CommitAsync(ct);
        return gone == 1 ? null : (Refusal)PeopleRefusals.DeviceNotFound;
    }

    /// <summary>Inside the caller's transaction.</summary>
    public Task<int> ForgetAll(Guid userId, CancellationToken ct) => context.Devices.Where(d => d.UserId == userId).ExecuteDeleteAsync(ct);

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}

/// <summary>The browser's proof that it was remembered; HttpOnly, and sent to this site's own pages only.</summary>
internal static class DeviceCookie
{
    public const string Name = "fg_device";

    public static void Write(HttpContext http, string? token)
    {
        if (token is null) return;
        http.Response.Cookies.Append(Name, token, new CookieOptions { HttpOnly = true, IsEssential = true, SameSite = SameSiteMode.Strict, Secure = http.Request.IsHttps, Path = "/", MaxAge = Device.Life });
    }
}
