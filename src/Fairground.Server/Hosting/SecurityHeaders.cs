namespace Fairground.Server.Hosting;

/// <summary>Headers that every answer carries; nothing of ours needs inline scripts, so none run. An answer 429 or 503 also says when to come again.</summary>
internal sealed class SecurityHeaders(RequestDelegate next)
{
    private const string Policy = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self'; connect-src 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'";

    // Swagger UI styles itself with inline styles and starts from an inline script of its own page.
    private const string SwaggerPolicy = "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";

    public Task InvokeAsync(HttpContext http)
    {
        // As the answer leaves, because a failure on the way clears what was set before.
        http.Response.OnStarting(Complete, http);
        return next(http);
    }

    private static Task Complete(object state)
    {
        var http = (HttpContext)state;
        var headers = http.Response.Headers;
        headers.TryAdd("Content-Security-Policy", http.Request.Path.StartsWithSegments("/swagger", StringComparison.Ordinal) ? SwaggerPolicy : Policy);
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        // A courier's page may say where the phone is; no other page has any business with that.
        var place = http.Request.Path.StartsWithSegments("/courier", StringComparison.Ordinal) ? "(self)" : "()";
        headers["Permissions-Policy"] = $"camera=(self), microphone=(), geolocation={place}";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        // Whoever is sent away is told when to come again; problem documents have said it by now, pages have not.
        if (http.Response.StatusCode is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable) headers.TryAdd("Retry-After", "1");
        return Task.CompletedTask;
    }
}
