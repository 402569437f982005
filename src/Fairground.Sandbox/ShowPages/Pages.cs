using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Sandbox.ShowPages;

/// <summary>The companies' hosted pages, where a person pays: with a card that goes through, one that is declined, or one that the bank asks about first (3-D Secure).</summary>
internal static class Pages
{
    private const string Good = "4242 4242 4242 4242";
    private const string AsksFirst = "4000 0000 0000 3220";
    private const string Declined = "4000 0000 0000 0002";

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/{company}/pages/{id}", (string company, string id, Till till) => till.Find(company, id) is { } play ? Show(play) : Gone());
        app.MapPost("/{company}/pages/{id}", Press);
        app.MapGet("/{company}/methods/{id}", (string company, string id, Till till) => till.FindMethod(company, id) is { } method ? ShowMethod(method) : Gone());
        app.MapPost("/{company}/methods/{id}", Agree);
        FaultsPage.Map(app);
    }

    private static async Task<IResult> Press(string company, string id, HttpContext http, Till till)
    {
        if (till.Find(company, id) is not { } play) return Gone();
        var form = await http.Request.ReadFormAsync();
        var (button, card) = (form["button"].ToString(), form["card"].ToString().Replace(" ", "", StringComparison.Ordinal));
        if (button == "cancel") return Results.Redirect(play.CancelUrl);
        if (button == "pay" && card == AsksFirst.Replace(" ", "", StringComparison.Ordinal)) return Ask(play);
        if (button == "deny" || card == Declined.Replace(" ", "", StringComparison.Ordinal))
        {
            till.Decline(play);
            return play.State == PlayState.Declined ? Results.Redirect(play.CancelUrl) : Show(play, "Your bank declined. Try another card.");
        }
        till.Pay(play);
        return Results.Redirect(play.ReturnUrl);
    }

    private static async Task<IResult> Agree(string company, string id, HttpContext http, Till till)
    {
        if (till.FindMethod(company, id) is not { } method) return Gone();
        var form = await http.Request.ReadFormAsync();
        if (form["button"] == "cancel") return Results.Redirect(method.CancelUrl);
        var card = form["card"].ToString().Replace(" ", "", StringComparison.Ordinal);
        // The card that is declined can be kept, and says no later, when nobody is there.
        till.Agree(method, card == Declined.Replace(" ", "", StringComparison.Ordinal), card == AsksFirst.Replace(" ", "", StringComparison.Ordinal), card.Length >= 4 ? card[^4..] : "4242");
        return Results.Redirect(method.ReturnUrl);
    }

    private static IResult ShowMethod(PlayMethod method) => Frame($"Sandbox of {Text(method.Company)}", $"""
        <p class="hint">The shop may charge this later without you.</p>
        <form method="post">
          <label for="card">Card number</label>
          <input id="card" name="card" value="{Good}" inputmode="numeric" autocomplete="off">
          <p class="hint">{Good} goes through later, {Declined} is declined later, {AsksFirst} wants you there each time (ePay).</p>
          <button name="button" value="agree">Let the shop keep it</button>
          <button name="button" value="cancel" class="quiet">Cancel and go back</button>
        </form>
        """);

    private static IResult Show(Play play, string? trouble = null) => play.State != PlayState.Open
        ? Page(play, $"<p>This payment is {Text(play.State.ToString().ToLowerInvariant())}.</p><p><a href=\"{Text(play.ReturnUrl)}\">Back to the shop</a></p>")
        : Page(play, $"""
            {(trouble is null ? "" : $"<p class=\"trouble\" role=\"alert\">{Text(trouble)}</p>")}
            <form method="post">
              <label for="card">Card number</label>
              <input id="card" name="card" value="{Good}" inputmode="numeric" autocomplete="off">
              <p class="hint">{Good} goes through, {AsksFirst} is asked about first, {Declined} is declined.</p>
              <button name="button" value="pay">Pay {Amount(play)}</button>
              <button name="button" value="cancel" class="quiet">Cancel and go back</button>
            </form>
            """);

    private static IResult Ask(Play play) => Page(play, """
        <p>Your bank asks: is it you who pays?</p>
        <form method="post">
          <button name="button" value="confirm">Yes, it is me (3-D Secure)</button>
          <button name="button" value="deny" class="quiet">No</button>
        </form>
        """);

    private static IResult Gone() => Results.Text("There is no such payment.", statusCode: 404);

    private static string Amount(Play play) => Text($"{PlayMoney.Decimal(play.Amount, play.Currency)} {play.Currency.ToUpperInvariant()}");

    private static string Text(string text) => HtmlEncoder.Default.Encode(text);

    private static IResult Page(Play play, string body) => Frame($"Sandbox of {Text(play.Company)}", $"""<p class="hint">No real money moves here.</p><p class="amount">{Amount(play)}</p>{body}""");

    /// <summary>A page of the sandbox; both texts are HTML.</summary>
    internal static IResult Frame(string title, string body) => Results.Text($$"""
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,"><title>{{title}}</title>
        <style>
          body { font: 16px/1.5 system-ui, sans-serif; margin: 0; background: #eef1f6; color: #1b2230; }
          main { max-width: 26rem; margin: 2rem auto; padding: 1.5rem; background: #fff; border-radius: 12px; }
          h1 { font-size: 1.25rem; margin: 0 0 .25rem; } .amount { font-size: 2rem; font-variant-numeric: tabular-nums; margin: 0 0 1rem; }
          label { display: block; font-weight: 600; } .check { display: flex; gap: .75rem; align-items: center; min-height: 44px; font-weight: 400; } .check input { flex: none; width: 1.25rem; min-height: 1.25rem; } .check + label:not(.check), input + label { margin-top: .75rem; } input, select { box-sizing: border-box; width: 100%; min-height: 44px; font: inherit; padding: 0 .75rem; }
          button { display: block; width: 100%; min-height: 44px; margin-top: .75rem; font: inherit; border: 0; border-radius: 8px; background: #24406f; color: #fff; }
          .quiet { background: #e2e7f0; color: #1b2230; } .hint { font-size: .875rem; color: #55607a; } .trouble { padding: .75rem; background: #fde5e1; border-radius: 8px; }
        </style></head>
        <body><main><h1>{{title}}</h1>{{body}}</main></body></html>
        """, "text/html; charset=utf-8");
}
