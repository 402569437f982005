using Fairground.Identity.SignIn;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Identity.AcceptSignIn;

/// <summary>An account elsewhere that opens an account here.</summary>
internal sealed class OutsideLogin
{
    public required string Issuer { get; init; }

    public required string Subject { get; init; }

    public Guid UserId { get; init; }

    /// <summary>What it is called there, for the person's own list.</summary>
    public required string Shown { get; init; }

    public DateTimeOffset LinkedAt { get; init; }

    public DateTimeOffset UsedAt { get; set; }

    public static void Map(ModelBuilder model) => model.Entity<OutsideLogin>(row =>
    {
        row.ToTable("identity_outside_login").HasKey(r => new { r.Issuer, r.Subject });
        row.Property(r => r.Issuer).HasColumnName("issuer");
        row.Property(r => r.Subject).HasColumnName("subject");
        row.Property(r => r.UserId).HasColumnName("user_id");
        row.HasOne<FairgroundUser>().WithMany().HasForeignKey(r => r.UserId).OnDelete(DeleteBehavior.NoAction);
        row.Property(r => r.Shown).HasColumnName("shown");
        row.Property(r => r.LinkedAt).HasColumnName("linked_at");
        row.Property(r => r.UsedAt).HasColumnName("used_at");
    });
}

/// <summary>Connects accounts elsewhere to accounts here, by the provider's number for the person; never by a name or an address.</summary>
internal sealed class OutsideLogins(IdentityContext context, Entrance entrance, IMessages messages, TimeProvider time)
{
    /// <summary>Opens the account that is connected; null where none is. Refuses with <c>people.blocked</c>, <c>second_factor_needed</c> (with <c>ticket</c>).</summary>
    public async Task<Result<SignedInPerson>?> Enter(OutsidePerson person, Caller caller, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var login = await context.Set<OutsideLogin>().FirstOrDefaultAsync(l => l.Issuer == person.Issuer && l.Subject == person.Subject, ct);
        if (login is null) return null;
        var user = await context.Users.FirstAsync(u => u.Id == login.UserId, ct);
        if (user.Closed is { } closed) return closed;
        login.UsedAt = now;
        return await entrance.Enter(user, SignInMethod.Outside, caller, now, ct);
    }

    /// <summary>Connects it to the account of whoever proved to own that one too, a moment ago. Refuses with <c>outside.taken</c>; null where it is done.</summary>
    public async Task<Refusal?> Connect(OutsidePerson person, Guid userId, string provider, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await using (var transaction = await context.BeginWriteAsync(ct))
        {
            var present = await context.Set<OutsideLogin>().AsNoTracking().FirstOrDefaultAsync(l => l.Issuer == person.Issuer && l.Subject == person.Subject, ct);
            if (present is not null) return present.UserId == userId ? null : SignInRefusals.OutsideTaken.ToRefusal();
            context.Add(new OutsideLogin { Issuer = person.Issuer, Subject = person.Subject, UserId = userId, Shown = person.Shown, LinkedAt = now, UsedAt = now });
            await context.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
        }
        var user = await context.Users.AsNoTracking().FirstAsync(u => u.Id == userId, ct);
        await messages.Send(Notices.Of(user, IdentityLetters.OutsideConnected(provider), now), ct);
        return null;
    }

    public Task<List<OutsideLogin>> Of(Guid userId, CancellationToken ct) => context.Set<OutsideLogin>().AsNoTracking().Where(l => l.UserId == userId).ToListAsync(ct);

    /// <summary>Refuses with <c>outside.not_found</c>; null where it is done.</summary>
    public async Task<Refusal?> Disconnect(Guid userId, CancellationToken ct)
    {
        await using var transaction = await context.BeginWriteAsync(ct);
        var removed = await context.Set<OutsideLogin>().Where(l => l.UserId == userId).ExecuteDeleteAsync(ct);
        await transaction.CommitAsync(ct);
        return removed == 0 ? SignInRefusals.OutsideNotFound.ToRefusal() : null;
    }
}
