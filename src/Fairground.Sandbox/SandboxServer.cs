using Fairground.Sandbox.PlayEpay;
using Fairground.Sandbox.PlayPayPal;
using Fairground.Sandbox.PlayStripe;
using Fairground.Sandbox.ShowPages;
using Fairground.Sandbox.WriteReports;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fairground.Sandbox;

/// <summary>Plays Stripe, PayPal and Halyk ePay over HTTP, with their pages and their notices, and with faults on demand. Keeps everything in memory.</summary>
public sealed class SandboxServer : IAsyncDisposable
{
    private readonly WebApplication app;

    private SandboxServer(WebApplication app, Till till, Faults faults, Notices notices) => (this.app, Till, Faults, Notices) = (app, till, faults, notices);

    public Till Till { get; }

    public Faults Faults { get; }

    public Notices Notices { get; }

    /// <summary>Where it listens.</summary>
    public Uri Address => new(app.Urls.First());

    /// <summary>Ends when the server is told to stop.</summary>
    public Task Stopped => app.WaitForShutdownAsync();

    /// <param name="address">Where to listen; port 0 for any that is free.</param>
    /// <param name="clock">The companies' clock: notices are signed with it.</param>
    public static async Task<SandboxServer> Start(string address = "http://127.0.0.1:0", TimeProvider? clock = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(address);
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.PropertyNamingPolicy = null);
        builder.Services.AddRoutingCore();
        var faults = new Faults();
        builder.Services.AddSingleton(clock ?? TimeProvider.System);
        var notices = new Notices(faults, clock ?? TimeProvider.System);
        var till = new Till(notices, faults);
        builder.Services.AddSingleton(till);
        builder.Services.AddSingleton(faults);
        builder.Services.AddSingleton(notices);
        var app = builder.Build();
        app.Use(Break);
        StripeApi.Map(app);
        PayPalApi.Map(app);
        EpayApi.Map(app);
        Pages.Map(app);
        Reports.Map(app);
        await app.StartAsync();
        return new SandboxServer(app, till, faults, notices);
    }

    /// <summary>The settings with which a market uses this sandbox.</summary>
    public static IReadOnlyList<(string Name, string Value)> Settings(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var bare = address.ToString().TrimEnd('/');
        return
        [
            ("FAIRGROUND_EPAY_CLIENT_ID", "sandbox"), ("FAIRGROUND_EPAY_CLIENT_SECRET", "sandbox-secret"), ("FAIRGROUND_EPAY_TERMINAL", "00000000-0000-0000-0000-000000000000"),
            ("FAIRGROUND_EPAY_OAUTH_URL", $"{bare}/epay"), ("FAIRGROUND_EPAY_API_URL", $"{bare}/epay"), ("FAIRGROUND_EPAY_PAGE_URL", $"{bare}/epay"),
            ("FAIRGROUND_STRIPE_KEY", "sk_sandbox"), ("FAIRGROUND_STRIPE_WEBHOOK_SECRET", Notices.StripeSecret), ("FAIRGROUND_STRIPE_URL", $"{bare}/stripe"),
            ("FAIRGROUND_PAYPAL_CLIENT_ID", "sandbox"), ("FAIRGROUND_PAYPAL_CLIENT_SECRET", "sandbox-secret"), ("FAIRGROUND_PAYPAL_WEBHOOK_ID", Notices.PayPalWebhook), ("FAIRGROUND_PAYPAL_URL", $"{bare}/paypal"),
        ];
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        Notices.Dispose();
    }

    // People's pages are always there; what programs call breaks as asked.
    private static async Task Break(HttpContext http, RequestDelegate next)
    {
        var faults = http.RequestServices.GetRequiredService<Faults>();
        if (http.Request.Path.Value!.Contains("/pages/", StringComparison.Ordinal) || IsMethodsPage(http.Request.Path.Value) || http.Request.Path == FaultsPage.Path)
        {
            await next(http);
            return;
        }
        if (faults.Outage)
        {
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }
        if (faults.NoRights && !http.Request.Path.Value.EndsWith("/token", StringComparison.Ordinal))
        {
            http.Response.StatusCode = http.Request.Path.StartsWithSegments("/paypal") ? StatusCodes.Status403Forbidden : StatusCodes.Status401Unauthorized;
            return;
        }
        if (Kind(http.Request) is { } never && faults.TakeLoss($"call {never}"))
        {
            http.Abort();
            return;
        }
        if (Kind(http.Request) is { } call && faults.TakeLoss(call))
        {
            // Carried out, and nobody hears of it.
            using var swallowed = new MemoryStream();
            http.Response.Body = swallowed;
            await next(http);
            http.Abort();
            return;
        }
        if (Kind(http.Request) is { } kind && faults.IsHeld(kind))
        {
            var answer = http.Response.Body;
            using var kept = new MemoryStream();
            http.Response.Body = kept;
            await next(http);
            await faults.WaitWhereHeld(kind);
            http.Response.Body = answer;
            await answer.WriteAsync(kept.ToArray());
            return;
        }
        await next(http);
    }

    private static bool IsMethodsPage(string path) => path.Contains("/methods/", StringComparison.Ordinal);

    private static string? Kind(HttpRequest request)
    {
        var path = request.Path.Value!;
        if (HttpMethods.IsGet(request.Method)) return "read";
        if (path.Contains("refund", StringComparison.Ordinal)) return "refund";
        if (path.EndsWith("/capture", StringComparison.Ordinal) || path.EndsWith("/charge", StringComparison.Ordinal)) return "capture";
        if (path.EndsWith("/payment_intents", StringComparison.Ordinal) || path.EndsWith("/cards/auth", StringComparison.Ordinal)) return "charge";
        return path.EndsWith("/checkout/sessions", StringComparison.Ordinal) || path.EndsWith("/checkout/orders", StringComparison.Ordinal) ? "start" : null;
    }
}
