using System.Security.Claims;
using System.Text;
using System.Text.Json;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Fairground.Kernel.Storage;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Identity.KeepAudit;

/// <summary>
/// Records every change that an operator makes through any call or page, of whatever module, where the use case has not written a fuller record itself: what was asked for,
/// and which rows said what before and after. What was refused changed nothing and is not recorded.
/// </summary>
internal sealed class OperatorTrail(RequestDelegate next)
{
    private const int LongestBody = 64 * 1024;
    private const int LongestAsked = 400;

    public async Task InvokeAsync(HttpContext http, IAuditTrail trail)
    {
        // Read before: what the request does may end the session.
        var (actor, behalf) = Who(http.User);
        if (actor is not { } by || HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method) || HttpMethods.IsOptions(http.Request.Method) || !IsWork(http, behalf is not null))
        {
            await next(http);
            return;
        }
        if (http.Request.HasJsonContentType() && http.Request.ContentLength <= LongestBody) http.Request.EnableBuffering();
        var notes = ChangeNotes.Begin();
        await next(http);
        if (http.Response.StatusCode >= 400 || AuditBook.HasRecorded(http)) return;
        var about = http.GetRouteData().Values.Where(v => v.Value is string text && Guid.TryParse(text, out _)).Select(v => v.Value!.ToString()!.ToLowerInvariant()).FirstOrDefault();
        var asked = await Asked(http);
        var after = string.Join("; ", new[] { asked.Length > 0 ? $"asked {asked}" : null, notes.After, $"answered {http.Response.StatusCode}" }.Where(part => part is not null));
        await trail.Record(new AuditEntry(by, Name(http), about, Before: notes.Before, After: after, OnBehalfOf: behalf), CancellationToken.None);
    }

    private static (Guid? Actor, Guid? OnBehalfOf) Who(ClaimsPrincipal user)
    {
        if (user.ActedBy() is { } actor) return (actor, user.UserId());
        return user.IsOperator() ? (user.UserId(), null) : (null, null);
    }

    // An operator is a person too: what anybody signed in does for themselves is nobody's business. While acting everything is.
    private static bool IsWork(HttpContext http, bool acting)
    {
        if (acting) return true;
        var metadata = http.GetEndpoint()?.Metadata;
        if (metadata?.GetMetadata<AccessRule>() is { } rule) return rule.Access is not (Access.Public or Access.SignedIn);
        // Pages: those of the office and the shops, and whatever page is about an organisation.
        return metadata?.GetOrderedMetadata<IAuthorizeData>().Any(a => a.Policy is not null) == true
            || http.Request.Path.StartsWithSegments("/office", StringComparison.OrdinalIgnoreCase) || http.Request.Path.StartsWithSegments("/shop", StringComparison.OrdinalIgnoreCase)
            || http.GetRouteValue("organisationId") is not null || http.GetRouteValue("shopId") is not null;
    }

    private static string Name(HttpContext http) =>
        http.GetEndpoint()?.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName ?? $"{http.Request.Method.ToLowerInvariant()} {(http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? http.Request.Path}";

    // The fields that were sent, without secrets and cut short; files by their name.
    private static async Task<string> Asked(HttpContext http)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in http.Request.HasFormContentType ? await OfForm(http) : await OfJson(http))
        {
            if (text.Length > LongestAsked) break;
            text.Append(text.Length == 0 ? "" : ", ").Append(name).Append('=').Append(ChangeNotes.Shown(name, value));
        }
        return text.ToString();
    }

    private static async Task<List<(string Name, string Value)>> OfForm(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(CancellationToken.None);
        return [.. form.Where(f => !f.Key.StartsWith('_')).Select(f => (f.Key, f.Value.ToString())), .. form.Files.Select(f => (f.Name, f.FileName))];
    }

    // What stands within has names of its own, some of them secret.
    private static bool HoldsObjects(JsonElement value) => value.ValueKind == JsonValueKind.Object || (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().Any(HoldsObjects));

    private static async Task<List<(string Name, string Value)>> OfJson(HttpContext http)
    {
        if (!http.Request.Body.CanSeek || http.Request.Body.Length == 0) return [];
        http.Request.Body.Position = 0;
        try
        {
            using var json = await JsonDocument.ParseAsync(http.Request.Body);
            if (json.RootElement.ValueKind != JsonValueKind.Object) return [];
            return [.. json.RootElement.EnumerateObject().Where(p => p.Value.ValueKind != JsonValueKind.Null).Select(p => (p.Name, HoldsObjects(p.Value) ? "…" : p.Value.ToString()))];
        }
        catch (JsonException)
        {
            // A handler that takes anything else than JSON has read it in its own way.
            return [];
        }
    }
}
