using Fairground.Kernel;

namespace Fairground.Identity.SendCodes;

/// <summary>What pages say under the field of a code.</summary>
internal static class CodeWords
{
    /// <summary>The sentence with the tries that are left, where the code was wrong; else null.</summary>
    public static string? Wrong(Refusal? refusal) => refusal?.Kind == PeopleRefusals.CodeWrong
        ? $"{refusal.Sentence} {T["Tries left: {0}.", refusal.Details.FirstOrDefault(d => d.Name == "triesLeft").Value]}"
        : null;
}
