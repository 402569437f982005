using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Fairground.Server.VerifyPage;
using Xunit;

namespace Fairground.House.Tests;

/// <summary>The verify page is one file that depends on nothing, and whose digest anyone can compare.</summary>
public sealed partial class VerifyPageTests
{
    private const string Folder = "src/Fairground.Server/VerifyPage/";

    private static string Html => Encoding.UTF8.GetString(VerifyPageFile.Bytes.Span);

    [Fact]
    public void Its_digest_is_published_with_the_documentation() =>
        Repository.MustMatchCommitted("docs/reference/verify-page.sha256", $"{VerifyPageFile.Sha256}  fairground-verify.html\n");

    [Fact]
    public void The_vendored_curves_are_those_whose_digest_is_written_down()
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(File.ReadAllText(Path.Combine(Repository.Root, Folder, "vendor/curves/curves.js")).ReplaceLineEndings("\n"))));

        Assert.Contains($"`{digest}`", File.ReadAllText(Path.Combine(Repository.Root, Folder, "vendor/curves/VENDORED.md")), StringComparison.Ordinal);
        Assert.Contains(digest, Repository.Read("docs/decisions/" + Decision), StringComparison.Ordinal);
    }

    [Fact]
    public void It_loads_nothing_from_anywhere()
    {
        var loaded = Loading().Matches(Html).Select(m => m.Value).Where(reference => !reference.Contains("data:,", StringComparison.Ordinal) && !reference.EndsWith("=\"\"", StringComparison.Ordinal));

        None.Of(loaded);
        Assert.DoesNotContain("import(", Html, StringComparison.Ordinal);
        Assert.Equal(3, Regex.Count(Html, "<script id="));
        Assert.Equal(3, Regex.Count(Html, "</script>"));
    }

    [Fact]
    public void Every_script_of_its_folder_is_in_it() =>
        None.Of(Repository.FilesEndingIn(".js").Where(f => f.StartsWith(Folder + "engine/", StringComparison.Ordinal)).Where(f => !Html.Contains(Repository.Read(f), StringComparison.Ordinal)));

    [Fact]
    public void Its_policy_allows_its_own_scripts_and_no_others()
    {
        Assert.StartsWith("default-src 'none'; script-src 'sha256-", VerifyPageFile.Policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", VerifyPageFile.Policy, StringComparison.Ordinal);
        Assert.Contains($"content=\"{VerifyPageFile.Policy}\"", Html, StringComparison.Ordinal);
        foreach (Match script in Script().Matches(Html))
            Assert.Contains($"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script.Groups[1].Value)))}'", VerifyPageFile.Policy, StringComparison.Ordinal);
    }

    private const string Decision = "0008-verify-page.md";

    [GeneratedRegex("""<(?:script|img|iframe|object|embed)[^>]*\ssrc="[^"]*"|<link[^>]*\shref="[^"]*"|@import|url\([^)]*\)""")]
    private static partial Regex Loading();

    [GeneratedRegex("""<script id="\w+">(.*?)</script>""", RegexOptions.Singleline)]
    private static partial Regex Script();
}
