using System.Globalization;

namespace Fairground.Ui;

/// <summary>The few words the components say themselves, by the language of the request. Everything else is said by the page.</summary>
internal sealed partial record UiWords
{
    public required string SkipToContent { get; init; }
    public required string MainNavigation { get; init; }
    public required string Menu { get; init; }
    public required string Account { get; init; }
    public required string Shop { get; init; }
    public required string Office { get; init; }
    public required string Search { get; init; }
    public required string SearchHint { get; init; }
    public required string Language { get; init; }
    public required string SignOut { get; init; }
    public required string FooterPromise { get; init; }
    public required string Sold { get; init; }
    public required string SoldOf { get; init; }
    public required string SoldOut { get; init; }
    public required string LeftCount { get; init; }
    public required string TimeIsUp { get; init; }
    public required string Proved { get; init; }
    public required string ProofWaiting { get; init; }
    public required string CheckYourself { get; init; }
    public required string Certificate { get; init; }
    public required string NextPage { get; init; }
    public required string Filters { get; init; }
    public required string FirstPage { get; init; }
    public required string WhatYouCanDo { get; init; }
    public required string Code { get; init; }
    public required string Copy { get; init; }
    public required string Copied { get; init; }
    public required string Export { get; init; }
    public required string Optional { get; init; }
    public required string InstallApp { get; init; }
    public required string Step { get; init; }
    public required string StartCamera { get; init; }
    public required string StopCamera { get; init; }
    public required string CameraLooking { get; init; }
    public required string CameraNone { get; init; }
    public required string CameraDenied { get; init; }
    public required string CameraFound { get; init; }

    /// <summary>The words for the language of the current request; English where we have none.</summary>
    public static UiWords Current => For(CultureInfo.CurrentUICulture);

    /// <summary>The words for one language.</summary>
    public static UiWords For(CultureInfo culture)
    {
        ArgumentNullException.ThrowIfNull(culture);
        return culture.TwoLetterISOLanguageName switch
        {
            "ru" => Russian,
            "kk" => Kazakh,
            "ko" => Korean,
            "zh" => Chinese,
            _ => English,
        };
    }
}
