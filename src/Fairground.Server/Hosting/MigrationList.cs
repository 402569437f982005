using System.Globalization;
using Fairground.Kernel.Storage;

namespace Fairground.Server.Hosting;

/// <summary>All migrations by their hashes, as a test writes them into <c>migrations.txt</c>: a command can see that nothing is missing without loading every module.</summary>
internal static class MigrationList
{
    /// <summary>Those of an engine. A line is <c>module/0001_name Engine hash</c>.</summary>
    public static IEnumerable<(string Module, int Version, string Hash)> Read(DatabaseKind kind)
    {
        using var list = new StreamReader(typeof(MigrationList).Assembly.GetManifestResourceStream("migrations.txt")!);
        while (list.ReadLine() is { } line)
        {
            var parts = line.Split('/', ' ');
            if (parts[2] == kind.ToString()) yield return (parts[0], int.Parse(parts[1].AsSpan(0, 4), CultureInfo.InvariantCulture), parts[3]);
        }
    }
}
