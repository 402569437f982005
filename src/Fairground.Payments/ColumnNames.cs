using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Fairground.Payments;

/// <summary>Names the columns of the module's tables after their properties: MadeAt is made_at.</summary>
internal static class ColumnNames
{
    public static void Apply(ModelBuilder modelBuilder)
    {
        foreach (var entity in modelBuilder.Model.GetEntityTypes().Where(e => e.GetTableName()!.StartsWith("payments_", StringComparison.Ordinal))) Apply(entity);
    }

    public static void Apply(IMutableEntityType entity)
    {
        foreach (var property in entity.GetProperties())
        {
            property.SetColumnName(Column(property.Name));
            if (property.IsPrimaryKey()) property.ValueGenerated = ValueGenerated.Never;
        }
    }

    private static string Column(string name)
    {
        var text = new StringBuilder(name.Length + 4);
        for (var i = 0; i < name.Length; i++)
        {
            if (i > 0 && char.IsAsciiLetterUpper(name[i])) text.Append('_');
            text.Append(char.ToLowerInvariant(name[i]));
        }
        return text.ToString();
    }
}
