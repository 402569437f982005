using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Fairground.Payments.KeepPayees;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Payments.ShowPayouts;

/// <summary>A payout with where it goes, and of whom.</summary>
internal sealed record SeenPayout(Payout Payout, BankDetails Details, string Organisation);

/// <summary>Reads payouts, runs and files for pages and calls.</summary>
internal sealed class PayoutReader(PayoutsContext context, IOrganisations organisations, IGoodsIndex goods)
{
    public const int LargestPage = 100;

    /// <summary>Newest first. Refusal: <c>request.cursor_invalid</c>.</summary>
    /// <param name="organisationId">Of one organisation; of all where null.</param>
    /// <param name="state"><c>on_its_way</c>, <c>paid</c> or <c>returned</c>; all where null or something else.</param>
    public async Task<Result<Page<SeenPayout>>> Payouts(Guid? organisationId, string? state, Guid? fileId, string? cursor, int? limit, CancellationToken ct)
    {
        var before = Before(cursor);
        if (before.Refusal is { } no) return no;
        var take = Math.Clamp(limit ?? 25, 1, LargestPage);
        PayoutState? only = state switch { "on_its_way" => PayoutState.OnItsWay, "paid" => PayoutState.Paid, "returned" => PayoutState.Returned, _ => null };
        var query = context.Payouts.AsNoTracking().Where(p => (organisationId == null || p.OrganisationId == organisationId) && (only == null || p.State == only) && (fileId == null || p.BatchId == fileId));
        if (before.Value is { } last) query = query.Where(p => p.Id.CompareTo(last) < 0);
        var rows = await query.OrderByDescending(p => p.Id).Take(take + 1).Join(context.BankDetails.AsNoTracking(), p => p.BankDetailsId, d => d.Id, (p, d) => new { p, d }).ToListAsync(ct);
        var ordered = rows.OrderByDescending(r => r.p.Id.ToString("N"), StringComparer.Ordinal).ToList();
        var seen = new List<SeenPayout>();
        foreach (var row in ordered.Take(take)) seen.Add(new SeenPayout(row.p, row.d, await Name(row.p.OrganisationId, ct)));
        return new Page<SeenPayout>(seen, ordered.Count > take ? Cursor.Write(seen[^1].Payout.Id.ToString()) : null);
    }

    /// <summary>The newest runs.</summary>
    public Task<List<PayoutRun>> Runs(CancellationToken ct) => context.Runs.AsNoTracking().OrderByDescending(r => r.Id).Take(LargestPage).ToListAsync(ct);

    /// <summary>The newest bank files.</summary>
    public Task<List<PayoutFile>> Files(CancellationToken ct) => context.Files.AsNoTracking().OrderByDescending(f => f.Id).Take(LargestPage).ToListAsync(ct);

    /// <summary>Everybody who has asked to be paid or was looked into, those who wait for a check first; then the shops that have said nothing yet.</summary>
    public async Task<IReadOnlyList<PayeeView>> Payees(PayeeDesk desk, CancellationToken ct)
    {
        var ids = await context.Payees.AsNoTracking().OrderBy(p => p.CheckState).ThenBy(p => p.OrganisationId).Take(LargestPage).Select(p => p.OrganisationId).ToListAsync(ct);
        var known = (await context.Payees.AsNoTracking().Select(p => p.OrganisationId).ToListAsync(ct)).ToHashSet();
        ids.AddRange((await goods.Shops(ct)).Select(s => s.ShopId).Where(s => !known.Contains(s)).Take(LargestPage));
        var views = new List<PayeeView>();
        foreach (var id in ids)
            if (await desk.Look(id, ct) is { Refused: false } view) views.Add(view.Value);
        return views;
    }

    /// <summary>The organisation's name, or its id where it has gone.</summary>
    public async Task<string> Name(Guid organisationId, CancellationToken ct) => (await organisations.Find(organisationId, ct))?.Name ?? organisationId.ToString();

    private static Result<Guid?> Before(string? cursor)
    {
        var read = Cursor.Read(cursor);
        if (read.Refusal is { } no) return no;
        if (read.Value is not { } key) return Result<Guid?>.Accepted(null);
        return Guid.TryParse(key, out var id) ? Result<Guid?>.Accepted(id) : CommonRefusals.CursorInvalid;
    }
}
