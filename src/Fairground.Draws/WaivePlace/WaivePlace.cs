using System.Security.Claims;
using System.Text.Json.Serialization;
using Fairground.Kernel;
using Fairground.Kernel.Http;
using Fairground.Kernel.Messaging;
using Fairground.Ledger.GroupCommit;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Fairground.Draws;

/// <summary>A candidate gives up; the next of the published order is called (D-18).</summary>
/// <param name="NextPlace">The reserve that would be called, as last read.</param>
internal sealed record WaivePlace(Guid WinId, Guid LotId, int NextPlace) : IHotCommand
{
    public CommandKey Key { get; } = CommandKey.System("draws.waive", WinId.ToString("N"));
}

/// <summary>A candidate gave up.</summary>
internal sealed record PlaceWaived(Guid LotId, Guid WinId, Guid ShopId) : IDomainEvent
{
    public const string Name = "draws.place.waived";

    [JsonIgnore]
    public string Topic => Name;
}

/// <summary>Refusals: <c>second_payment.not_candidate</c>, those of <see cref="PaySecondRule.Why"/>, <c>lot.state_changed</c>.</summary>
internal sealed class WaivePlaceRule : HotRule<WaivePlace, Done>
{
    public override void Needs(WaivePlace command, LoadPlan plan) => plan
        .Row(DrawsTables.Sales, command.LotId)
        .Row(DrawsTables.Wins, command.WinId)
        .Candidate(command.WinId)
        .NextReserve(command.LotId, command.NextPlace);

    public override Decision Decide(WaivePlace command, GroupState state, DateTimeOffset now)
    {
        var sale = state.Row(DrawsTables.Sales, command.LotId);
        var win = state.Row(DrawsTables.Wins, command.WinId);
        if (sale is null || win is null) return Refuse(TwoStageRefusals.NotCandidate);
        if (PaySecondRule.Why(win, now) is { } refusal) return Refuse(refusal);
        if (sale.NextPlace != command.NextPlace) return Refuse(DrawsRefusals.StateChanged);
        return Accept(Done.It)
            .Publish(new PlaceWaived(sale.LotId, win.Id, sale.ShopId))
            .EndCandidate(state, sale, win, WinState.Waived, Fairness.ReserveCall.Waived, now);
    }
}

/// <summary>Lets candidates give up; page and API call this. Giving up twice is giving up once.</summary>
internal sealed class Waivers(DrawsReader reader, SecondPayments payments, GroupCommitter committer)
{
    private const int Tries = 10;

    /// <summary>Refusals: <c>lot.not_found</c>, <c>second_payment.not_candidate</c>, <c>second_payment.already_paid</c>, <c>second_payment.too_late</c>.</summary>
    public async Task<Result<Win>> Waive(ClaimsPrincipal user, Guid lotId, CancellationToken ct)
    {
        if (await reader.Sale(lotId, ct) is not { TermsHash: not null }) return DrawsRefusals.LotNotFound;
        if (await payments.PlaceOf(lotId, user.UserId(), ct) is not { } win) return TwoStageRefusals.NotCandidate;
        if (win.State == WinState.Waived) return win;
        // Another candidate of the lot may end at the same moment, and the next place is then another.
        for (var i = 1; ; i++)
        {
            var waived = await committer.Submit<Done>(new WaivePlace(win.Id, lotId, (await reader.Sale(lotId, ct))!.NextPlace));
            if (!waived.Refused) return (await reader.Win(win.Id, ct))!;
            if (waived.Refusal!.Kind != DrawsRefusals.StateChanged || i >= Tries) return waived.Refusal!;
        }
    }
}

/// <summary>The answer to a waiver.</summary>
internal sealed record WaiverAnswer(Guid LotId, Guid WinId, string State);

/// <summary><c>POST lots/{id}/waiver</c>.</summary>
internal static class WaiverEndpoint
{
    public static async Task<Results<Ok<WaiverAnswer>, ProblemHttpResult>> Handle(Guid lotId, Waivers waivers, HttpContext http, CancellationToken ct)
    {
        var waived = await waivers.Waive(http.User, lotId, ct);
        return waived.Refused ? Problems.Of(waived.Refusal!) : TypedResults.Ok(new WaiverAnswer(lotId, waived.Value.Id, waived.Value.State.Wire()));
    }
}
