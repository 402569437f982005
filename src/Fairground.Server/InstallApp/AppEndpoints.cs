using System.Reflection;
using Fairground.Kernel.Http;

namespace Fairground.Server.InstallApp;

/// <summary>What makes the market an app on a phone beside the manifest: a service worker that shows a page of ours without a network, and shows notices.</summary>
internal static class AppEndpoints
{
    private static readonly Lazy<string> Worker = new(Make);

    internal static void MapInstallApp(this IEndpointRouteBuilder routes) => routes.MapGet("/service-worker.js", Script).WithAccess(Access.Public).ExcludeFromDescription();

    private static IResult Script(HttpContext http)
    {
        // The browser asks for it again by itself; an old one must not outlive an update.
        http.Response.Headers.CacheControl = "no-cache";
        return Results.Text(Worker.Value, "text/javascript; charset=utf-8");
    }

    // Its text changes with each version, so that browsers take the offline page and its styles anew.
    private static string Make()
    {
        var assembly = typeof(AppEndpoints).Assembly;
        using var stream = assembly.GetManifestResourceStream("install-app/service-worker.js") ?? throw new InvalidOperationException("The service worker is missing.");
        using var reader = new StreamReader(stream);
        var version = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";
        return reader.ReadToEnd().ReplaceLineEndings("\n").Replace("{{version}}", version, StringComparison.Ordinal);
    }
}
