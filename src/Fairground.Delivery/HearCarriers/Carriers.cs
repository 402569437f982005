using System.Text.RegularExpressions;
using Fairground.Kernel;
using Fairground.Kernel.Http;
using Microsoft.Extensions.Configuration;

namespace Fairground.Delivery;

/// <summary>A carrier that the operator has set up.</summary>
/// <param name="Name">Lower case: <c>kazpost</c>.</param>
/// <param name="Title">As people see it.</param>
/// <param name="Shape">How its news look: <c>generic</c> or <c>easypost</c>.</param>
/// <param name="Secret">What its webhooks are signed with; null where it sends none.</param>
/// <param name="PollUrl">Where it is asked, with <c>{tracking}</c>; null where it is not.</param>
/// <param name="PollToken">What it is asked with.</param>
/// <param name="TrackUrl">Its own page of a parcel, with <c>{tracking}</c>.</param>
internal sealed record Carrier(string Name, string Title, string Shape, string? Secret, string? PollUrl, string? PollToken, string? TrackUrl);

/// <summary>How far carriers are reached: the public internet over https. <c>FAIRGROUND_ALLOW_PRIVATE_CARRIERS=1</c> lets them be on an operator's own machines, also over http.</summary>
internal sealed class CarrierReach : OutsideReach;

/// <summary>
/// The carriers of this market, from the settings: <c>FAIRGROUND_CARRIERS</c> names them with blanks between, and for each <c>FAIRGROUND_CARRIERS_NAME_TITLE</c>, <c>_SHAPE</c>, <c>_SECRET</c>,
/// <c>_POLL_URL</c>, <c>_POLL_TOKEN</c> and <c>_TRACK_URL</c> say more. Beside them a shop has its own courier, and any other carrier, which nobody is heard from.
/// </summary>
internal sealed partial class Carriers(IReadOnlyList<Carrier> all, int lateDays)
{
    /// <summary>The shop's own courier.</summary>
    public const string Own = "own";

    /// <summary>A carrier that is not set up here.</summary>
    public const string Other = "other";

    private const string Setting = "FAIRGROUND_CARRIERS";

    public static IReadOnlyList<string> Shapes { get; } = ["generic", "easypost"];

    public IReadOnlyList<Carrier> All => all;

    /// <summary>Days after which a parcel under way is late.</summary>
    public int LateDays => lateDays;

    /// <summary>Every name that a parcel may have, in the order in which they are offered.</summary>
    public IReadOnlyList<string> Names => [.. all.Select(c => c.Name), Own, Other];

    public static Carriers From(IConfiguration configuration)
    {
        var found = new List<Carrier>();
        foreach (var name in (configuration[Setting] ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!AName().IsMatch(name) || name is Own or Other) throw new SettingException($"{Setting} has '{name}'; a carrier's name is 2 to 20 small letters and digits, and neither '{Own}' nor '{Other}'.");
            string? Of(string what) => configuration[$"{Setting}_{name.ToUpperInvariant()}_{what}"] is { Length: > 0 } text ? text : null;
            var shape = Of("SHAPE") ?? Shapes[0];
            if (!Shapes.Contains(shape)) throw new SettingException($"{Setting}_{name.ToUpperInvariant()}_SHAPE says '{shape}'; it is one of {string.Join(", ", Shapes)}.");
            found.Add(new Carrier(name, Of("TITLE") ?? name, shape, Of("SECRET"), Address(name, "POLL_URL", Of("POLL_URL")), Of("POLL_TOKEN"), Address(name, "TRACK_URL", Of("TRACK_URL"))));
        }
        var days = configuration["FAIRGROUND_DELIVERY_LATE_DAYS"];
        var late = string.IsNullOrEmpty(days) ? 21 : int.TryParse(days, System.Globalization.CultureInfo.InvariantCulture, out var given) && given is >= 1 and <= 365 ? given : throw new SettingException("FAIRGROUND_DELIVERY_LATE_DAYS is a number from 1 to 365.");
        return new Carriers(found, late);
    }

    public Carrier? Find(string name) => all.FirstOrDefault(c => c.Name == name);

    /// <summary>The title, in English where it is not the operator's own: programs read the same whoever asks. Pages translate it.</summary>
    public string Title(string name) => Find(name)?.Title ?? (name == Own ? Key("The shop's own courier") : Key("Another carrier"));

    /// <summary>The carrier's own page of this parcel, or null.</summary>
    public string? TrackingUrl(string name, string tracking) => tracking.Length > 0 && Find(name)?.TrackUrl is { } url ? url.Replace("{tracking}", Uri.EscapeDataString(tracking), StringComparison.Ordinal) : null;

    private static string? Address(string name, string what, string? url)
    {
        if (url is null) return null;
        var good = url.Contains("{tracking}", StringComparison.Ordinal) && Uri.TryCreate(url.Replace("{tracking}", "1", StringComparison.Ordinal), UriKind.Absolute, out var address) && address.Scheme is "https" or "http";
        return good ? url : throw new SettingException($"{Setting}_{name.ToUpperInvariant()}_{what} is an address with {{tracking}} in it.");
    }

    [GeneratedRegex("^[a-z0-9]{2,20}$")]
    private static partial Regex AName();
}
