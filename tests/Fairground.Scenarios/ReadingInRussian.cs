using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Fairground.Kernel.Languages;
using Fairground.Kernel.Storage;
using Fairground.Scenarios.Vocabulary;
using Fairground.Server.Hosting;
using Fairground.Ui;
using Xunit;

namespace Fairground.Scenarios;

/// <summary>Whoever reads Russian meets no English on the way from the first page to a prize, and at the shop's counter: neither a text that we know in English, nor words in a row that nobody marked.</summary>
public sealed partial class ReadingInRussian
{
    // What the scenario's shop calls its place.
    private const string Place = "Abay Avenue 10";

    // Shown to everybody as they are.
    private static readonly string[] Names = ["English", "Fairground", "API"];

    private static readonly HashSet<string> English = [.. Market.Modules.Select(module => module.GetType().Assembly).Append(typeof(UiOptions).Assembly).Append(typeof(Market).Assembly).Distinct()
        .SelectMany(room => Words.Of(room, Language.Russian)).Where(entry => !entry.Forms.Contains(entry.Key) && Latin().IsMatch(entry.Key)).Select(entry => entry.Key)];

    [Fact]
    public async Task A_buyer_s_walk_and_a_shop_s_day_hold_no_English()
    {
        await using var fair = await Fair.Open(DatabaseKind.Sqlite);
        var shop = await fair.Shop("Базар");
        var (open, drawn) = (await shop.Opens("Чайник"), await shop.Opens("Самовар", price: 2_000));
        var buyer = await fair.Buyer("buyer", 10_000);
        await buyer.Buys(3, open);
        var bought = await buyer.Buys(2, drawn);
        await drawn.Becomes("drawn");
        var win = (await buyer.Wins())[0]!["winId"];
        var draft = await shop.Drafts("Казан");
        string[] outside =
        [
            "", "lots", "lots?state=soon", "lots?state=finished", $"lots/{open.Id}", $"lots/{drawn.Id}", $"lots/{drawn.Id}/result", $"lots/{Guid.Empty}", "closing-log", "catalogue", "catalogue?query=xyz", $"shop/{shop.Id}",
            "how-it-works", "offline", "nothing-here", "sign-in", "sign-in/code", "register", "register/confirm", "recover", "recover/code",
        ];
        string[] inside =
        [
            $"lots/{open.Id}", "me/certificates", "me/wins", $"me/wins/{win}", $"me/purchases/{bought.Id}", "me/favourites", "wallet", "messages/settings", "account", "account/security", "account/limits", "account/data",
            "account/organisations", "account/applications", "account/password", "account/contact", "account/contact/proof", "account/confirm", "account/passkeys/new",
        ];
        string[] counter = ["shop/lots", "shop/lots/new", $"shop/lots/new?product={open.ProductId}", $"shop/lots/{draft.Id}", $"shop/lots/{drawn.Id}", "shop/scan"];
        var wrong = new List<string>();

        foreach (var (who, paths) in new[] { ((Person?)null, outside), (buyer, inside), (shop.Owner, counter) })
        {
            foreach (var path in paths) wrong.AddRange((await Foreign(fair, who, path)).Select(text => $"/{path}: {text}"));
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private static async Task<IEnumerable<string>> Foreign(Fair fair, Person? person, string path)
    {
        using var http = fair.Http();
        http.DefaultRequestHeaders.AcceptLanguage.ParseAdd("ru");
        http.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        if (person is not null) http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", person.Token);
        using var answer = await http.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal("ru", answer.Content.Headers.ContentLanguage.Single());
        if (person is not null) Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var page = Unread().Replace(await answer.Content.ReadAsStringAsync(), "").Replace(Place, "", StringComparison.Ordinal);
        var said = Tag().Replace(page, "\n").Split('\n').Concat(Spoken().Matches(page).Select(found => found.Groups[1].Value));
        return said.Select(text => WebUtility.HtmlDecode(text).Trim()).Where(text => text.Length > 0 && !Names.Contains(text) && (English.Contains(text) || InARow().IsMatch(text))).Distinct();
    }

    // Scripts, styles, and what is typed or compared letter by letter.
    [GeneratedRegex("<(script|style|code|svg)\\b.*?</\\1>|<[^>]+class=\"[^\"]*hash[^\"]*\"[^>]*>[^<]*", RegexOptions.Singleline)]
    private static partial Regex Unread();

    [GeneratedRegex("<[^>]*>", RegexOptions.Singleline)]
    private static partial Regex Tag();

    [GeneratedRegex("(?:aria-label|alt|placeholder|data-label|data-done|title)=\"([^\"]+)\"")]
    private static partial Regex Spoken();

    [GeneratedRegex("[A-Za-z]{2,}[ ,]+[A-Za-z]{2,}")]
    private static partial Regex InARow();

    [GeneratedRegex("[A-Za-z]{2,}")]
    private static partial Regex Latin();
}
