using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Fairground.Kernel.Http;

/// <summary>Turns refusals into RFC 9457 problem details; the only place that does.</summary>
public static class Problems
{
    /// <summary>The problem document of a refusal, with <c>code</c>, and its details. The host adds Retry-After to 429 and 503.</summary>
    public static ProblemHttpResult Of(Refusal refusal)
    {
        var extensions = new Dictionary<string, object?> { ["code"] = refusal.Code };
        foreach (var (name, value) in refusal.Details) extensions[name] = value;
        return TypedResults.Problem(
            detail: refusal.Sentence,
            statusCode: refusal.Kind.Status,
            title: refusal.Sentence,
            type: $"/problems/{refusal.Code}",
            extensions: extensions);
    }

    /// <summary>A problem that names the field at fault.</summary>
    public static ProblemHttpResult Field(string field, string sentence) =>
        Of(CommonRefusals.InvalidRequest.Saying(sentence, ("field", field)));
}
