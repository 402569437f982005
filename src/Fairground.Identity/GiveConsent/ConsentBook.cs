using System.Security.Claims;
using Fairground.Identity.EditProfile;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Identity.GiveConsent;

/// <summary>Something I can agree to, and whether I do.</summary>
/// <param name="Purpose"><c>number</c> or <c>offers</c>.</param>
/// <param name="Channel"><c>email</c>, <c>sms</c> or <c>push</c>.</param>
/// <param name="Version">Of the words.</param>
/// <param name="Since">When I last said yes or no; missing where I never did.</param>
public sealed record ConsentOfMine(string Purpose, string Channel, string Wording, int Version, bool Given, DateTimeOffset? Since);

/// <summary>One yes or no of mine.</summary>
/// <param name="Source">Where I said it: <c>registration</c>, <c>contact-change</c>, <c>page</c>, <c>api</c> or <c>unsubscribe</c>.</param>
/// <param name="Device">The browser and system, roughly.</param>
public sealed record ConsentLine(string Purpose, string Channel, string Wording, int Version, bool Given, DateTimeOffset At, string Source, string Device);

/// <summary>What I agree to, and everything I said so far, newest first.</summary>
public sealed record MyConsents(IReadOnlyList<ConsentOfMine> Items, IReadOnlyList<ConsentLine> History);

/// <summary>My yes or no.</summary>
public sealed record ConsentRequest(string? Purpose, string? Channel, bool Given);

/// <summary>Keeps what people agreed to; page, API and other modules ask here.</summary>
internal sealed class ConsentBook(IServiceScopeFactory scopes, TimeProvider time) : IConsents
{
    public async Task<MyConsents> Of(IReadOnlyList<Guid> person, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var rows = await Context(scope).Consents.AsNoTracking().Where(c => person.Contains(c.PersonId)).OrderByDescending(c => c.At).ThenByDescending(c => c.Id).ToListAsync(ct);
        var current = ConsentWording.All.GroupBy(w => (w.Purpose, w.Channel)).Select(g => g.MaxBy(w => w.Version)!).Select(w =>
        {
            // What was said in an account that was joined to this one is history: a yes is not carried over.
            var last = rows.FirstOrDefault(r => r.PersonId == person[0] && r.Purpose == w.Purpose && r.Channel == w.Channel);
            return new ConsentOfMine(w.Purpose, w.Channel, w.Text, w.Version, last?.Given == true, last?.At);
        });
        return new MyConsents([.. current], [.. rows.Select(r => new ConsentLine(r.Purpose, r.Channel, Words(r), r.Wording, r.Given, r.At, r.Source, r.Device))]);
    }

    /// <summary>Writes down a yes or no; the same again writes nothing. Refuses with <c>consent.unknown</c>, <c>consent.number_in_use</c>; null where it stands.</summary>
    public async Task<Refusal?> Say(Guid person, ConsentRequest request, string source, string agent, CancellationToken ct)
    {
        if (ConsentWording.Now(request.Purpose, request.Channel) is not { } wording) return DataRefusals.ConsentUnknown;
        await using var scope = scopes.CreateAsyncScope();
        var context = Context(scope);
        if (wording.Purpose == IConsents.Number && !request.Given
            && await context.Users.AsNoTracking().FirstOrDefaultAsync(u => u.Id == person, ct) is { Channel: ContactChannel.Sms, Contact.Length: > 0 }) return DataRefusals.NumberInUse;
        await using var transaction = await context.BeginWriteAsync(ct);
        await Add(context, person, wording, request.Given, source, agent, time.GetUtcNow(), ct);
        await transaction.CommitAsync(ct);
        return null;
    }

    public async Task Withdraw(Guid person, string purpose, string channel, string source, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        if (await Last(Context(scope), person, purpose, channel, ct) is { Given: true }) await Say(person, new ConsentRequest(purpose, channel, false), source, "", ct);
    }

    public async Task<IReadOnlySet<Guid>> Agreed(IReadOnlyCollection<Guid> people, string purpose, string channel, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var context = Context(scope);
        var agreed = new HashSet<Guid>();
        foreach (var some in people.Distinct().Chunk(500))
        {
            var rows = await context.Consents.AsNoTracking().Where(c => some.Contains(c.PersonId) && c.Purpose == purpose && c.Channel == channel).Select(c => new { c.PersonId, c.Id, c.Given }).ToListAsync(ct);
            agreed.UnionWith(rows.GroupBy(r => r.PersonId).Where(g => g.MaxBy(r => r.Id)!.Given).Select(g => g.Key));
        }
        return agreed;
    }

    /// <summary>Adds a row unless it says what the last one says to the same words. Inside the caller's writing transaction, saved with it.</summary>
    public static async Task Add(IdentityContext context, Guid person, ConsentWording wording, bool given, string source, string agent, DateTimeOffset now, CancellationToken ct)
    {
        if (await Last(context, person, wording.Purpose, wording.Channel, ct) is { } last ? last.Given == given && last.Wording == wording.Version : !given) return;
        context.Consents.Add(new Consent
        {
            Id = Ids.New(), PersonId = person, Purpose = wording.Purpose, Channel = wording.Channel, Wording = wording.Version, Given = given, At = now, Source = source,
            Device = Agents.Coarse(agent),
        });
        await context.SaveChangesAsync(ct);
    }

    private static Task<Consent?> Last(IdentityContext context, Guid person, string purpose, string channel, CancellationToken ct) =>
        context.Consents.AsNoTracking().Where(c => c.PersonId == person && c.Purpose == purpose && c.Channel == channel).OrderByDescending(c => c.At).ThenByDescending(c => c.Id).FirstOrDefaultAsync(ct);

    private static string Words(Consent row) => ConsentWording.All.FirstOrDefault(w => w.Purpose == row.Purpose && w.Channel == row.Channel && w.Version == row.Wording)?.Text ?? "";

    private static IdentityContext Context(AsyncServiceScope scope) => scope.ServiceProvider.GetRequiredService<IdentityContext>();
}

/// <summary><c>me/consents</c>.</summary>
internal static class ConsentEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("me/consents", List).WithAccess(Access.SignedIn).WithName("ListConsents").WithTags("Me").WithSummary("What I agree to for each way of reaching me, and everything I said so far.");
        api.MapPut("me/consents", Say).WithAccess(Access.SignedIn).WithName("SayConsent").WithTags("Me").WithSummary("Agree to something, or take it back.");
    }

    private static async Task<Ok<MyConsents>> List(ClaimsPrincipal user, ConsentBook book, IPeople people, CancellationToken ct) => TypedResults.Ok(await book.Of(await people.IdsOf(user.UserId(), ct), ct));

    private static async Task<Results<Ok<MyConsents>, ProblemHttpResult>> Say(ConsentRequest request, HttpContext http, ConsentBook book, IPeople people, CancellationToken ct) =>
        await book.Say(http.User.UserId(), request, "api", http.Request.Headers.UserAgent.ToString(), ct) is { } refusal ? Problems.Of(refusal) : TypedResults.Ok(await book.Of(await people.IdsOf(http.User.UserId(), ct), ct));
}
