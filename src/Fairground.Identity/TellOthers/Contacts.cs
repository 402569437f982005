using Fairground.Kernel.Contracts;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Identity.TellOthers;

/// <summary>Finds people by their contact, in any spelling.</summary>
internal sealed class Contacts(IServiceScopeFactory scopes) : IContacts
{
    public async Task<Guid?> PersonAt(string? contact, CancellationToken ct)
    {
        if (!Contact.TryParse(contact, out var parsed)) return null;
        await using var scope = scopes.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<IdentityContext>();
        return await context.Users.Where(u => u.NormalizedUserName == parsed.Value).Select(u => (Guid?)(u.JoinedTo ?? u.Id)).FirstOrDefaultAsync(ct);
    }
}
