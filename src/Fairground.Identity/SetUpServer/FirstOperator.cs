using Fairground.Identity.CheckRequest;
using Fairground.Identity.ChoosePassword;
using Fairground.Identity.Register;
using Fairground.Identity.SignIn;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Identity.SetUpServer;

/// <summary>Makes the first operator of a server that has none, once.</summary>
internal sealed class FirstOperator(IdentityContext context, SetupToken setup, PasswordRules rules, Passwords passwords, RoleBook roles, PeopleBook people, TimeProvider time)
{
    /// <summary>Refuses with <c>people.setup_token_wrong</c> and what <see cref="Make"/> refuses with.</summary>
    public async Task<Result<SignedInPerson>> Make(string? token, string? contactText, string? displayName, string? password, Caller? caller, CancellationToken ct)
    {
        if (!await setup.IsOpen(ct)) return PeopleRefusals.SetupClosed;
        if (!setup.Fits(token)) return PeopleRefusals.SetupTokenWrong;
        return await Make(contactText, displayName, password, caller, ct);
    }

    /// <summary>Refuses with <c>people.contact_invalid</c>, <c>name_invalid</c>, <c>password_weak</c>, <c>setup_closed</c>, <c>already_registered</c>.</summary>
    public async Task<Result<SignedInPerson>> Make(string? contactText, string? displayName, string? password, Caller? caller, CancellationToken ct)
    {
        if (!await setup.IsOpen(ct)) return PeopleRefusals.SetupClosed;
        if (!Contact.TryParse(contactText, out var contact)) return PeopleRefusals.ContactInvalid;
        var name = DisplayNames.Check(displayName);
        if (name.Refused) return name.Refusal!;
        if (await rules.Check(password, contact.Value) is { } weak) return weak;
        var now = time.GetUtcNow();
        var user = FairgroundUser.Of(contact, name.Value, await passwords.Hash(password!, ct), now);
        user.IsOperator = true;
        var session = Session.Of(user, caller ?? Caller.Nobody, SignInMethod.Registration, now);
        await using (var transaction = await context.BeginWriteAsync(ct))
        {
            if (await context.Marks.AnyAsync(m => m.Name == Mark.FirstOperator, ct)) return PeopleRefusals.SetupClosed;
            if (await context.Users.AnyAsync(u => u.NormalizedUserName == contact.Value, ct)) return PeopleRefusals.AlreadyRegistered;
            // The mark's key lets only one of two nodes through.
            context.Marks.Add(new Mark { Name = Mark.FirstOperator, Value = now.ToUnixTimeMilliseconds() });
            context.Users.Add(user);
            context.Members.Add(new Member { OrganisationId = OrganisationInfo.OperatorId, UserId = user.Id, Role = ShopRole.Owner, Since = now });
            context.Sessions.Add(session);
            context.Publish(new PersonRegistered(user.Id), now);
            await RoleBook.MarkChanged(context, ct);
            await context.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
        }
        await roles.Reload(ct);
        people.Remember(user);
        return new SignedInPerson(user, session);
    }
}
