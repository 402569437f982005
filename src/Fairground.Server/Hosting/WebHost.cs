using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using Fairground.Identity;
using Fairground.Kernel.Http;
using Fairground.Kernel.Storage;
using Fairground.Server.InstallApp;
using Fairground.Server.Pages;
using Fairground.Server.VerifyPage;
using Fairground.Ui;
using Microsoft.AspNetCore.Http.Features;

namespace Fairground.Server.Hosting;

/// <summary>Builds the web application: services, the request pipeline, endpoints and pages.</summary>
public static class WebHost
{
    /// <summary>Builds it; the database is migrated by <see cref="Market.Migrate"/> before it starts.</summary>
    /// <param name="args">Host settings from the command line.</param>
    /// <param name="configure">Changes to services, for tests (a settable clock).</param>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,
            ContentRootPath = AppContext.BaseDirectory,
            ApplicationName = typeof(WebHost).Assembly.GetName().Name,
        });
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 2L << 20;
        });
        // A crowd comes at once: as many may wait at the door as the system allows.
        builder.WebHost.UseSockets(sockets => sockets.Backlog = 4096);
        AddLogging(builder.Logging, builder.Configuration);
        AddServices(builder);
        configure?.Invoke(builder);
        var app = builder.Build();
        UsePipeline(app);
        MapEndpoints(app);
        return app;
    }

    internal static void AddLogging(ILoggingBuilder logging, IConfiguration configuration)
    {
        logging.ClearProviders();
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss ";
        });
        if (configuration["Logging:LogLevel:Default"] is null) logging.SetMinimumLevel(LogLevel.Information);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("System.Net.Http", LogLevel.Warning);
        // Its text would repeat what the exception handler has said already.
        logging.AddFilter("Microsoft.AspNetCore.Diagnostics.ExceptionHandlerMiddleware", LogLevel.None);
    }

    private static void AddServices(WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
            json.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower));
        });
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.AddHttpContextAccessor();
        services.AddCascadingAuthenticationState();
        services.AddRazorComponents();
        // Letters of every language as they are: written as numbers they are four times as long.
        services.AddSingleton(HtmlEncoder.Create(UnicodeRanges.All));
        services.AddAntiforgery(antiforgery => antiforgery.Cookie.Name = "fairground.form");
        services.AddProblemDetails(problems => problems.CustomizeProblemDetails = Problems.SayWhenToRetry);
        services.AddExceptionHandler<FailureHandler>();
        services.AddOpenApi("v1", OpenApiText.Configure);
        services.AddFairgroundRateLimits(builder.Configuration);
        services.Configure<FormOptions>(form => form.MultipartBodyLengthLimit = 1L << 30);
        services.AddSingleton<INavigation, ServerNavigation>();
        services.Configure<UiOptions>(ui =>
        {
            ui.MarketName = builder.Configuration["FAIRGROUND_MARKET_NAME"] is { Length: > 0 } name ? name : "Fairground";
            ui.Notice = builder.Configuration["FAIRGROUND_NOTICE"];
            ui.SignOutPath = "/sign-out";
        });
        services.AddMarket(builder.Configuration);
    }

    private static void UsePipeline(WebApplication app)
    {
        TrustedProxies.Use(app, app.Configuration);
        app.UseExceptionHandler();
        app.UseStatusCodePages(FailureHandler.EmptyAnswer);
        app.UseMiddleware<SecurityHeaders>();
        app.UseRouting();
        app.UseAuthentication();
        app.UseReadersLanguage();
        app.UseMiddleware<CrossSiteGuard>();
        app.UseRateLimiter();
        app.UseOperatorTrail();
        app.UseAuthorization();
        app.UseAntiforgery();
    }

    private static void MapEndpoints(WebApplication app)
    {
        app.MapGet("/health/live", () => TypedResults.Text("ok")).WithAccess(Access.Public).ExcludeFromDescription();
        app.MapGet("/health/ready", Ready).WithAccess(Access.Public).ExcludeFromDescription();
        app.MapStaticAssets().WithMetadata(new AccessRule(Access.Public)).AllowAnonymous();
        app.MapVerifyPage();
        app.MapInstallApp();
        app.MapOpenApi("/openapi/{documentName}.json").WithAccess(Access.Public);
        app.UseSwaggerUI(swagger =>
        {
            swagger.RoutePrefix = "swagger";
            swagger.SwaggerEndpoint("/openapi/v1.json", "Fairground API v1");
            swagger.DocumentTitle = "Fairground API";
        });
        var api = app.MapGroup("/api/v1").DisableAntiforgery();
        foreach (var module in Market.Modules)
        {
            module.MapApi(api);
            module.MapRoot(app);
        }
        app.MapRazorComponents<App>().AddAdditionalAssemblies(PageAssemblies.Others);
    }

    private static async Task<IResult> Ready(Database database, CancellationToken ct)
    {
        try
        {
            await using var connection = await database.OpenAsync(ct);
            await using var command = connection.CreateCommand();
            command.CommandText = "select count(*) from kernel_migration";
            await command.ExecuteScalarAsync(ct);
            return TypedResults.Text("ready");
        }
        catch (System.Data.Common.DbException)
        {
            return TypedResults.Text("the database cannot be reached", statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }
}
