using System.Net;
using System.Text.RegularExpressions;
using Fairground.Scenarios.Vocabulary;
using Xunit;

namespace Fairground.Scenarios.Browser;

/// <summary>A browser reduced to what an attacker uses: it keeps cookies, reads forms and posts them as it likes.</summary>
internal sealed partial class PlainBrowser : IDisposable
{
    private const string Token = "__RequestVerificationToken";
    private const string SessionCookie = "fg_session";

    private readonly SocketsHttpHandler handler = new() { AllowAutoRedirect = false };
    private readonly HttpClient http;

    public PlainBrowser(Uri address) => http = new HttpClient(handler) { BaseAddress = address };

    /// <summary>One in which a person is signed in.</summary>
    public static async Task<PlainBrowser> Of(Fair fair, Person person)
    {
        var browser = new PlainBrowser(fair.Address);
        Assert.Equal(HttpStatusCode.Found, await browser.SignsIn(person.Contact, Fair.Password));
        return browser;
    }

    /// <summary>The session that the browser holds.</summary>
    public string? Session => handler.CookieContainer.GetCookies(http.BaseAddress!)[SessionCookie]?.Value;

    /// <summary>Somebody put this into the browser in place of a session.</summary>
    public void Plant(string session) => handler.CookieContainer.Add(http.BaseAddress!, new Cookie(SessionCookie, session, "/"));

    /// <summary>Reads the sign-in page and fills it in; <paramref name="meanwhile"/> happens before it is sent. The status of the answer.</summary>
    public async Task<HttpStatusCode> SignsIn(string contact, string password, Action? meanwhile = null)
    {
        var form = Forms(await Reads("/sign-in")).Single(f => f.GetValueOrDefault("_handler") == "sign-in");
        form.Remove("way");
        (form["contact"], form["password"]) = (contact, password);
        meanwhile?.Invoke();
        return await Posts("/sign-in", form);
    }

    public async Task<string> Reads(string path)
    {
        using var answer = await http.GetAsync(path);
        return await answer.Content.ReadAsStringAsync();
    }

    public async Task<HttpStatusCode> Looks(string path)
    {
        using var answer = await http.GetAsync(path);
        return answer.StatusCode;
    }

    /// <summary>Posts every form of a page as another site would, without its token or with one that is not this visitor's; all must be refused. The count of forms.</summary>
    public async Task<int> TriesFormsOf(string path)
    {
        var forms = Forms(await Reads(path)).Where(f => f.ContainsKey("_handler")).ToList();
        Assert.True(forms.Count > 0, $"{path} has no form");
        foreach (var form in forms)
        {
            Assert.True(form.Remove(Token), $"{path}: the form {form["_handler"]} has no token");
            Assert.Equal((path, form["_handler"], HttpStatusCode.BadRequest), (path, form["_handler"], await Posts(path, form)));
            form[Token] = "CfDJ8AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
            Assert.Equal((path, form["_handler"], HttpStatusCode.BadRequest), (path, form["_handler"], await Posts(path, form)));
        }
        return forms.Count;
    }

    public void Dispose()
    {
        http.Dispose();
        handler.Dispose();
    }

    /// <summary>A form of a page with what it holds.</summary>
    public async Task<Dictionary<string, string>> Form(string path, string name) => Forms(await Reads(path)).Single(f => f.GetValueOrDefault("_handler") == name);

    public async Task<HttpStatusCode> Posts(string path, Dictionary<string, string> form)
    {
        using var content = new FormUrlEncodedContent(form);
        using var answer = await http.PostAsync(path, content);
        return answer.StatusCode;
    }

    private static IEnumerable<Dictionary<string, string>> Forms(string page) =>
        PostedForm().Matches(page).Select(form => Field().Matches(form.Value).Select(Parse).Where(f => f.Name.Length > 0).GroupBy(f => f.Name).ToDictionary(f => f.Key, f => f.First().Value));

    private static (string Name, string Value) Parse(Match field) =>
        (WebUtility.HtmlDecode(Name().Match(field.Value).Groups[1].Value), WebUtility.HtmlDecode(Value().Match(field.Value).Groups[1].Value));

    [GeneratedRegex("<form[^>]*method=\"post\".*?</form>", RegexOptions.Singleline)]
    private static partial Regex PostedForm();

    [GeneratedRegex("<(?:input|button)[^>]*>", RegexOptions.Singleline)]
    private static partial Regex Field();

    [GeneratedRegex(" name=\"([^\"]*)\"")]
    private static partial Regex Name();

    [GeneratedRegex(" value=\"([^\"]*)\"")]
    private static partial Regex Value();
}
