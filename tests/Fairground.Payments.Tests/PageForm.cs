using System.Net;
using System.Text.RegularExpressions;
using Xunit;

namespace Fairground.Payments.Tests;

/// <summary>One form of a page, with all that is hidden in it: its name, its antiforgery token, its key.</summary>
internal sealed partial class PageForm
{
    private readonly string path;
    private readonly Dictionary<string, string> hidden;

    private PageForm(string path, Dictionary<string, string> hidden) => (this.path, this.hidden) = (path, hidden);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<PageForm> Of(HttpClient person, string path, string name)
    {
        using var response = await person.GetAsync(new Uri(path, UriKind.Relative), Ct);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var page = await response.Content.ReadAsStringAsync(Ct);
        var form = page.Split("<form").Skip(1).Select(f => f[..f.IndexOf("</form>", StringComparison.Ordinal)]).Single(f => f.Contains($"value=\"{name}\"", StringComparison.Ordinal));
        var hidden = HiddenField().Matches(form).ToDictionary(m => m.Groups["name"].Value, m => WebUtility.HtmlDecode(m.Groups["value"].Value));
        Assert.Contains("__RequestVerificationToken", hidden.Keys);
        return new PageForm(path, hidden);
    }

    public Task<HttpResponseMessage> Post(HttpClient person, params (string Name, string Value)[] typed) =>
        person.PostAsync(new Uri(path, UriKind.Relative), new FormUrlEncodedContent(hidden.Concat(typed.Select(t => KeyValuePair.Create(t.Name, t.Value)))), Ct);

    /// <summary>Posts it and sees that it went through: one redirect to this path. Without the token nothing happens.</summary>
    public async Task GoesThrough(HttpClient person, string leadsTo, params (string Name, string Value)[] typed)
    {
        var token = hidden["__RequestVerificationToken"];
        hidden.Remove("__RequestVerificationToken");
        using (var forged = await Post(person, typed)) Assert.Equal(HttpStatusCode.BadRequest, forged.StatusCode);
        hidden["__RequestVerificationToken"] = token;
        using var answer = await Post(person, typed);
        Assert.True(answer.StatusCode == HttpStatusCode.Found, $"{path}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync(Ct)}");
        Assert.StartsWith(leadsTo, new Uri(new Uri("http://x"), answer.Headers.Location!).PathAndQuery, StringComparison.Ordinal);
    }

    [GeneratedRegex("""<input type="hidden" name="(?<name>[^"]+)" value="(?<value>[^"]*)"\s*/?>""")]
    private static partial Regex HiddenField();
}
