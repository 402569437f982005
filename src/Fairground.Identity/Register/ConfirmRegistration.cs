using Fairground.Identity.AppointStaff;
using Fairground.Identity.CheckRequest;
using Fairground.Identity.ChoosePassword;
using Fairground.Identity.GiveConsent;
using Fairground.Identity.SendCodes;
using Fairground.Identity.SignIn;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Messaging;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Identity.Register;

/// <summary>A person has an account now.</summary>
public sealed record PersonRegistered(Guid UserId) : IDomainEvent
{
    public string Topic => "identity.person.registered";
}

/// <summary>Ends a registration: the code fits, a password is chosen, the account and its first session begin. One hash, one write.</summary>
internal sealed class ConfirmRegistration(IdentityContext context, CodeDesk desk, PasswordRules rules, Passwords passwords, PeopleBook people, RoleBook roles, TimeProvider time)
{
    /// <summary>Refuses with <c>people.registration_not_found</c>, <c>code_expired</c>, <c>code_wrong</c>, <c>guesses_capped</c>, <c>password_weak</c>, <c>already_registered</c>.</summary>
    public async Task<Result<SignedInPerson>> Confirm(Guid registrationId, string? code, string? password, Caller caller, CancellationToken ct)
    {
        var found = await desk.Look(context.Registrations, registrationId, null, code, PeopleRefusals.RegistrationNotFound, ct);
        if (found.Refused) return found.Refusal!;
        var registration = found.Value;
        if (await rules.Check(password, registration.Contact) is { } weak) return weak;
        var hash = await passwords.Hash(password!, ct);
        try
        {
            return await Complete(registration, hash, caller, time.GetUtcNow(), ct);
        }
        catch (DbUpdateConcurrencyException)
        {
            // The same code was sent twice at once, and the other was first.
            return PeopleRefusals.CodeExpired;
        }
        catch (DbUpdateException) when (!ct.IsCancellationRequested)
        {
            context.ChangeTracker.Clear();
            if (!await context.Users.AnyAsync(u => u.NormalizedUserName == registration.Contact, ct)) throw;
            return PeopleRefusals.AlreadyRegistered;
        }
    }

    private async Task<SignedInPerson> Complete(Registration registration, string hash, Caller caller, DateTimeOffset now, CancellationToken ct)
    {
        var user = FairgroundUser.Of(new Contact(registration.Contact, registration.Channel), registration.DisplayName, hash, now);
        user.Language = caller.Reads?.Code;
        var session = Session.Of(user, caller, SignInMethod.Registration, now);
        registration.UsedAt = now;
        context.Users.Add(user);
        context.Sessions.Add(session);
        context.Publish(new PersonRegistered(user.Id), now);
        bool appointed;
        await using (var transaction = await context.BeginWriteAsync(ct))
        {
            if (registration.Channel == ContactChannel.Sms) await DetachOldOwner(registration.Contact, now, ct);
            await context.SaveChangesAsync(ct);
            appointed = await Appointments.Take(context, user, now, ct);
            if (registration.NumberWording is not null) await ConsentBook.Add(context, user.Id, ConsentWording.ForNumber with { Version = registration.NumberWording.Value }, true, "registration", caller.Agent, now, ct);
            await transaction.CommitAsync(ct);
        }
        people.Remember(user);
        if (appointed) await roles.Reload(ct);
        return new SignedInPerson(user, session);
    }

    // A number that its old account has not proved for long, and that this person just did, is this person's. The old account stays whole, without it.
    private async Task DetachOldOwner(string contact, DateTimeOffset now, CancellationToken ct)
    {
        var old = await context.Users.AsNoTracking().FirstOrDefaultAsync(u => u.NormalizedUserName == contact, ct);
        if (old is null || !old.IsNumberStale(now)) return;
        var name = FairgroundUser.DetachedName(old.Id);
        await context.Users.Where(u => u.Id == old.Id).ExecuteUpdateAsync(set => set.SetProperty(u => u.UserName, name).SetProperty(u => u.NormalizedUserName, name), ct);
        people.Forget(old.Id);
    }
}
