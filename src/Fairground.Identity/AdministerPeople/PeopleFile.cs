using System.Globalization;
using System.Text;
using Fairground.Identity.KeepAudit;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Fairground.Identity.AdministerPeople;

/// <summary><c>GET /office/people.csv</c>: the people of a search, as a file. The export stands in the audit.</summary>
internal static class PeopleFile
{
    public static async Task<PushStreamHttpResult> Handle(HttpContext http, PersonSearch search, IAuditTrail audit, string? query, bool? blocked, CancellationToken ct)
    {
        await audit.Record(new AuditEntry(http.User.UserId(), "people.export", After: $"query {(string.IsNullOrWhiteSpace(query) ? "all" : "given")}{(blocked == true ? ", blocked" : "")}"), ct);
        return TypedResults.Stream(stream => Write(stream, search.All(query, blocked ?? false), ct), "text/csv; charset=utf-8", "people.csv");
    }

    private static async Task Write(Stream stream, IAsyncEnumerable<FairgroundUser> people, CancellationToken ct)
    {
        // With a byte order mark, or a spreadsheet takes the file for something older than UTF-8.
        await using var writer = new StreamWriter(stream, new UTF8Encoding(true), leaveOpen: true) { NewLine = "\r\n" };
        await writer.WriteLineAsync("person_id,display_name,contact,since,blocked_at,operator".AsMemory(), ct);
        await foreach (var user in people.WithCancellation(ct))
            await writer.WriteLineAsync($"{user.Id},{Quoted(user.DisplayName)},{Quoted(user.Contact)},{Instant(user.CreatedAt)},{(user.BlockedAt is { } at ? Instant(at) : "")},{(user.IsOperator ? "yes" : "no")}".AsMemory(), ct);
    }

    private static string Instant(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    // A text that begins like a formula would be computed by the spreadsheet.
    private static string Quoted(string text) => $"\"{(text is ['=' or '+' or '-' or '@' or '\t' or '\r', ..] ? "'" : "")}{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
