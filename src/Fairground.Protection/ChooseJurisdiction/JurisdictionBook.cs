using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Protection.ChooseJurisdiction;

/// <summary>A choice of a pack. Rows are only added: the last one holds.</summary>
internal sealed class ChosenPack
{
    public int Number { get; init; }

    public required string Pack { get; init; }

    /// <summary>The pack's version at that time.</summary>
    public int Version { get; init; }

    public string? Licence { get; init; }

    /// <summary>The operator; null where a setting or the command line chose.</summary>
    public Guid? ChosenBy { get; init; }

    public DateTimeOffset At { get; init; }
}

/// <summary>Keeps which pack was chosen. Read again every two seconds, so that every node knows of a change made on another.</summary>
internal sealed class JurisdictionBook(IServiceScopeFactory scopes, TimeProvider time) : IJurisdiction, IJurisdictionChoice, IDisposable
{
    private const int LongestLicence = 200;
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim reading = new(1, 1);
    private volatile Seen? known;

    public IReadOnlyList<JurisdictionPack> Packs => PackFiles.All;

    /// <summary>What was read last, without asking.</summary>
    public Jurisdiction? Known => known?.Chosen;

    public ValueTask<Jurisdiction?> Chosen(CancellationToken ct)
    {
        if (known is not { } now) return new(Read(ct));
        if (time.GetElapsedTime(now.ReadAt) < Fresh) return new(now.Chosen);
        // One reads, the others go on with what is known.
        if (!reading.Wait(0, CancellationToken.None)) return new(now.Chosen);
        return new(ReadHolding(ct));
    }

    /// <summary>All choices, the newest first.</summary>
    public async Task<IReadOnlyList<ChosenPack>> History(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<ProtectionContext>().Chosen.AsNoTracking().OrderByDescending(c => c.Number).ToListAsync(ct);
    }

    public Task<Result<Jurisdiction>> Choose(string? id, string? licence, Guid? by, CancellationToken ct) => Choose(id, licence, by, onlyFirst: false, ct);

    /// <summary>Chooses a pack. Refuses with <c>jurisdiction.unknown</c> and <c>jurisdiction.licence_invalid</c>.</summary>
    /// <param name="onlyFirst">Does nothing where one was chosen before.</param>
    public async Task<Result<Jurisdiction>> Choose(string? id, string? licence, Guid? by, bool onlyFirst, CancellationToken ct)
    {
        if (PackFiles.Find(id) is not { } pack) return ChoiceRefusals.Unknown.With(("known", string.Join(", ", PackFiles.All.Select(p => p.Id))));
        var named = string.IsNullOrWhiteSpace(licence) ? null : licence.Trim();
        if (named is not null && (named.Length > LongestLicence || named.Any(char.IsControl))) return ChoiceRefusals.LicenceInvalid;
        await using (var scope = scopes.CreateAsyncScope())
        {
            var context = scope.ServiceProvider.GetRequiredService<ProtectionContext>();
            await using var transaction = await context.BeginWriteAsync(ct);
            var last = await context.Chosen.MaxAsync(c => (int?)c.Number, ct) ?? 0;
            if (!onlyFirst || last == 0)
            {
                context.Chosen.Add(new ChosenPack { Number = last + 1, Pack = pack.Id, Version = pack.Version, Licence = named, ChosenBy = by, At = time.GetUtcNow() });
                await context.SaveChangesAsync(ct);
                await transaction.CommitAsync(ct);
            }
        }
        known = null;
        return (await Chosen(ct))!;
    }

    public void Dispose() => reading.Dispose();

    private async Task<Jurisdiction?> Read(CancellationToken ct)
    {
        await reading.WaitAsync(ct);
        return await ReadHolding(ct);
    }

    private async Task<Jurisdiction?> ReadHolding(CancellationToken ct)
    {
        try
        {
            var history = await History(ct);
            var last = history.Count == 0 ? null : history[0];
            var chosen = last is null ? null : new Jurisdiction(PackFiles.Find(last.Pack) ?? throw new InvalidOperationException($"The chosen pack {last.Pack} is not part of this program."), last.Licence);
            known = new Seen(chosen, time.GetTimestamp());
            return chosen;
        }
        finally
        {
            reading.Release();
        }
    }

    private sealed record Seen(Jurisdiction? Chosen, long ReadAt);
}

/// <summary>Why a choice is refused. Codes are stable.</summary>
internal static class ChoiceRefusals
{
    public static readonly RefusalKind Unknown = new("jurisdiction.unknown", 422, "There is no pack of rules with this name.");
    public static readonly RefusalKind LicenceInvalid = new("jurisdiction.licence_invalid", 422, "A licence is named in at most 200 characters.");
    public static readonly RefusalKind NotConfirmed = new("jurisdiction.not_confirmed", 422, "Tick that you have read the rules: they decide what this market may sell, and to whom.");
}
