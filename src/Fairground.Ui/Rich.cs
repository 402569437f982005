using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components;

namespace Fairground.Ui;

/// <summary>Puts links, amounts and other elements into a translated sentence, wherever its language wants them.</summary>
public static partial class Rich
{
    /// <summary>The sentence, with its <c>{0}</c>, <c>{1}</c> … shown as the given parts.</summary>
    public static RenderFragment Text(string sentence, params IReadOnlyList<RenderFragment> parts) => builder =>
    {
        var at = 0;
        foreach (Match place in Place().Matches(sentence))
        {
            builder.AddContent(0, sentence[at..place.Index]);
            builder.AddContent(1, parts[int.Parse(place.Groups[1].ValueSpan, CultureInfo.InvariantCulture)]);
            at = place.Index + place.Length;
        }
        builder.AddContent(2, sentence[at..]);
    };

    /// <summary>Words as a part.</summary>
    public static RenderFragment Plain(string text) => builder => builder.AddContent(0, text);

    /// <summary>A figure as a part.</summary>
    public static RenderFragment Figure(string text) => builder =>
    {
        builder.OpenElement(0, "span");
        builder.AddAttribute(1, "class", "num");
        builder.AddContent(2, text);
        builder.CloseElement();
    };

    /// <summary>An amount as a part.</summary>
    public static RenderFragment Money(Kernel.Money amount) => builder =>
    {
        builder.OpenComponent<MoneyText>(0);
        builder.AddComponentParameter(1, nameof(MoneyText.Value), (Kernel.Money?)amount);
        builder.CloseComponent();
    };

    /// <summary>A link as a part.</summary>
    public static RenderFragment Link(string href, string text) => builder =>
    {
        builder.OpenElement(0, "a");
        builder.AddAttribute(1, "href", href);
        builder.AddContent(2, text);
        builder.CloseElement();
    };

    [GeneratedRegex(@"\{(\d)\}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Place();
}
