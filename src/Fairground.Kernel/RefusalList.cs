using System.Reflection;

namespace Fairground.Kernel;

/// <summary>Gathers the refusal kinds that stand as fields of a class.</summary>
public static class RefusalList
{
    public static IReadOnlyList<RefusalKind> Of(params ReadOnlySpan<Type> holders)
    {
        var kinds = new List<RefusalKind>();
        foreach (var holder in holders)
        {
            foreach (var field in holder.GetFields(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static))
            {
                if (field.GetValue(null) is RefusalKind kind) kinds.Add(kind);
            }
        }
        return kinds;
    }
}
