using System.Security.Claims;
using Fairground.Kernel;
using Fairground.Kernel.Http;
using Fairground.Payments.StartTopUp;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Fairground.Payments.PayByLink;

/// <summary>How much somebody shall pay in.</summary>
internal sealed record LinkRequest(Money Amount);

/// <summary>A link that somebody can pay, as its owner sees it.</summary>
/// <param name="Url">Whoever opens it can pay, without an account.</param>
/// <param name="State"><c>open</c>, <c>paid</c> or <c>expired</c>.</param>
internal sealed record LinkAnswer(Guid LinkId, string Url, Money Amount, string State, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt);

/// <summary>A link as whoever has it sees it: nothing about its owner.</summary>
/// <param name="Gateways">The ways of paying.</param>
internal sealed record OpenLinkAnswer(Money Amount, string State, DateTimeOffset ExpiresAt, IReadOnlyList<string> Gateways);

/// <summary>By which way.</summary>
/// <param name="Gateway">One of the link's gateways; the first where it is absent.</param>
internal sealed record PayLinkRequest(string? Gateway = null);

/// <summary>Where it is paid.</summary>
internal sealed record PayLinkAnswer(Guid PaymentId, string PayUrl);

/// <summary>The calls about payment links (D-07).</summary>
internal static class LinkEndpoints
{
    private const int Most = 50;

    /// <summary><c>POST me/wallet/payment-links</c>: the refusals of <see cref="LinkDesk.Make"/>.</summary>
    public static async Task<Results<Created<LinkAnswer>, ProblemHttpResult>> Make(LinkRequest request, HttpContext http, ClaimsPrincipal user, LinkDesk desk, WayBack way, PublicAddress market, CancellationToken ct)
    {
        var key = IdempotencyKey.Read(http);
        if (key.Refusal is { } noKey) return Problems.Of(noKey);
        var made = await desk.Make(user.UserId(), request.Amount, key.Value, ct);
        if (made.Refusal is { } refusal) return Problems.Of(refusal);
        if (made.Value.Replayed) http.Response.Headers[IdempotencyKey.ReplayedHeader] = "true";
        var link = made.Value.Link;
        // As it was when it was first answered: a repeat gets the same answer.
        return TypedResults.Created("/api/v1/me/wallet/payment-links", new LinkAnswer(link.Id, Url(market.Of(http), way, link), link.Money, "open", link.CreatedAt, link.ExpiresAt));
    }

    /// <summary><c>GET me/wallet/payment-links</c>: the newest fifty.</summary>
    public static async Task<Ok<IReadOnlyList<LinkAnswer>>> Mine(HttpContext http, ClaimsPrincipal user, LinkDesk desk, WayBack way, PublicAddress market, CancellationToken ct) =>
        TypedResults.Ok<IReadOnlyList<LinkAnswer>>([.. (await desk.Of(user.UserId(), Most, ct)).Select(s => new LinkAnswer(s.Link.Id, Url(market.Of(http), way, s.Link), s.Link.Money, s.State, s.Link.CreatedAt, s.Link.ExpiresAt))]);

    /// <summary><c>GET payment-links/{token}</c>: <c>payment_link.not_found</c>.</summary>
    public static async Task<Results<Ok<OpenLinkAnswer>, ProblemHttpResult>> Read(string token, LinkDesk desk, CancellationToken ct)
    {
        if (await desk.Find(token, ask: false, ct) is not { } standing) return Problems.Of(LinkRefusals.NotFound);
        return TypedResults.Ok(new OpenLinkAnswer(standing.Link.Money, standing.State, standing.Link.ExpiresAt, [.. desk.Offered(standing.Link.Money.Currency).Select(g => g.Name)]));
    }

    /// <summary><c>POST payment-links/{token}/payments</c>: <c>payment_link.not_found</c> and the refusals of <see cref="LinkDesk.Pay"/>. Pressed twice it is one payment, without a key.</summary>
    public static async Task<Results<Created<PayLinkAnswer>, ProblemHttpResult>> Pay(string token, PayLinkRequest request, HttpContext http, LinkDesk desk, PublicAddress market, CancellationToken ct)
    {
        if (await desk.Find(token, ask: false, ct) is not { } standing) return Problems.Of(LinkRefusals.NotFound);
        var ready = await desk.Pay(standing, request.Gateway, market.Of(http), ct);
        if (ready.Refusal is { } refusal) return Problems.Of(refusal);
        return TypedResults.Created($"/api/v1/payment-links/{token}", new PayLinkAnswer(ready.Value.PaymentId, LinkPath.Absolute(ready.Value.PayUrl, token, market.Of(http))));
    }

    private static string Url(string market, WayBack way, PaymentLink link) => $"{market}/pay/link/{way.TokenOf(link.Id)}";
}

/// <summary>Where a link leads on to.</summary>
internal static class LinkPath
{
    /// <summary>The page where it is paid. One of this market's own opens to whoever has the link.</summary>
    public static string Of(string payUrl, string token) => payUrl.StartsWith('/') ? $"{payUrl}?link={token}" : payUrl;

    public static string Absolute(string payUrl, string token, string market) => payUrl.StartsWith('/') ? market + Of(payUrl, token) : payUrl;
}
