using System.Text.Json.Nodes;

namespace Fairground.Cheats;

/// <summary>What a stranger has in hand of a draw: the published documents and what somebody kept.</summary>
public sealed class DrawFiles
{
    public required JsonObject Bundle { get; set; }

    public required List<string> Entries { get; set; }

    /// <summary>The server's keys, learnt from elsewhere than the bundle.</summary>
    public required JsonObject Keys { get; set; }

    public List<string>? Log { get; set; }

    public List<string>? Heads { get; set; }

    public string? Receipt { get; set; }

    public string? Beacon { get; set; }

    public JsonObject? Outcomes { get; set; }

    /// <summary>Texts that are told word for word, by the name of their file, because no program would write them so.</summary>
    public Dictionary<string, string> Spelt { get; } = [];

    /// <summary>The files by name, as a verifier takes them.</summary>
    public IReadOnlyDictionary<string, string> ByName()
    {
        var files = new Dictionary<string, string>
        {
            ["proof.json"] = Bundle.ToJsonString(),
            ["entries.jsonl"] = string.Join('\n', Entries) + "\n",
            ["jwks.json"] = Keys.ToJsonString(),
        };
        if (Log is not null) files["closings.log"] = string.Join('\n', Log) + "\n";
        if (Heads is not null) files["heads.txt"] = string.Join('\n', Heads) + "\n";
        if (Receipt is not null) files["receipt.jws"] = Receipt;
        if (Beacon is not null) files["beacon.json"] = Beacon;
        if (Outcomes is not null) files["outcomes.json"] = Outcomes.ToJsonString();
        foreach (var (name, text) in Spelt) files[name] = text;
        return files;
    }
}
