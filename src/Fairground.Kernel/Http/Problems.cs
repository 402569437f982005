using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Fairground.Kernel.Http;

/// <summary>Turns refusals into RFC 9457 problem details; the only place that does.</summary>
public static class Problems
{
    private const string Wait = "retryAfterSeconds";

    /// <summary>The problem document of a refusal, with <c>code</c>, its details, and <c>retryAfterSeconds</c> where waiting helps.</summary>
    public static ProblemHttpResult Of(Refusal refusal)
    {
        var extensions = new Dictionary<string, object?> { ["code"] = refusal.Code };
        if (refusal.Kind is { IsTransient: true, Status: StatusCodes.Status503ServiceUnavailable or StatusCodes.Status429TooManyRequests }) extensions[Wait] = 1;
        foreach (var (name, value) in refusal.Details) extensions[name] = value;
        return TypedResults.Problem(
            detail: refusal.Sentence,
            statusCode: refusal.Kind.Status,
            title: refusal.Sentence,
            type: $"/problems/{refusal.Code}",
            extensions: extensions);
    }

    /// <summary>Says in the header, too, how many seconds to wait before the same call is sent again.</summary>
    public static void SayWhenToRetry(ProblemDetailsContext context)
    {
        if (context.ProblemDetails.Extensions.TryGetValue(Wait, out var seconds) && seconds is not null)
            context.HttpContext.Response.Headers.RetryAfter = Convert.ToString(seconds, System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>A problem that names the field at fault.</summary>
    public static ProblemHttpResult Field(string field, string sentence) =>
        Of(CommonRefusals.InvalidRequest.Saying(sentence, ("field", field)));
}
