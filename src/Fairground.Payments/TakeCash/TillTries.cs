using Fairground.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Payments.TakeCash;

/// <summary>How many wrong codes somebody has typed at a shop's till since when.</summary>
internal sealed class TillTries
{
    public required Guid Id { get; init; }

    public DateTimeOffset Since { get; set; }

    public int Wrong { get; set; }
}

/// <summary>Ten wrong codes in ten minutes for each person at each till: whoever guesses learns nothing, by call or by page. Counted in the database, which all nodes share.</summary>
internal sealed class TillGuesses(PaymentsContext context, TimeProvider time)
{
    public const int Most = 10;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    /// <summary>Counts a code before it is looked at, so that codes sent at once are counted too; <see cref="TakeBack"/> where it was no guess. Refusal: <c>till.too_many_tries</c>.</summary>
    public async Task<Refusal?> Take(Guid shop, Guid staff, CancellationToken ct)
    {
        var (id, now) = (IdOf(shop, staff), time.GetUtcNow());
        var over = now - Window;
        while (true)
        {
            if (await context.TillTries.Where(t => t.Id == id && t.Since > over && t.Wrong < Most).ExecuteUpdateAsync(set => set.SetProperty(t => t.Wrong, t => t.Wrong + 1), ct) > 0) return null;
            if (await context.TillTries.Where(t => t.Id == id && t.Since <= over).ExecuteUpdateAsync(set => set.SetProperty(t => t.Wrong, 1).SetProperty(t => t.Since, now), ct) > 0) return null;
            if (await context.TillTries.AsNoTracking().FirstOrDefaultAsync(t => t.Id == id, ct) is { } counted)
            {
                // Written by another one since it was looked for: it is counted beside that.
                if (counted.Since <= over || counted.Wrong < Most) continue;
                return TillRefusals.TooManyTries;
            }
            var first = new TillTries { Id = id, Since = now, Wrong = 1 };
            context.TillTries.Add(first);
            try
            {
                await context.SaveChangesAsync(ct);
                return null;
            }
            catch (DbUpdateException)
            {
                // Another one was first.
                context.Entry(first).State = EntityState.Detached;
                if (!await context.TillTries.AnyAsync(t => t.Id == id, ct)) throw;
            }
        }
    }

    public Task TakeBack(Guid shop, Guid staff, CancellationToken ct)
    {
        var id = IdOf(shop, staff);
        return context.TillTries.Where(t => t.Id == id && t.Wrong > 0).ExecuteUpdateAsync(set => set.SetProperty(t => t.Wrong, t => t.Wrong - 1), ct);
    }

    private static Guid IdOf(Guid shop, Guid staff) => Ids.Derive("fairground/till-tries/v1", shop.ToString("N"), staff.ToString("N"));
}
