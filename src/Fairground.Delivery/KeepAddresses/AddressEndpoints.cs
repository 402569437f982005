using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Delivery;

/// <summary>My addresses.</summary>
internal sealed record AddressList(IReadOnlyList<AddressView> Items);

internal static class AddressEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        var addresses = api.MapGroup("/me/addresses").WithTags("Deliveries");
        addresses.MapGet("", List).WithAccess(Access.SignedIn).WithName("ListMyAddresses").WithSummary("My address book, the default first.");
        addresses.MapPost("", Add).WithAccess(Access.SignedIn).WithName("AddMyAddress").WithSummary("Adds an address; the country decides what it needs.").ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        addresses.MapPut("/{addressId:guid}", Change).WithAccess(Access.SignedIn).WithName("ChangeMyAddress").WithSummary("Changes an address. Parcels under way keep the one that was chosen for them.").ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        addresses.MapDelete("/{addressId:guid}", Remove).WithAccess(Access.SignedIn).WithName("RemoveMyAddress").WithSummary("Removes an address.");
    }

    private static async Task<Ok<AddressList>> List(AddressBook book, HttpContext http, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new AddressList(await book.Of(http.User.UserId(), ct)));
    }

    private static async Task<Results<Created<AddressView>, ProblemHttpResult>> Add(AddressBody body, AddressBook book, HttpContext http, CancellationToken ct)
    {
        var added = await book.Add(http.User.UserId(), body, ct);
        return added.Refused ? Problems.Of(added.Refusal!) : TypedResults.Created($"/api/v1/me/addresses/{added.Value.AddressId}", added.Value);
    }

    private static async Task<Results<Ok<AddressView>, ProblemHttpResult>> Change(Guid addressId, AddressBody body, AddressBook book, HttpContext http, CancellationToken ct)
    {
        var changed = await book.Change(http.User.UserId(), addressId, body, ct);
        return changed.Refused ? Problems.Of(changed.Refusal!) : TypedResults.Ok(changed.Value);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Remove(Guid addressId, AddressBook book, HttpContext http, CancellationToken ct) =>
        await book.Remove(http.User.UserId(), addressId, ct) is { } no ? Problems.Of(no) : TypedResults.NoContent();
}
