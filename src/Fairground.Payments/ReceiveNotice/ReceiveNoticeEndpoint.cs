using Fairground.Kernel;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Fairground.Payments.ReceiveNotice;

/// <summary>The notice is kept.</summary>
internal sealed record NoticeAnswer(bool Received);

/// <summary><c>POST gateways/{gateway}/notices</c>: where gateways tell what happened to a payment (C-13, D-08). Refusals <c>payment.gateway_unknown</c>, <c>payment.notice_forged</c>, <c>payment.notice_unreadable</c>.</summary>
internal static class ReceiveNoticeEndpoint
{
    /// <summary>Bytes; the notices of all gateways are a tenth of it.</summary>
    public const int LargestBody = 128 << 10;

    public static async Task<Results<Ok<NoticeAnswer>, ProblemHttpResult>> Handle(
        string gateway, HttpContext http, IEnumerable<IPaymentGateway> gateways, NoticeDesk desk, TimeProvider time, CancellationToken ct)
    {
        if (gateways.FirstOrDefault(g => g.Name == gateway && g.CanBeAsked) is not { } from) return Problems.Of(PaymentRefusals.GatewayUnknown);
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, ct);
        var notice = await from.ReadNotice(new NoticeRequest(name => http.Request.Headers[name].ToString(), name => http.Request.Query[name].ToString(), body.GetBuffer().AsMemory(0, (int)body.Length), time.GetUtcNow()), ct);
        if (notice.Refusal is { } refusal) return Problems.Of(refusal);
        await desk.Receive(from.Name, notice.Value, ct);
        return TypedResults.Ok(new NoticeAnswer(true));
    }
}
