using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Fairground.Kernel.Storage;
using Fairground.Scenarios.Browser;
using Fairground.Scenarios.Vocabulary;
using Fairground.Testing;
using Xunit;

namespace Fairground.Scenarios;

/// <summary>
/// Whatever somebody has that others have not is asked for by others who know its address: every call of the published API whose path names a thing. The names are gathered as an
/// intruder would gather them, from the answers to those whom the things belong to.
/// </summary>
public sealed partial class Strangers
{
    // Links that whoever knows them may use, what is on sale and one's own place in it, the company's notices that carry a signature, and leaving what one is a member of.
    private static readonly string[] ForEverybody =
    [
        "/api/v1/payment-links/{token}", "/api/v1/payment-links/{token}/payments", "/api/v1/lots/{lotId}/purchases", "/api/v1/me/favourites/{productId}", "/api/v1/gateways/{gateway}/notices",
        "/api/v1/me/organisations/{organisationId}", "/api/v1/lots/{lotId}/applications", "/api/v1/lots/{lotId}/second-payment", "/api/v1/lots/{lotId}/waiver",
    ];

    // They look at what they are asked before they look whose it is, and say the same of everybody's.
    private static readonly string[] JudgedFirst = ["PATCH /api/v1/me/purchase-rules/{ruleId} rule.state_unknown", "PUT /api/v1/me/addresses/{addressId} address.country_unknown"];

    [Fact]
    public async Task Nobody_reads_or_changes_what_is_another_s_by_knowing_its_address()
    {
        await using var fair = await Fair.Open(DatabaseKind.Sqlite, settings: ["FAIRGROUND_DOCUMENTS_AFTER_SECONDS=1", "FAIRGROUND_ALLOW_PRIVATE_WEBHOOKS=1"]);
        var market = await FurnishedMarket.Make(fair);
        await Belongings.Make(fair, market);
        var rival = await fair.Shop("Rival");
        var stranger = await fair.Buyer("stranger", 1_000);
        // Hers is the last that is written.
        await Call.Until(() => stranger.Get("me/documents"), papers => papers["items"]!.AsArray().Count > 0);
        using var http = fair.Http();
        var document = (JsonObject)JsonNode.Parse(await http.GetStringAsync("openapi/v1.json"))!;
        var calls = document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(o => new Endpoint(o.Key.ToUpperInvariant(), path.Key, o.Value!))).Where(c => c.Path.StartsWith("/api/", StringComparison.Ordinal)).ToList();

        var tried = new Tried(http, calls, new SampleBody(document));
        var known = await Gather(http, calls, null);
        Person[] intruders = [stranger, market.Staff, rival.Owner, market.Buyer];
        var own = new Dictionary<Person, HashSet<string>>();
        foreach (var intruder in intruders)
        {
            var seen = (await Gather(http, calls, intruder)).Values.SelectMany(v => v);
            // Those of the shop may do much with what everybody may see; others with nothing of it but their own shop.
            if (intruder != market.Staff) seen = seen.Except(known.Values.SelectMany(v => v));
            own[intruder] = [.. seen, .. (await intruder.Get("me/organisations"))["items"]!.AsArray().Select(o => (string)o!["organisationId"]!)];
        }
        foreach (var (victim, others) in new[] { (market.Buyer, intruders[..3]), (market.Shop.Owner, [stranger, rival.Owner, market.Buyer]), (fair.Operator, [stranger, rival.Owner]) })
        {
            var names = await Gather(http, calls, victim);
            // No list has it: its address is in the answer to whoever began it.
            if (victim == market.Buyer) Keep(names, "paymentId", market.PaymentId);
            foreach (var other in others) await tried.Everything(victim, other, names, own[other]);
        }
        Assert.True(tried.Faults.Count == 0, string.Join("\n", tried.Faults));
        // Else the gathering has gone astray, and little was tried.
        Assert.InRange(tried.Private, 200, int.MaxValue);
        Assert.InRange(tried.Changes, 800, int.MaxValue);
        Assert.InRange(tried.Guarded.Count, 100, int.MaxValue);
        Assert.Equal(JudgedFirst, tried.Judged.Select(j => $"{j.Key} {j.Value}"));
    }

    private sealed class Tried(HttpClient http, List<Endpoint> calls, SampleBody sample)
    {
        public List<string> Faults { get; } = [];

        /// <summary>Answers that only the victim may have.</summary>
        public int Private { get; private set; }

        public int Changes { get; private set; }

        /// <summary>Calls that refused somebody because of who it was.</summary>
        public HashSet<string> Guarded { get; } = [];

        /// <summary>Calls that answer everybody.</summary>
        public HashSet<string> Open { get; } = [];

        /// <summary>Calls that refused for another reason, with its code.</summary>
        public SortedDictionary<string, string> Judged { get; } = new(StringComparer.Ordinal);

        public async Task Everything(Person victim, Person intruder, Dictionary<string, HashSet<string>> names, HashSet<string> own)
        {
            foreach (var call in calls.Where(c => c.Names.Count > 0 && !ForEverybody.Contains(c.Path)))
            {
                foreach (var path in call.Paths(names).Where(path => !path.Split('/').Select(Uri.UnescapeDataString).Any(own.Contains)))
                {
                    if (call.Method == "GET") await Reads(call, path, victim, intruder);
                    else await Change(call, path, victim, intruder);
                }
            }
        }

        private async Task Reads(Endpoint call, string path, Person victim, Person intruder)
        {
            var (his, _) = await Ask(http, "GET", path, victim);
            // What everybody may read is nobody's.
            if (his != 200) return;
            if ((await Ask(http, "GET", path, null)).Status == 200)
            {
                Open.Add(call.Name);
                return;
            }
            Private++;
            var (status, seen) = await Ask(http, "GET", path, intruder);
            if (status is 403 or 404) Guarded.Add(call.Name);
            else Faults.Add($"GET {path} of {victim.Contact} answers {intruder.Contact} with {status}: {seen[..Math.Min(200, seen.Length)]}");
        }

        private async Task Change(Endpoint call, string path, Person victim, Person intruder)
        {
            Changes++;
            using var body = sample.For(call.Operation);
            var (status, text) = await Ask(http, call.Method, path, intruder, body);
            if (status is 401 or 403 or 404)
            {
                if (status != 401) Guarded.Add(call.Name);
                return;
            }
            if (status is >= 400 and < 500) Judged.TryAdd(call.Name, (string?)JsonNode.Parse(text)?["code"] ?? text);
            else Faults.Add($"{call.Method} {path} of {victim.Contact} answers {intruder.Contact} with {status}: {text[..Math.Min(200, text.Length)]}");
        }
    }

    // In rounds: what the first answers name has answers of its own.
    private static async Task<Dictionary<string, HashSet<string>>> Gather(HttpClient http, List<Endpoint> calls, Person? who)
    {
        var names = new Dictionary<string, HashSet<string>>();
        var asked = new HashSet<string>();
        for (var round = 0; round < 3; round++)
        {
            foreach (var call in calls.Where(c => c.Method == "GET" && !c.Path.EndsWith("/events", StringComparison.Ordinal)))
            {
                foreach (var path in call.Paths(names).Where(asked.Add))
                {
                    var (status, text) = await Ask(http, "GET", path, who);
                    // Some answers are one object a line.
                    if (status == 200 && (text.StartsWith('{') || text.StartsWith('[')) && !text.Contains("}\n{", StringComparison.Ordinal)) Collect(JsonNode.Parse(text), names, Singular(call.Path.Split('/')[^1]));
                }
            }
        }
        return names;
    }

    private static void Collect(JsonNode? node, Dictionary<string, HashSet<string>> names, string of)
    {
        if (node is JsonArray items)
        {
            foreach (var item in items) Collect(item, names, of);
            return;
        }
        foreach (var (name, value) in node as JsonObject ?? [])
        {
            if (value is JsonValue known && known.TryGetValue<string>(out var text) && text.Length is > 0 and < 80)
            {
                if (name == "id") Keep(names, $"{of}Id", text);
                if (name.EndsWith("Id", StringComparison.Ordinal) || name is "day" or "currency" or "key" or "consumer") Keep(names, name, text);
            }
            else
            {
                Collect(value, names, name == "items" ? of : Singular(name));
            }
        }
    }

    private static void Keep(Dictionary<string, HashSet<string>> names, string name, string value)
    {
        if (!names.TryGetValue(name, out var values)) names[name] = values = [];
        if (values.Count < 6) values.Add(value);
    }

    private static string Singular(string word)
    {
        var camel = string.Concat(word.Split('-').Select((part, i) => i == 0 ? part : char.ToUpperInvariant(part[0]) + part[1..]));
        return camel.EndsWith("ies", StringComparison.Ordinal) ? camel[..^3] + "y" : camel == "people" ? "person" : camel.TrimEnd('s');
    }

    private static async Task<(int Status, string Text)> Ask(HttpClient http, string method, string path, Person? who, HttpContent? body = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = body };
        if (who is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", who.Token);
        request.Headers.Add("Idempotency-Key", $"{Guid.CreateVersion7()}");
        // Streams have no end: their head says whether one may listen.
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var text = response.Content.Headers.ContentType?.MediaType == "text/event-stream" ? "" : await response.Content.ReadAsStringAsync();
        return ((int)response.StatusCode, text);
    }

    private sealed partial record Endpoint(string Method, string Path, JsonNode Operation)
    {
        public string Name => $"{Method} {Path}";

        /// <summary>What the path must be told, by the names that answers use.</summary>
        public IReadOnlyList<(string Hole, string Name)> Names { get; } = [.. Hole().Matches(Path).Select(m => (m.Value, m.Groups[2].Value == "id" ? $"{Singular(m.Groups[1].Value)}Id" : m.Groups[2].Value))];

        /// <summary>The path with every thing that is known, a few of each.</summary>
        public IEnumerable<string> Paths(Dictionary<string, HashSet<string>> names)
        {
            IEnumerable<string> paths = [Path];
            foreach (var (hole, name) in Names)
            {
                var known = name switch
                {
                    "seq" or "sold" => ["1"],
                    "organisationId" => [.. names.GetValueOrDefault("organisationId", []), .. names.GetValueOrDefault("shopId", [])],
                    "personId" => [.. names.GetValueOrDefault("personId", []), .. names.GetValueOrDefault("userId", [])],
                    _ => names.GetValueOrDefault(name, []),
                };
                var at = hole[hole.IndexOf('{', StringComparison.Ordinal)..];
                paths = paths.SelectMany(path => known.Take(4).Select(value => path.Replace(at, Uri.EscapeDataString(value), StringComparison.Ordinal))).Take(12);
            }
            return paths;
        }

        [GeneratedRegex(@"([\w-]+)/\{(\w+)\}|\{(\w+)\}")]
        private static partial Regex Hole();
    }
}
