using Fairground.Scenarios.Vocabulary;
using Microsoft.Playwright;
using Xunit;

namespace Fairground.Scenarios.Browser;

/// <summary>Somebody with a browser of their own: no session shared with anyone, a phone unless said otherwise.</summary>
internal sealed class Visitor : IAsyncDisposable
{
    // Reads the picture of the code with the decoder that the pages carry, as a camera that lies flat on it would.
    private const string ReadPicture =
        """
        async image => {
          await import("/_content/Fairground.Ui/vendor/jsqr/jsQR.js");
          await image.decode();
          const canvas = document.createElement("canvas");
          [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
          const context = canvas.getContext("2d");
          context.drawImage(image, 0, 0);
          const pixels = context.getImageData(0, 0, canvas.width, canvas.height);
          return self.jsQR(pixels.data, pixels.width, pixels.height)?.data ?? "";
        }
        """;

    private readonly IBrowserContext context;
    private readonly List<string> complaints = [];

    private Visitor(IBrowserContext context, IPage page)
    {
        (this.context, Page) = (context, page);
        page.Console += (_, message) =>
        {
            if (message.Type == "error") complaints.Add($"{new Uri(page.Url).PathAndQuery}: {message.Text}");
        };
        page.PageError += (_, error) => complaints.Add($"{new Uri(page.Url).PathAndQuery}: {error}");
    }

    public IPage Page { get; }

    /// <summary>What the browser's console held against the pages so far: broken scripts, missing files, violations of the content security policy.</summary>
    public IReadOnlyList<string> Complaints => complaints;

    public static async Task<Visitor> At(Fair fair, Chromium chromium, bool scripts = true, int width = 390, int height = 844)
    {
        var browser = await chromium.Launch();
        var context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = fair.Address.ToString(),
            ViewportSize = new ViewportSize { Width = width, Height = height },
            JavaScriptEnabled = scripts,
            Locale = "en-GB",
            // The browser calls a transition that is cut short by the next page an error.
            ReducedMotion = ReducedMotion.Reduce,
        });
        context.SetDefaultTimeout(15_000);
        return new Visitor(context, await context.NewPageAsync());
    }

    /// <summary>Opens a page and gives the status it came with.</summary>
    public async Task<int> Goes(string path) => (await Page.GotoAsync(path))!.Status;

    /// <summary>Signs in on the page that is open, or on the sign-in page.</summary>
    public async Task SignsIn(string contact, string password = Fair.Password)
    {
        if (!Page.Url.Contains("/sign-in", StringComparison.Ordinal)) await Goes("/sign-in");
        await Page.GetByLabel("E-mail or mobile number").FillAsync(contact);
        await Page.GetByLabel("Password").FillAsync(password);
        await Presses("Sign in");
        Assert.DoesNotContain("/sign-in", Page.Url, StringComparison.Ordinal);
    }

    /// <summary>Presses a button of the page's content and waits for the page that answers.</summary>
    public Task Presses(string button) => Follows(Main.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = button, Exact = true }));

    /// <summary>Clicks what leads to another page, or to the same one again, and waits until that has loaded.</summary>
    public Task Follows(ILocator link) => Leads(() => link.ClickAsync());

    /// <summary>Does what leads to another page, or to the same one again, and waits until that has loaded.</summary>
    public async Task Leads(Func<Task> act)
    {
        var loaded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Loaded(object? sender, IPage page) => loaded.TrySetResult();
        Page.Load += Loaded;
        try
        {
            await act();
            await loaded.Task.WaitAsync(TimeSpan.FromSeconds(15));
        }
        finally
        {
            Page.Load -= Loaded;
        }
    }

    /// <summary>The content of the page, without head and foot.</summary>
    public ILocator Main => Page.Locator("main");

    public async Task Sees(string text) => await Assertions.Expect(Main).ToContainTextAsync(text, new LocatorAssertionsToContainTextOptions { Timeout = 15_000 });

    /// <summary>What the QR code on the page says.</summary>
    public Task<string> ReadsCode() => Main.Locator("img.qr").EvaluateAsync<string>(ReadPicture);

    public async ValueTask DisposeAsync() => await context.DisposeAsync();
}
