using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Sandbox.ShowPages;

/// <summary>Where a person, or a program, says what shall go wrong: <c>GET</c> and <c>POST /faults</c>, a form.</summary>
internal static class FaultsPage
{
    public const string Path = "/faults";

    private const int MostCopies = 20;
    private const int LongestDelay = 3600;

    private static readonly string[] Calls = ["start", "read", "capture", "charge", "refund"];

    // Name, what it does, how it stands, how it is set.
    private static readonly (string Name, string Text, Func<Faults, bool> Is, Action<Faults, bool> Set)[] Switches =
    [
        ("outage", "Outage: every call is answered 503", f => f.Outage, (f, on) => f.Outage = on),
        ("wrong-amount", "Another amount is taken than was asked for", f => f.WrongAmount, (f, on) => f.WrongAmount = on),
        ("wrong-signature", "Notices are signed with a wrong secret", f => f.WrongSignature, (f, on) => f.WrongSignature = on),
        ("reject-refunds", "Refunds are rejected", f => f.RejectRefunds, (f, on) => f.RejectRefunds = on),
        ("slow-refunds", "Refunds stay on their way", f => f.SlowRefunds, (f, on) => f.SlowRefunds = on),
        ("forget-keys", "Keys of requests are forgotten: what is asked again is done again", f => f.ForgetKeys, (f, on) => f.ForgetKeys = on),
        ("no-rights", "The merchant may do nothing: every call of Stripe and ePay is answered 401, of PayPal 403", f => f.NoRights, (f, on) => f.NoRights = on),
        ("no-search", "The merchant may not search what it took: Stripe answers that with 400, PayPal with 403", f => f.NoSearch, (f, on) => f.NoSearch = on),
        ("unclear", "ePay takes money from a kept card and says that it could not (1267)", f => f.Unclear, (f, on) => f.Unclear = on),
        ("hold-notices", "Notices are held; they leave in the opposite order when this is switched off", f => f.HoldNotices, (f, on) => f.HoldNotices = on),
    ];

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(Path, (Faults faults) => Show(faults));
        app.MapPost(Path, Change);
    }

    private static async Task<IResult> Change(HttpContext http, Faults faults, Notices notices)
    {
        var form = await http.Request.ReadFormAsync();
        var held = faults.HoldNotices;
        foreach (var one in Switches) one.Set(faults, form.ContainsKey(one.Name));
        faults.Copies = Number(form["copies"], 1, MostCopies, faults.Copies);
        faults.Delay = TimeSpan.FromSeconds(Number(form["delay"], 0, LongestDelay, (int)faults.Delay.TotalSeconds));
        if (Calls.Contains(form["lose"].ToString())) faults.LoseAnswer(form["lose"].ToString());
        if (held && !faults.HoldNotices) await notices.Release();
        return Results.Redirect(Path);
    }

    private static int Number(string? text, int least, int most, int otherwise) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? Math.Clamp(number, least, most) : otherwise;

    private static IResult Show(Faults faults) => Pages.Frame("What shall go wrong", $"""
        <p class="hint">It goes wrong for everybody who uses this sandbox, until you switch it off.</p>
        <form method="post">
          {string.Concat(Switches.Select(s => $"<label class=\"check\"><input type=\"checkbox\" name=\"{s.Name}\"{(s.Is(faults) ? " checked" : "")}>{s.Text}</label>"))}
          <label for="copies">How often each notice is sent</label>
          <input id="copies" name="copies" inputmode="numeric" value="{faults.Copies.ToString(CultureInfo.InvariantCulture)}">
          <label for="delay">Seconds that notices wait</label>
          <input id="delay" name="delay" inputmode="numeric" value="{((int)faults.Delay.TotalSeconds).ToString(CultureInfo.InvariantCulture)}">
          <label for="lose">Lose the answer of the next call, after it was carried out</label>
          <select id="lose" name="lose"><option value="">None</option>{string.Concat(Calls.Select(c => $"<option>{c}</option>"))}</select>
          <button>Save</button>
        </form>
        """);
}
