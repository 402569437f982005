using System.Security.Claims;
using System.Text.Json;
using Fairground.Identity;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Fairground.Kernel.Messaging;
using Fairground.Kernel.Storage;
using Fairground.Server.Hosting;
using Fairground.Testing;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.House.Tests;

/// <summary>Every place where people are kept is known to the export and to erasing, and nothing that an operator changes goes unrecorded.</summary>
public sealed class PersonalDataTests
{
    // A column of one of these names holds somebody: an id, a contact, or a party to the ledger.
    private static readonly string[] Personal = ["user_id", "person_id", "declared_by", "other_id", "contact", "recipient", "party", "from_id", "display_name", "subject"];

    // Tables of which these names say something else.
    private static readonly string[] Others = ["identity_oidc_scope", "notifications_wording"];

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    [Requirement("C-32")]
    public async Task Every_table_with_a_person_in_it_is_one_that_a_module_writes_out_and_erases(DatabaseKind kind)
    {
        var ct = TestContext.Current.CancellationToken;
        await using var test = await TestDatabase.Migrated(kind);
        await using var app = TestMarket.Build(test);
        await Market.Migrate(app.Services, ct);
        await using var scope = app.Services.CreateAsyncScope();
        var covered = scope.ServiceProvider.GetServices<IPersonalData>().SelectMany(m => m.Tables).ToList();
        var columns = await Columns(test.Database, ct);

        None.Of(columns.Where(c => Personal.Contains(c.Column) && !covered.Contains(c.Table) && !Others.Contains(c.Table)).Select(c => $"{c.Table}.{c.Column}"));
        None.Of(covered.Where(t => columns.All(c => c.Table != t)).Select(t => $"{t} is no table"));
        None.Of(covered.GroupBy(t => t).Where(g => g.Count() > 1).Select(g => $"{g.Key} has two owners"));
    }

    // Events go to other programs and stay in queues where no key reaches: they carry ids, and names of what is not a person.
    [Fact]
    public void No_event_carries_a_word_of_a_person()
    {
        string[] known = ["Topic", "Root", "Currency", "Reason", "Note", "State", "Title", "Name", "Code", "Kind", "Where", "Source"];
        var wrong = Market.Modules.Select(m => m.GetType().Assembly).Distinct().SelectMany(a => a.GetTypes()).Where(t => typeof(IDomainEvent).IsAssignableFrom(t) && !t.IsInterface)
            .SelectMany(t => t.GetProperties().Where(p => p.PropertyType == typeof(string) && !known.Contains(p.Name)).Select(p => $"{t.Name}.{p.Name}")).ToList();

        None.Of(wrong);
    }

    [Fact]
    [Requirement("C-37"), Requirement("S-48")]
    public async Task Whatever_an_operator_changes_by_whichever_call_or_page_is_a_record_with_what_was_asked()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var test = await TestDatabase.Migrated(DatabaseKind.Sqlite);
        await using var app = await TestMarket.Start(test, ct);
        var trail = ((IApplicationBuilder)new ApplicationBuilder(app.Services)).UseOperatorTrail();
        trail.Run(http =>
        {
            http.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        });
        var pipeline = trail.Build();
        var boss = (await Scalar<string>(test.Database, "select display_name from identity_user where is_operator = 1", ct), await OperatorId(test.Database, ct));
        var (wrong, count) = (new List<string>(), 0);
        foreach (var (endpoint, method) in Changes(app))
        {
            var before = await Scalar<long>(test.Database, "select last from identity_audit_head", ct);
            await using var scope = app.Services.CreateAsyncScope();
            await pipeline(Asked(scope.ServiceProvider, endpoint, method, boss.Item2));
            var after = await Scalar<long>(test.Database, "select last from identity_audit_head", ct);
            count++;
            if (after != before + 1) wrong.Add($"{method} {endpoint.RoutePattern.RawText}: {after - before} records");
            else if (await Scalar<string>(test.Database, $"select after from identity_audit where seq = {after}", ct) is var said && said != "asked reason=because of this, newPassword=…, displayName=A…; answered 204") wrong.Add($"{method} {endpoint.RoutePattern.RawText}: {said}");
        }
        await app.StopAsync(ct);

        Assert.True(count > 100, $"only {count} were found");
        None.Of(wrong);
    }

    // Calls that declare more than being signed in, and pages with a form that need a policy or stand in the office, a shop or an organisation.
    private static IEnumerable<(RouteEndpoint Endpoint, string Method)> Changes(IEndpointRouteBuilder app)
    {
        foreach (var endpoint in app.DataSources.SelectMany(d => d.Endpoints).OfType<RouteEndpoint>().Where(e => e.Metadata.GetMetadata<StaticAssetDescriptor>() is null))
        {
            var route = endpoint.RoutePattern.RawText!.TrimStart('/');
            if (endpoint.Metadata.GetMetadata<AccessRule>() is { } rule)
            {
                if (rule.Access is Access.Public or Access.SignedIn) continue;
                foreach (var method in (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []).Where(m => m is not ("GET" or "HEAD"))) yield return (endpoint, method);
            }
            else if (endpoint.Metadata.GetMetadata<Microsoft.AspNetCore.Components.Endpoints.ComponentTypeMetadata>() is not null
                && (endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>().Any(a => a.Policy is not null) || route.StartsWith("office", StringComparison.Ordinal) || route.StartsWith("shop/", StringComparison.Ordinal) || route.Contains("{organisationId", StringComparison.OrdinalIgnoreCase) || route.Contains("{shopId", StringComparison.OrdinalIgnoreCase)))
            {
                yield return (endpoint, "POST");
            }
        }
    }

    private static DefaultHttpContext Asked(IServiceProvider services, RouteEndpoint endpoint, string method, Guid boss)
    {
        var http = new DefaultHttpContext { RequestServices = services };
        http.SetEndpoint(endpoint);
        http.Request.Method = method;
        var values = endpoint.RoutePattern.Parameters.ToDictionary(p => p.Name, p => (object?)Ids.New().ToString());
        http.Request.RouteValues = new RouteValueDictionary(values);
        http.Request.Path = "/" + string.Join('/', endpoint.RoutePattern.PathSegments.Select(s => string.Concat(s.Parts.Select(p => p is Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal ? literal.Content : "x"))));
        http.Request.ContentType = "application/json";
        var body = JsonSerializer.SerializeToUtf8Bytes(new { reason = "because of this", newPassword = "kettle", displayName = "Aigul" });
        (http.Request.Body, http.Request.ContentLength) = (new MemoryStream(body), body.Length);
        http.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, $"{boss}"), new Claim(FairgroundClaims.Operator, "1")], "test"));
        services.GetRequiredService<IHttpContextAccessor>().HttpContext = http;
        return http;
    }

    private static async Task<Guid> OperatorId(Database database, CancellationToken ct) => new((await Scalar<byte[]>(database, "select id from identity_user where is_operator = 1", ct))!, bigEndian: true);

    private static async Task<T?> Scalar<T>(Database database, string sql, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The test's own text.
        command.CommandText = sql;
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync(ct) is T value ? value : default;
    }

    private static async Task<List<(string Table, string Column)>> Columns(Database database, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await using var command = connection.CreateCommand();
        command.CommandText = database.Kind == DatabaseKind.Sqlite
            ? "select m.name, p.name from sqlite_master m join pragma_table_info(m.name) p where m.type = 'table'"
            : "select table_name, column_name from information_schema.columns where table_schema = current_schema()";
        var columns = new List<(string, string)>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) columns.Add((reader.GetString(0), reader.GetString(1)));
        return columns;
    }
}
