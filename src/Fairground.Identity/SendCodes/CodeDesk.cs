using Fairground.Identity.LimitTries;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Storage;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Identity.SendCodes;

/// <summary>
/// Sends one-time codes and looks at what comes back. Whether anybody has the contact changes no step: the same rows are read and written,
/// and one message leaves in either case. A guess is looked at under the lock of its row, so that guesses sent at once are counted one by one.
/// </summary>
internal sealed class CodeDesk(IdentityContext context, OneTimeCodes codes, SendingLimits sending, CodeGuesses guesses, IMessages messages, TimeProvider time)
{
    /// <summary>Makes a code and sends it. Refuses with <c>people.codes_capped</c>, <c>sms_country</c>, <c>sms_paused</c>.</summary>
    /// <param name="kind">What it is for.</param>
    /// <param name="contact">Where it goes.</param>
    /// <param name="userId">The account, or null where there is none; then <paramref name="say"/> gives the words for a stranger, without the code.</param>
    /// <param name="client">What limits count the caller by.</param>
    /// <param name="say">The words; they have the code in them, or null for a stranger.</param>
    /// <param name="ct">Ends the work.</param>
    public async Task<Result<Guid>> Send(CodePurpose kind, Contact contact, Guid? userId, string? client, Func<string?, Wording> say, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var (id, code) = (Ids.New(), OneTimeCodes.New());
        await using (var transaction = await context.BeginWriteAsync(ct))
        {
            if (await sending.Take(context, contact, client, now, ct) is { } refusal)
            {
                // The count stands, so that asking on does not help.
                await transaction.CommitAsync(ct);
                return refusal;
            }
            context.Codes.Add(Row(id, kind, contact, userId, codes.Hash(id, code), null, now));
            await context.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
        }
        var given = userId is null ? null : code;
        await messages.Send([new Message(Ids.Derive("identity.code", id.ToString()), contact.Value, contact.Channel, say(given), Code: given)], ct);
        return id;
    }

    /// <summary>A step without a code, for as long as codes live; the caller saves it.</summary>
    public SentCode Begin(CodePurpose kind, Guid? userId, string contact, string? data, DateTimeOffset now)
    {
        var row = Row(Ids.New(), kind, new Contact(contact, ContactChannel.Email), userId, [], data, now);
        context.Codes.Add(row);
        return row;
    }

    /// <summary>
    /// Looks at a code. Wrong ones are counted; the right one is not used up yet: the caller sets <see cref="OneTimeCode.UsedAt"/> with what it
    /// opens. Refuses with <paramref name="unknown"/>, <c>people.code_expired</c>, <c>code_wrong</c>, <c>guesses_capped</c>, <c>codes_paused</c>.
    /// </summary>
    public async Task<Result<T>> Look<T>(DbSet<T> rows, Guid id, Func<T, bool>? belongs, string? code, RefusalKind unknown, CancellationToken ct)
        where T : OneTimeCode
    {
        var now = time.GetUtcNow();
        context.ChangeTracker.Clear();
        await using var transaction = await context.BeginWriteAsync(ct);
        var row = await Lock(rows, id, ct);
        if (row is not null && belongs?.Invoke(row) == false) row = null;
        if (row is not null && await guesses.MayGuess(row.Contact, row is SentCode, now, ct) is { } capped) return capped;
        if (OneTimeCode.Decide(row, unknown, row is not null && codes.Fits(row, code), now) is { } refusal)
        {
            if (refusal.Kind != PeopleRefusals.CodeWrong) return refusal;
            await rows.Where(r => r.Id == id).ExecuteUpdateAsync(set => set.SetProperty(r => r.Tries, r => r.Tries + 1), ct);
            await guesses.CountWrong(row!.Contact, row is SentCode, now, ct);
            await transaction.CommitAsync(ct);
            return refusal;
        }
        await sending.Answered(context, row!, ct);
        await transaction.CommitAsync(ct);
        return row!;
    }

    private async Task<T?> Lock<T>(DbSet<T> rows, Guid id, CancellationToken ct)
        where T : OneTimeCode
    {
        if (context.Store.Kind == DatabaseKind.Sqlite) return await rows.FirstOrDefaultAsync(r => r.Id == id, ct);
        var locked = typeof(T) == typeof(SentCode)
            ? rows.FromSql($"select * from identity_code where id = {id} for update")
            : rows.FromSql($"select * from identity_registration where id = {id} for update");
        return (await locked.ToListAsync(ct)).FirstOrDefault();
    }

    private static SentCode Row(Guid id, CodePurpose kind, Contact contact, Guid? userId, byte[] hash, string? data, DateTimeOffset now) => new()
    {
        Id = id,
        Kind = kind,
        UserId = userId,
        Contact = contact.Value,
        Channel = contact.Channel,
        CodeHash = hash,
        Data = data,
        CreatedAt = now,
        ExpiresAt = now + OneTimeCode.Life,
    };
}
