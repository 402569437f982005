namespace Fairground.Ui;

/// <summary>What an operator may set about the look of the pages. Bind with <c>services.Configure&lt;UiOptions&gt;</c>.</summary>
public sealed class UiOptions
{
    /// <summary>The market's name, beside the mark and in every page's title.</summary>
    public string MarketName { get; set; } = "Fairground";

    /// <summary>One sentence on a strip above every page, such as that the money here is play money; null for none.</summary>
    public string? Notice { get; set; }

    /// <summary>Where the search box sends its <c>query</c>.</summary>
    public string SearchPath { get; set; } = "/catalogue";

    /// <summary>Where the language switch posts <c>language</c> and <c>back</c>.</summary>
    public string LanguagePath { get; set; } = "/language";

    /// <summary>Where a form posts to leave the session, or null to leave sign-out to the navigation.</summary>
    public string? SignOutPath { get; set; }
}
