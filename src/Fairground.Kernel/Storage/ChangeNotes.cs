using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Fairground.Kernel.Storage;

/// <summary>
/// Gathers what one request changes in the rows that EF Core maps, for the audit of operators: which row, what it said before and says after. Secrets and long texts are
/// left out, contacts and names cut short. Begun by whoever records; every context of the request writes into it.
/// </summary>
public sealed class ChangeNotes
{
    private const int LongestValue = 80;
    private const int LongestText = 1_500;

    private static readonly AsyncLocal<ChangeNotes?> Ambient = new();

    private static readonly string[] Secret = ["hash", "secret", "token", "password", "stamp", "salt", "code", "challenge", "public_key", "private_key", "p256dh", "auth", "payload", "xml", "connection"];
    private static readonly string[] Personal = ["contact", "recipient", "display_name"];

    // What is written besides, and says nothing of what was done.
    private static readonly string[] Aside = ["kernel_outbox", "kernel_inbox", "kernel_person_key", "identity_audit", "identity_audit_head", "identity_look", "identity_limit", "identity_mark", "identity_visit"];

    private readonly StringBuilder before = new();
    private readonly StringBuilder after = new();

    /// <summary>What the rows said; null where none was changed or removed.</summary>
    public string? Before => Text(before);

    /// <summary>What they say now; null where none was added or changed.</summary>
    public string? After => Text(after);

    internal static ChangeNotes? Current => Ambient.Value;

    /// <summary>Begins gathering for this request and whatever it awaits.</summary>
    public static ChangeNotes Begin() => Ambient.Value = new ChangeNotes();

    /// <summary>True where a value of this name is never written down.</summary>
    public static bool IsSecret(string name) => Secret.Any(s => name.Contains(s, StringComparison.OrdinalIgnoreCase));

    /// <summary>A value as it is written down: cut short, and where it is personal to its first letter.</summary>
    public static string Shown(string name, string value)
    {
        if (IsSecret(name)) return "…";
        var text = value.ReplaceLineEndings(" ");
        if (Personal.Any(p => name.Replace("_", "", StringComparison.Ordinal).Contains(p.Replace("_", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase)))
            return text.Length == 0 ? "" : $"{StringInfo.GetNextTextElement(text)}…";
        // Addresses carry passwords before their host and tokens behind it.
        if (text.Contains("://", StringComparison.Ordinal)) return Uri.TryCreate(text.Trim(), UriKind.Absolute, out var uri) && uri.Host.Length > 0 ? $"{uri.Scheme}://{uri.Host}/…" : "…";
        return text.Length > LongestValue ? $"{text[..LongestValue]}…" : text;
    }

    internal void Read(ChangeTracker tracker)
    {
        foreach (var entry in tracker.Entries())
        {
            if (entry.State is not (EntityState.Added or EntityState.Modified or EntityState.Deleted) || entry.Metadata.GetTableName() is not { } table || Aside.Contains(table)) continue;
            var row = $"{table} {string.Join('/', entry.Metadata.FindPrimaryKey()!.Properties.Select(p => Value(entry.Property(p.Name).CurrentValue)))}:";
            var values = entry.Properties.Where(p => Tells(p, entry.State)).ToList();
            if (entry.State != EntityState.Added) Write(before, row, values, p => p.OriginalValue);
            if (entry.State != EntityState.Deleted) Write(after, row, values, p => p.CurrentValue);
        }
    }

    // Of a changed row what changed; of one that came or went all but its key.
    private static bool Tells(PropertyEntry property, EntityState state) =>
        !property.Metadata.IsPrimaryKey() && property.CurrentValue is not byte[] && property.OriginalValue is not byte[] && property.Metadata.Name != "ConcurrencyStamp"
        && (state == EntityState.Modified ? property.IsModified && !Equals(property.OriginalValue, property.CurrentValue) : property.CurrentValue is not null);

    private static void Write(StringBuilder text, string row, List<PropertyEntry> values, Func<PropertyEntry, object?> value)
    {
        if (text.Length > LongestText) return;
        text.Append(text.Length == 0 ? "" : "; ").Append(row);
        foreach (var property in values)
        {
            var name = property.Metadata.GetColumnName() ?? property.Metadata.Name;
            text.Append(' ').Append(name).Append('=').Append(value(property) is { } some ? Shown(name, Value(some)) : "none");
        }
    }

    private static string Value(object? value) => value switch
    {
        null => "none",
        DateTimeOffset at => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    private static string? Text(StringBuilder text) => text.Length == 0 ? null : text.ToString();
}
