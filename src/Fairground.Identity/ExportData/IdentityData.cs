using Fairground.Identity.AcceptSignIn;
using Fairground.Identity.AdministerPeople;
using Fairground.Identity.AllowApplications;
using Fairground.Identity.CheckRequest;
using Fairground.Identity.GiveConsent;
using Fairground.Identity.KeepAudit;
using Fairground.Identity.KeepMembers;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Keys;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Identity.ExportData;

/// <summary>The account itself: who somebody is, the ways in, sessions, roles, and what operators did and saw.</summary>
internal sealed class IdentityData(IdentityContext context, Members members, Consents consents, PersonKeys keys, ConsentBook consentBook) : IPersonalData
{
    public IReadOnlyCollection<string> Tables { get; } =
    [
        "identity_user", "identity_session", "identity_registration", "identity_code", "identity_device", "identity_recovery_code", "identity_passkey", "identity_contact_change", "identity_outside_login",
        "identity_member", "identity_invite", "identity_api_key", "identity_limit", "identity_oidc_application", "identity_oidc_authorization", "identity_oidc_token", "identity_audit", "identity_look", "identity_erasure", "identity_join", "identity_consent", "identity_visit",
        "kernel_person_key", "identity_staff", "identity_invitation",
    ];

    public async Task Write(IReadOnlyList<Guid> person, IDataArchive archive, CancellationToken ct)
    {
        var users = await context.Users.AsNoTracking().Where(u => person.Contains(u.Id)).ToListAsync(ct);
        await archive.Add("profile", "Who you are here. The salt is what your pseudonym in draws is made with; keep it to yourself.", users.Select(u => new
        {
            userId = u.Id, u.DisplayName, contact = u.Contact, channel = u.Channel, contactProvedAt = u.ContactProvedAt, since = u.CreatedAt, u.BlockedAt, isOperator = u.IsOperator, holderSalt = u.HolderSalt, hasPassword = u.PasswordHash is not null, authenticatorSince = u.TotpSince,
        }), ct);
        var changes = await context.ContactChanges.AsNoTracking().Where(c => person.Contains(c.UserId)).OrderBy(c => c.CreatedAt).ToListAsync(ct);
        await archive.Add("contact-changes", "Changes of your e-mail address or number, kept for ninety days.", changes.Select(c => new { c.OldContact, c.NewContact, c.CreatedAt, c.DueAt, c.EndedAt, outcome = c.Outcome }), ct);
        var said = await consentBook.Of(person, ct);
        await archive.Add("consents", "Every yes and no that you said, with the words you said it to.", said.History, ct);
        var visits = context.Visits.AsNoTracking().Where(v => person.Contains(v.PersonId)).OrderBy(v => v.Id).AsAsyncEnumerable().Select(v => new { v.Kind, v.SubjectId, v.At, v.Device, v.Place });
        await archive.Add("visits", "Goods and lots that you looked at. When you signed in stands under sessions.", visits, ct);
        await WriteWaysIn(person, archive, ct);
        await WriteRoles(person, archive, ct);
        await WriteAudit(person, archive, ct);
    }

    public async Task<IReadOnlyList<Refusal>> HoldsBack(IReadOnlyList<Guid> person, CancellationToken ct)
    {
        var owned = context.Members.Where(m => person.Contains(m.UserId) && m.Role == ShopRole.Owner).Select(m => m.OrganisationId);
        var alone = await owned.Where(o => !context.Members.Any(m => m.OrganisationId == o && m.Role == ShopRole.Owner && !person.Contains(m.UserId))).OrderBy(o => o).ToListAsync(ct);
        return alone.Count == 0 ? [] : [OrganisationRefusals.LastOwner.Saying("You are the only owner of an organisation. Hand it over, or make somebody else an owner first.", ("organisationId", alone[0]))];
    }

    // Not done here: the account goes last and at once, see IdentityEraser.
    public Task Erase(IReadOnlyList<Guid> person, CancellationToken ct) => Task.CompletedTask;

    public Task<IReadOnlyList<Refusal>> KeepsApart(Guid from, Guid into, CancellationToken ct) => Task.FromResult<IReadOnlyList<Refusal>>([]);

    // Done with the decision itself, in one transaction.
    public Task Join(Guid from, Guid into, CancellationToken ct) => Task.CompletedTask;

    private async Task WriteWaysIn(IReadOnlyList<Guid> person, IDataArchive archive, CancellationToken ct)
    {
        var sessions = await context.Sessions.AsNoTracking().Where(s => person.Contains(s.UserId)).OrderBy(s => s.StartedAt).ToListAsync(ct);
        await archive.Add("sessions", "Devices on which you signed in.", sessions.Select(s => new { sessionId = s.Id, s.Agent, s.Place, method = s.Method, s.StartedAt, s.UsedAt, s.ExpiresAt, s.EndedAt }), ct);
        var devices = await context.Devices.AsNoTracking().Where(d => person.Contains(d.UserId)).OrderBy(d => d.CreatedAt).ToListAsync(ct);
        await archive.Add("remembered-devices", "Devices that need no second step.", devices.Select(d => new { d.Agent, d.CreatedAt, d.UsedAt, d.ExpiresAt }), ct);
        var passkeys = await context.Passkeys.AsNoTracking().Where(k => person.Contains(k.UserId)).OrderBy(k => k.CreatedAt).ToListAsync(ct);
        await archive.Add("passkeys", "Your passkeys. The secret half never left your device.", passkeys.Select(k => new { k.Name, k.CreatedAt, k.UsedAt }), ct);
        var outside = await context.Set<OutsideLogin>().AsNoTracking().Where(l => person.Contains(l.UserId)).ToListAsync(ct);
        await archive.Add("accounts-elsewhere", "Accounts elsewhere that open yours.", outside.Select(l => new { l.Issuer, l.Subject, l.Shown, l.LinkedAt, l.UsedAt }), ct);
        var allowed = new List<AllowedApplication>();
        foreach (var id in person) allowed.AddRange((await consents.Of(id, ct)).Items);
        await archive.Add("applications", "Applications that you let sign you in, and what they may.", allowed, ct);
    }

    private async Task WriteRoles(IReadOnlyList<Guid> person, IDataArchive archive, CancellationToken ct)
    {
        var organisations = new List<OrganisationOfMine>();
        foreach (var id in person) organisations.AddRange((await members.Of(id, ct)).Items);
        await archive.Add("organisations", "Organisations that you are in, and your role.", organisations, ct);
        var contacts = await context.Users.AsNoTracking().Where(u => person.Contains(u.Id)).Select(u => u.NormalizedUserName!).ToListAsync(ct);
        var invitations = await context.Invitations.AsNoTracking().Where(i => contacts.Contains(i.Contact)).OrderBy(i => i.CreatedAt).ToListAsync(ct);
        await archive.Add("invitations", "Invitations into organisations that were sent to you.", invitations.Select(i => new { i.OrganisationId, role = i.Role, i.CreatedAt, i.ExpiresAt, i.EndedAt, outcome = i.Outcome }), ct);
        var made = await context.ApiKeys.AsNoTracking().Where(k => person.Contains(k.MadeBy)).OrderBy(k => k.CreatedAt).ToListAsync(ct);
        await archive.Add("keys", "Keys for programs that you made for a shop.", made.Select(k => new { keyId = k.Id, k.ShopId, k.Name, k.Shown, k.Scopes, k.CreatedAt, k.ExpiresAt, k.UsedAt, k.RevokedAt }), ct);
        var erasures = await context.Erasures.AsNoTracking().Where(e => person.Contains(e.PersonId)).OrderBy(e => e.AskedAt).ToListAsync(ct);
        await archive.Add("erasure-requests", "When you asked to be erased.", erasures.Select(e => new { e.AskedAt, e.DueAt, e.EndedAt, outcome = e.Outcome, e.Reason }), ct);
    }

    private async Task WriteAudit(IReadOnlyList<Guid> person, IDataArchive archive, CancellationToken ct)
    {
        var names = person.Select(id => id.ToString()).ToList();
        var opened = await keys.Find(context, person, ct);
        // Who of the staff it was stands in the operator's own audit, under this number.
        var records = context.Audit.AsNoTracking().Where(r => (r.About != null && names.Contains(r.About)) || (r.OnBehalfOf != null && person.Contains(r.OnBehalfOf.Value)) || person.Contains(r.Actor)).OrderBy(r => r.Seq).AsAsyncEnumerable()
            .Select(r => AuditReader.Describe(r, "", opened))
            .Select(r => new { number = r.Seq, r.At, byYou = person.Contains(r.Actor), r.What, r.About, r.Why, r.Before, r.After });
        await archive.Add("audit", "What operators did with your account, and what you did as an operator.", records, ct);
        var looks = await context.Looks.AsNoTracking().Where(l => person.Contains(l.Person)).OrderBy(l => l.At).ToListAsync(ct);
        await archive.Add("looks", "When somebody of the operator's staff looked at your data.", looks.Select(l => new LookLine(l.What, l.At)), ct);
    }
}
