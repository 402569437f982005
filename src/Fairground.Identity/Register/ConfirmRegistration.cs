using Fairground.Identity.CheckRequest;
using Fairground.Identity.ChoosePassword;
using Fairground.Identity.SignIn;
using Fairground.Kernel;
using Fairground.Kernel.Messaging;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Identity.Register;

/// <summary>A person has an account now.</summary>
public sealed record PersonRegistered(Guid UserId) : IDomainEvent
{
    public string Topic => "identity.person.registered";
}

/// <summary>Ends a registration: the code fits, a password is chosen, the account and its first session begin. One hash, one write.</summary>
internal sealed class ConfirmRegistration(IdentityContext context, OneTimeCodes codes, PasswordRules rules, Passwords passwords, RoleBook roles, PeopleBook people, TimeProvider time)
{
    // Two wrong guesses may be counted while the right one is on its way; more is somebody guessing.
    private const int Rounds = 3;

    /// <summary>Refuses with <c>people.registration_not_found</c>, <c>code_expired</c>, <c>code_wrong</c>, <c>password_weak</c>, <c>already_registered</c>.</summary>
    public async Task<Result<SignedInPerson>> Confirm(Guid registrationId, string? code, string? password, string? agent, CancellationToken ct)
    {
        string? hash = null;
        for (var round = 0; round < Rounds; round++)
        {
            var now = time.GetUtcNow();
            context.ChangeTracker.Clear();
            var registration = await context.Registrations.FirstOrDefaultAsync(r => r.Id == registrationId, ct);
            if (Registration.Decide(registration, registration is not null && codes.Fits(registration, code), now) is { } refusal)
            {
                if (refusal.Kind == PeopleRefusals.CodeWrong) await CountTry(registrationId, ct);
                return refusal;
            }
            if (hash is null)
            {
                if (await rules.Check(password, registration!.Contact) is { } weak) return weak;
                hash = await passwords.Hash(password!, ct);
            }
            try
            {
                return await Complete(registration!, hash, agent, now, ct);
            }
            catch (DbUpdateConcurrencyException)
            {
                // A try was counted, or the same code was sent twice at once: look again.
            }
            catch (DbUpdateException) when (!ct.IsCancellationRequested)
            {
                context.ChangeTracker.Clear();
                if (!await context.Users.AnyAsync(u => u.NormalizedUserName == registration!.Contact, ct)) throw;
                return PeopleRefusals.AlreadyRegistered;
            }
        }
        return PeopleRefusals.CodeExpired;
    }

    private async Task<SignedInPerson> Complete(Registration registration, string hash, string? agent, DateTimeOffset now, CancellationToken ct)
    {
        var user = FairgroundUser.Of(new Contact(registration.Contact, registration.Channel), registration.DisplayName, hash, now);
        var session = Session.Of(user, agent, now);
        registration.CompletedAt = now;
        context.Users.Add(user);
        context.Sessions.Add(session);
        context.Publish(new PersonRegistered(user.Id), now);
        var invited = await context.Invitations.Where(i => i.Contact == registration.Contact).ToListAsync(ct);
        foreach (var invitation in invited)
        {
            context.Staff.Add(new StaffMember { ShopId = invitation.ShopId, UserId = user.Id, Role = invitation.Role, Since = now });
            context.Invitations.Remove(invitation);
        }
        await using (var transaction = await context.BeginWriteAsync(ct))
        {
            if (invited.Count > 0) await RoleBook.MarkChanged(context, ct);
            await context.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
        }
        if (invited.Count > 0) await roles.Reload(ct);
        people.Remember(user);
        return new SignedInPerson(user, session);
    }

    private async Task CountTry(Guid registrationId, CancellationToken ct)
    {
        await using var transaction = await context.BeginWriteAsync(ct);
        await context.Registrations.Where(r => r.Id == registrationId).ExecuteUpdateAsync(set => set.SetProperty(r => r.Tries, r => r.Tries + 1), ct);
        await transaction.CommitAsync(ct);
    }
}
