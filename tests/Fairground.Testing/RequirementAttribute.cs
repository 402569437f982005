using Xunit.v3;

namespace Fairground.Testing;

/// <summary>Names the requirement that a test shows; <c>docs/reference/requirements.md</c> is made from these.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class, AllowMultiple = true)]
public sealed class RequirementAttribute(string number) : Attribute, ITraitAttribute
{
    /// <summary>For example <c>C-19</c>.</summary>
    public string Number => number;

    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new("Requirement", number)];
}
