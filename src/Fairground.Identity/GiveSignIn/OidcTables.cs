using System.Text;
using Fairground.Kernel;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using OpenIddict.EntityFrameworkCore.Models;

namespace Fairground.Identity.GiveSignIn;

/// <summary>An application that people sign in to with their account here, registered by an organisation.</summary>
internal sealed class OidcApplication : OpenIddictEntityFrameworkCoreApplication<Guid, OidcAuthorization, OidcToken>
{
    /// <summary>Whose it is; a program without a person acts for this organisation.</summary>
    public Guid OrganisationId { get; init; }

    /// <summary>Whoever registered it. A program never does more than its maker may at this moment.</summary>
    public Guid MadeBy { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>What somebody allowed an application, once or until it is revoked.</summary>
internal sealed class OidcAuthorization : OpenIddictEntityFrameworkCoreAuthorization<Guid, OidcApplication, OidcToken>;

/// <summary>Scopes stand in the code, as permissions; the library's table of its own stays empty.</summary>
internal sealed class OidcScope : OpenIddictEntityFrameworkCoreScope<Guid>;

/// <summary>A code or token that was given out.</summary>
internal sealed class OidcToken : OpenIddictEntityFrameworkCoreToken<Guid, OidcApplication, OidcAuthorization>;

/// <summary>The library's tables, as all of ours look: a prefix, names with underscores, instants as integers.</summary>
internal static class OidcTables
{
    private static readonly Dictionary<Type, string> Tables = new()
    {
        [typeof(OidcApplication)] = "identity_oidc_application",
        [typeof(OidcAuthorization)] = "identity_oidc_authorization",
        [typeof(OidcScope)] = "identity_oidc_scope",
        [typeof(OidcToken)] = "identity_oidc_token",
    };

    public static void Map(ModelBuilder model)
    {
        model.UseOpenIddict<OidcApplication, OidcAuthorization, OidcScope, OidcToken, Guid>();
        foreach (var (type, table) in Tables)
        {
            var entity = model.Entity(type);
            entity.ToTable(table);
            foreach (var property in entity.Metadata.GetProperties().ToList())
            {
                var mapped = entity.Property(property.Name);
                mapped.HasColumnName(Underscored(property.Name));
                if (property.ClrType == typeof(DateTime?)) mapped.HasConversion<InstantConverter>();
            }
        }
    }

    private static string Underscored(string name)
    {
        var text = new StringBuilder(name.Length + 4);
        foreach (var c in name)
        {
            if (char.IsAsciiLetterUpper(c) && text.Length > 0) text.Append('_');
            text.Append(char.ToLowerInvariant(c));
        }
        return text.ToString();
    }

    private sealed class InstantConverter() : ValueConverter<DateTime, long>(
        instant => new DateTimeOffset(DateTime.SpecifyKind(instant, DateTimeKind.Utc)).ToUnixTimeMilliseconds(),
        milliseconds => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).UtcDateTime);
}
