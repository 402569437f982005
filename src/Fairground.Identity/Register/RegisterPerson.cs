using Fairground.Identity.GiveConsent;
using Fairground.Identity.LimitTries;
using Fairground.Identity.SendCodes;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Identity.Register;

/// <summary>Begins a registration and sends the code (C-01, C-03). Nothing in the answer tells whether the contact is known already.</summary>
internal sealed class RegisterPerson(IdentityContext context, SendingLimits limits, OneTimeCodes codes, IMessages messages, TimeProvider time)
{
    /// <summary>Refuses with <c>people.contact_invalid</c>, <c>people.name_invalid</c>, <c>consent.number_needed</c>, <c>people.codes_capped</c>, <c>people.sms_country</c>, <c>people.sms_paused</c>.</summary>
    public async Task<Result<Guid>> Begin(string? contactText, string? displayName, bool? numberConsent, string? client, CancellationToken ct)
    {
        if (!Contact.TryParse(contactText, out var contact)) return PeopleRefusals.ContactInvalid;
        var name = DisplayNames.Check(displayName);
        if (name.Refused) return name.Refusal!;
        if (contact.Channel == ContactChannel.Sms && numberConsent == false) return DataRefusals.NumberConsent;
        var now = time.GetUtcNow();
        var (id, code) = (Ids.New(), OneTimeCodes.New());
        var known = await context.Users.AsNoTracking().FirstOrDefaultAsync(u => u.NormalizedUserName == contact.Value, ct);
        await using (var transaction = await context.BeginWriteAsync(ct))
        {
            if (await limits.Take(context, contact, client, now, ct) is { } refusal)
            {
                // The count stands, so that asking on does not help.
                await transaction.CommitAsync(ct);
                return refusal;
            }
            context.Registrations.Add(new Registration
            {
                Id = id,
                Contact = contact.Value,
                Channel = contact.Channel,
                DisplayName = name.Value,
                NumberWording = contact.Channel == ContactChannel.Sms && numberConsent == true ? ConsentWording.ForNumber.Version : null,
                // For a known contact the code is made, stored and never sent: whoever guesses meets the same answers.
                CodeHash = codes.Hash(id, code),
                CreatedAt = now,
                ExpiresAt = now + OneTimeCode.Life,
            });
            await context.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
        }
        var words = known is null ? IdentityLetters.RegistrationCode(code) : known.IsNumberStale(now) ? IdentityLetters.RegistrationCodeAnew(code) : IdentityLetters.RegisteredAlready();
        var opens = known is null || known.IsNumberStale(now);
        await messages.Send([new Message(Ids.Derive("identity.registration", id.ToString()), contact.Value, contact.Channel, words, opens ? null : known!.Id, opens ? code : null)], ct);
        return id;
    }
}
