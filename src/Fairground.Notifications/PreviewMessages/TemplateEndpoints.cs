using System.Security.Claims;
using Fairground.Kernel.Http;
using Fairground.Notifications.ChangeWords;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Notifications.PreviewMessages;

/// <summary>A language of the market, by its tag.</summary>
public sealed record TestRequest(string? Language);

/// <summary>What the market says, for operators: looked at, tried, and said otherwise (C-26).</summary>
internal static class TemplateEndpoints
{
    // The mail stands in a frame of ours, styles itself, and may do nothing else.
    private const string MailPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'";

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("message-templates", List).WithAccess(Access.Operator).WithName("ListMessageTemplates").WithTags("Messages").WithSummary("Every message that the market sends.");
        api.MapGet("message-templates/{key}", Read).WithAccess(Access.Operator).WithName("ReadMessageTemplate").WithTags("Messages").WithSummary("One message in a language: its words, and what arrives by each way with sample values.");
        api.MapPost("message-templates/{key}/test", Test).WithAccess(Access.Operator).WithName("TestMessageTemplate").WithTags("Messages").WithSummary("Send it to myself with sample values.");
        api.MapPut("message-templates/{key}/wording/{language}", Change).WithAccess(Access.Operator).WithRecentSignIn().WithName("ChangeMessageWording").WithTags("Messages").WithSummary("Say it in other words from now on, with the same placeholders.");
        api.MapDelete("message-templates/{key}/wording/{language}", Return).WithAccess(Access.Operator).WithRecentSignIn().WithName("ReturnMessageWording").WithTags("Messages").WithSummary("Go back to the words of the house.");
    }

    /// <summary>The HTML of the e-mail alone, for the frame of the page.</summary>
    public static async Task<Results<ContentHttpResult, ProblemHttpResult>> Mail(string key, MessageDesk desk, HttpContext http, CancellationToken ct, string? language = null)
    {
        var view = await desk.Find(key, language, ct);
        if (view.Refusal is { } refusal) return Problems.Of(refusal);
        http.Response.Headers.ContentSecurityPolicy = MailPolicy;
        return TypedResults.Content(view.Value.Preview.Html, "text/html; charset=utf-8");
    }

    private static async Task<Ok<TemplateList>> List(MessageDesk desk, CancellationToken ct) => TypedResults.Ok(await desk.List(ct));

    private static async Task<Results<Ok<TemplateView>, ProblemHttpResult>> Read(string key, MessageDesk desk, CancellationToken ct, string? language = null) => Answer(await desk.Find(key, language, ct));

    private static async Task<Results<Accepted, ProblemHttpResult>> Test(string key, TestRequest request, ClaimsPrincipal user, MessageDesk desk, CancellationToken ct) =>
        await desk.Test(key, request.Language ?? "en", user.UserId(), ct) is { } refusal ? Problems.Of(refusal) : TypedResults.Accepted((string?)null);

    private static async Task<Results<Ok<TemplateView>, ProblemHttpResult>> Change(string key, string language, TemplateText request, ClaimsPrincipal user, MessageDesk desk, CancellationToken ct) =>
        await desk.Change(key, language, request, user.UserId(), ct) is { } refusal ? Problems.Of(refusal) : Answer(await desk.Find(key, language, ct));

    private static async Task<Results<Ok<TemplateView>, ProblemHttpResult>> Return(string key, string language, ClaimsPrincipal user, MessageDesk desk, CancellationToken ct) =>
        await desk.Change(key, language, null, user.UserId(), ct) is { } refusal ? Problems.Of(refusal) : Answer(await desk.Find(key, language, ct));

    private static Results<Ok<TemplateView>, ProblemHttpResult> Answer(Kernel.Result<TemplateView> view) => view.Refusal is { } refusal ? Problems.Of(refusal) : TypedResults.Ok(view.Value);
}
