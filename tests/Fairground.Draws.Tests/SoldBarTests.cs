using Fairground.Ui;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Fairground.Draws.Tests;

/// <summary>What those who hear the page are told of a bar.</summary>
public sealed class SoldBarTests
{
    [Theory]
    [InlineData(3, 10, 3)]
    [InlineData(10, 10, 10)]
    [InlineData(12, 10, 10)]
    public async Task A_bar_that_is_passed_is_full_and_its_words_have_the_count(long sold, long total, long now)
    {
        await using var services = new ServiceCollection().BuildServiceProvider();
        await using var renderer = new HtmlRenderer(services, NullLoggerFactory.Instance);
        var html = await renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync<SoldBar>(ParameterView.FromDictionary(new Dictionary<string, object?>
        {
            ["Sold"] = sold, ["Total"] = total, ["Goal"] = true, ["Text"] = "{0} applications, {1} expected", ["FullText"] = "{0} applications cover the price",
        }))).ToHtmlString());
        Assert.Contains($"aria-valuemax=\"{total}\" aria-valuenow=\"{now}\" aria-valuetext=\"{sold} applications", html, StringComparison.Ordinal);
    }
}
