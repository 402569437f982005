using System.Security.Claims;
using Fairground.Bench.Naive;
using Microsoft.AspNetCore.Authentication;
using Microsoft.EntityFrameworkCore;

// The contestant: the same purchase the ordinary way, one transaction each, over the same HTTP, in Fairground's own tables.
var builder = WebApplication.CreateBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
var sqlite = Environment.GetEnvironmentVariable("NAIVE_SQLITE");
builder.Services.AddSingleton(new TokenKey(Convert.FromBase64String(Environment.GetEnvironmentVariable("NAIVE_TOKEN_KEY") ?? throw new InvalidOperationException("NAIVE_TOKEN_KEY is not set."))));
builder.Services.AddSingleton<ReceiptKey>();
builder.Services.AddAuthentication(TokenHandler.SchemeName).AddScheme<AuthenticationSchemeOptions, TokenHandler>(TokenHandler.SchemeName, null);
builder.Services.AddAuthorization();
if (sqlite is not null)
{
    builder.Services.AddSingleton(new SqliteSales(sqlite));
}
else
{
    var postgres = Environment.GetEnvironmentVariable("NAIVE_POSTGRES") ?? throw new InvalidOperationException("NAIVE_POSTGRES is not set.");
    builder.Services.AddDbContextPool<NaiveContext>(options => options.UseNpgsql(postgres));
    builder.Services.AddScoped<PostgresSales>();
}
var app = builder.Build();
app.UseAuthentication();
app.UseAuthorization();
app.MapGet("/health/ready", () => "ready");
app.MapPost("/api/v1/lots/{lotId:guid}/purchases", async (Guid lotId, PurchaseRequest request, HttpContext http) =>
{
    var key = http.Request.Headers["Idempotency-Key"].ToString();
    if (key.Length is 0 or > 255) return Results.Problem("An Idempotency-Key is needed.", statusCode: 400);
    if (request.Quantity != 1) return Results.Problem("This contestant sells one at a time.", statusCode: 400);
    var buyer = Guid.Parse(http.User.FindFirstValue(ClaimTypes.NameIdentifier)!);
    var sold = sqlite is not null
        ? await http.RequestServices.GetRequiredService<SqliteSales>().Buy(lotId, buyer, key, http.RequestServices.GetRequiredService<ReceiptKey>())
        : await http.RequestServices.GetRequiredService<PostgresSales>().Buy(lotId, buyer, key, http.RequestAborted);
    return sold.Refusal is { } refusal ? Results.Problem(refusal, statusCode: 409) : Results.Created((string?)null, sold.Answer);
}).RequireAuthorization();
await app.RunAsync();

namespace Fairground.Bench.Naive
{
    internal sealed record PurchaseRequest(int Quantity);

    internal sealed record PurchasedEntry(int Seq, string Number);

    internal sealed record PurchaseAnswer(Guid PurchaseId, Guid LotId, long Charged, PurchasedEntry[] Entries, string Receipt, DateTimeOffset At);

    internal sealed record Sold(PurchaseAnswer? Answer, string? Refusal);
}
