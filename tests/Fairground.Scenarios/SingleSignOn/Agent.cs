using System.Net;
using System.Text.RegularExpressions;
using Xunit;

namespace Fairground.Scenarios.SingleSignOn;

/// <summary>A page that an agent sees, or where it was sent to outside of the servers that it may visit.</summary>
internal sealed record Seen(HttpStatusCode Status, Uri Url, string Html);

/// <summary>A person's browser without scripts: keeps cookies, follows redirects and pages that go on by themselves, and sends forms.</summary>
internal sealed partial class Agent : IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { Timeout = TimeSpan.FromMinutes(1) };
    private readonly HashSet<string> servers;

    /// <param name="servers">Where it may go; sent elsewhere, it stops and says where to.</param>
    public Agent(params ReadOnlySpan<Uri> servers)
    {
        this.servers = [];
        foreach (var server in servers) this.servers.Add(server.Authority);
    }

    public Seen Page { get; private set; } = null!;

    /// <summary>How often a page that goes on by itself was in between.</summary>
    public int Breaks { get; private set; }

    public Task<Seen> Goes(Uri url) => Follow(new HttpRequestMessage(HttpMethod.Get, url));

    public Task<Seen> Goes(string url) => Goes(Page is null ? new Uri(url) : new Uri(Page.Url, url));

    /// <summary>Sends the form of the page that has this button, filled in so.</summary>
    public Task<Seen> Presses(string button, params (string Name, string Value)[] values)
    {
        var form = Forms().Matches(Page.Html).Select(m => m.Value).FirstOrDefault(f => Buttons().Matches(f).Any(b => Text(b.Value) == button))
            ?? throw new InvalidOperationException($"No button {button} at {Page.Url} ({Page.Status}): {Text(Page.Html)}");
        var fields = Inputs().Matches(form).Select(m => m.Value).Where(i => Attribute(i, "type") is "hidden").Select(i => (Name: Attribute(i, "name") ?? "", Value: Attribute(i, "value") ?? ""))
            .Concat(values).ToList();
        var pressed = Buttons().Matches(form).Select(b => b.Value).First(b => Text(b) == button);
        if (Attribute(pressed, "name") is { Length: > 0 } name) fields.Add((name, Attribute(pressed, "value") ?? ""));
        var action = Attribute(form, "action") is { Length: > 0 } to ? new Uri(Page.Url, to) : Page.Url;
        return Follow(new HttpRequestMessage(HttpMethod.Post, action) { Content = new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Name, f.Value))) });
    }

    public Task<Seen> SignsIn(string contact, string password) => Presses("Sign in", ("contact", contact), ("password", password));

    public void Dispose() => http.Dispose();

    private async Task<Seen> Follow(HttpRequestMessage request)
    {
        for (var hops = 0; hops < 20; hops++)
        {
            var posted = request.Method == HttpMethod.Post;
            using var response = await http.SendAsync(request);
            var at = request.RequestUri!;
            request.Dispose();
            var html = await response.Content.ReadAsStringAsync();
            Uri? next = null;
            if (response.Headers.Location is { } location)
            {
                next = new Uri(at, location);
                // What the content security policy says of forms holds along the whole way of redirects.
                if (posted) formSent = true;
                if (formSent && !servers.Contains(next.Authority)) throw new InvalidOperationException($"A browser would not go from a form to {next}: form-action is 'self'.");
            }
            else
            {
                formSent = false;
                if (Refresh().Match(html) is { Success: true } goesOn) (next, Breaks) = (new Uri(at, WebUtility.HtmlDecode(goesOn.Groups[1].Value)), Breaks + 1);
            }
            if (next is null) return Page = new Seen(response.StatusCode, at, html);
            if (!servers.Contains(next.Authority)) return new Seen(response.StatusCode, next, "");
            request = new HttpRequestMessage(HttpMethod.Get, next);
        }
        throw new InvalidOperationException("Sent round in circles.");
    }

    private bool formSent;

    private static string? Attribute(string tag, string name) => Regex.Match(tag, $"""^<[^>]*?\s{name}="([^"]*)"[^>]*>""", RegexOptions.Singleline) is { Success: true } match ? WebUtility.HtmlDecode(match.Groups[1].Value) : null;

    private static string Text(string html) => WebUtility.HtmlDecode(Regex.Replace(html, "<[^>]+>", "")).Trim();

    [GeneratedRegex("<form.*?</form>", RegexOptions.Singleline)]
    private static partial Regex Forms();

    [GeneratedRegex("<input[^>]*>", RegexOptions.Singleline)]
    private static partial Regex Inputs();

    [GeneratedRegex("<button.*?</button>", RegexOptions.Singleline)]
    private static partial Regex Buttons();

    [GeneratedRegex("""<meta http-equiv="refresh" content="0;url=([^"]*)"[^>]*>""")]
    private static partial Regex Refresh();
}
