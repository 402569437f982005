using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Fairground.Kernel.Modules;
using Fairground.Server.Hosting;
using Microsoft.AspNetCore.Components;
using Xunit;

namespace Fairground.House.Tests;

/// <summary>The arrows of the house, held by one loop over the modules.</summary>
public sealed class ArchitectureTests
{
    private static readonly string[] Foundations = ["Fairground.Kernel", "Fairground.Ledger", "Fairground.Ui"];

    /// <summary>The ways of selling and the rooms they share; Kernel and Ledger are what these stand on.</summary>
    public static TheoryData<string> Modules => new(Market.Modules.Select(m => m.GetType().Assembly.GetName().Name!).Except(Foundations));

    [Theory, MemberData(nameof(Modules))]
    public void A_module_stands_on_the_foundations_and_on_no_other_module(string module)
    {
        string[] allowed = module == "Fairground.Draws" ? [.. Foundations, "Fairground.Fairness", "Fairground.Verification"] : Foundations;

        None.Of(Ours(Assembly.Load(module)).Except(allowed));
        None.Of(ProjectReferences(module).Except(allowed));
    }

    [Theory]
    [InlineData("Fairground.Kernel", "")]
    [InlineData("Fairground.Fairness", "")]
    [InlineData("Fairground.Verification", "Fairground.Fairness")]
    [InlineData("Fairground.Ui", "Fairground.Kernel")]
    [InlineData("Fairground.Ledger", "Fairground.Kernel")]
    public void A_foundation_stands_on_nothing_but(string foundation, string allowed)
    {
        None.Of(Ours(Assembly.Load(foundation)).Except([allowed]));
        None.Of(ProjectReferences(foundation).Except([allowed]));
    }

    // What plays the payment companies must know nothing of what it is played to, or both could be wrong alike.
    [Fact]
    public void The_sandbox_shares_nothing_with_the_market_and_the_market_nothing_with_it()
    {
        None.Of(ProjectReferences("Fairground.Sandbox"));
        None.Of(Repository.FilesEndingIn(".csproj").Where(f => f.StartsWith("src/", StringComparison.Ordinal) && Repository.Read(f).Contains("Fairground.Sandbox.csproj", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_draw_proof_library_needs_nothing_but_the_base_class_library()
    {
        var others = Assembly.Load("Fairground.Fairness").GetReferencedAssemblies().Select(a => a.Name!)
            .Where(n => !n.StartsWith("System.", StringComparison.Ordinal) && n is not ("netstandard" or "mscorlib"));

        None.Of(others);
        Assert.DoesNotContain("FrameworkReference", Repository.Read("src/Fairground.Fairness/Fairground.Fairness.csproj"), StringComparison.Ordinal);
    }

    // What a verifier shares with what it verifies, it cannot catch. See decision 0010.
    [Fact]
    public void The_verifier_shares_the_arithmetic_of_a_signature_with_the_draw_and_nothing_else()
    {
        using var file = new PEReader(File.OpenRead(Assembly.Load("Fairground.Verification").Location));
        var metadata = file.GetMetadataReader();
        var shared = metadata.TypeReferences.Select(metadata.GetTypeReference)
            .Where(type => metadata.GetString(type.Namespace).StartsWith("Fairground.", StringComparison.Ordinal))
            .Select(type => metadata.GetString(type.Name));
        Assert.Equal(["BlsSignature"], shared);
    }

    // A public type stands at the root, where a reader looks for the contract, or is a record that goes over the wire and
    // stands beside its use case. Pages are public because the router must see them.
    [Theory, MemberData(nameof(Modules))]
    public void A_module_shows_its_module_its_contract_and_its_pages_and_nothing_else(string module)
    {
        var wrong = Assembly.Load(module).GetExportedTypes()
            .Where(t => !t.IsNested && !typeof(IComponent).IsAssignableFrom(t) && !typeof(IModule).IsAssignableFrom(t))
            .Where(t => t.Namespace != module && !IsRecord(t) && !IsRazorImports(t))
            .Select(t => t.FullName);

        None.Of(wrong);
    }

    [Fact]
    public void Every_module_has_its_own_lower_case_name()
    {
        Assert.All(Market.Modules, m => Assert.Matches("^[a-z]+$", m.Name));
        Assert.Equal(Market.Modules.Count, Market.Modules.Select(m => m.Name).Distinct().Count());
        Assert.All(Market.Modules, m => Assert.Equal($"fairground.{m.Name}", m.GetType().Assembly.GetName().Name!, ignoreCase: true));
    }

    private static bool IsRecord(Type type) => type.GetMethod("<Clone>$") is not null || (type.IsValueType && type.GetMethod("PrintMembers", BindingFlags.Instance | BindingFlags.NonPublic) is not null);

    // _Imports.razor becomes an empty class that nobody uses.
    private static bool IsRazorImports(Type type) => type.Name == "_Imports";

    private static IEnumerable<string> Ours(Assembly assembly) =>
        assembly.GetReferencedAssemblies().Select(a => a.Name!).Where(n => n.StartsWith("Fairground.", StringComparison.Ordinal));

    private static IEnumerable<string> ProjectReferences(string project) =>
        System.Xml.Linq.XDocument.Parse(Repository.Read($"src/{project}/{project}.csproj")).Descendants("ProjectReference")
            .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value.Replace('\\', '/')));
}
