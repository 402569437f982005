namespace Fairground.Identity.EditProfile;

/// <summary>Says in two words what a device called itself; for the person's own eyes, nothing is decided by it.</summary>
internal static class Agents
{
    // The first that fits counts: Edge and Opera also say Chrome, Chrome also says Safari, Android also says Linux.
    private static readonly (string Sign, string Name)[] Browsers = [("Edg", "Edge"), ("OPR/", "Opera"), ("YaBrowser", "Yandex"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];
    private static readonly (string Sign, string Name)[] Systems = [("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "Mac"), ("Linux", "Linux")];

    public static string Describe(string agent)
    {
        var (browser, system) = Read(agent);
        return (browser, system) switch
        {
            (null, null) => agent.Length == 0 ? T["A program"] : agent.Split('/', ' ')[0],
            (null, _) => system,
            (_, null) => browser,
            _ => T["{0} on {1}", browser, system],
        };
    }

    /// <summary>The same for what is kept and for programs, whatever the reader speaks; empty where it says neither.</summary>
    public static string Coarse(string agent)
    {
        var (browser, system) = Read(agent);
        return (browser, system) is (not null, not null) ? $"{browser} on {system}" : browser ?? system ?? "";
    }

    private static (string? Browser, string? System) Read(string agent) => (
        Browsers.FirstOrDefault(b => agent.Contains(b.Sign, StringComparison.Ordinal)).Name, Systems.FirstOrDefault(s => agent.Contains(s.Sign, StringComparison.Ordinal)).Name);
}
