using System.Reflection;

namespace Fairground.Server.Hosting;

/// <summary>Where pages stand: in the modules, beside the use cases they show.</summary>
internal static class PageAssemblies
{
    public static Assembly[] Others { get; } = [.. Market.Modules.Select(m => m.GetType().Assembly).Where(a => a != typeof(PageAssemblies).Assembly).Distinct()];
}
