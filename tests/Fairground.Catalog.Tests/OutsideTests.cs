using System.Globalization;
using System.Net;
using Fairground.Catalog.FetchOutside;
using Fairground.Kernel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Xunit;

namespace Fairground.Catalog.Tests;

/// <summary>No address that somebody gives us leads anywhere but to the public internet, however it is written and whatever its name resolves to.</summary>
public sealed class OutsideTests
{
    private static readonly IPAddress Public = IPAddress.Parse("93.184.216.34");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Addresses of places inside, in every way of writing that a URL allows.</summary>
    private static List<string> Inside()
    {
        string[] hosts4 = ["127.0.0.1", "127.1.2.3", "10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.254", "192.168.0.1", "169.254.169.254", "169.254.170.2", "100.64.0.1", "100.100.100.200", "0.0.0.0", "0.1.2.3", "192.0.0.192", "198.18.0.1", "224.0.0.1", "239.255.255.250", "255.255.255.255", "240.0.0.1"];
        var urls = new List<string>();
        foreach (var host in hosts4)
        {
            var b = IPAddress.Parse(host).GetAddressBytes();
            var number = ((uint)b[0] << 24) | ((uint)b[1] << 16) | ((uint)b[2] << 8) | b[3];
            var hex = number.ToString("x8", CultureInfo.InvariantCulture);
            string Oct(int i) => "0" + Convert.ToString(b[i], 8);
            string[] forms =
            [
                host, number.ToString(CultureInfo.InvariantCulture), "0x" + hex, "0X" + hex.ToUpperInvariant(), "0" + Convert.ToString((long)number, 8),
                $"{Oct(0)}.{Oct(1)}.{Oct(2)}.{Oct(3)}", $"0x{b[0]:x}.0x{b[1]:x}.0x{b[2]:x}.0x{b[3]:x}", $"{b[0]}.{b[1]}.{(b[2] << 8) | b[3]}", $"{b[0]}.{(b[1] << 16) | (b[2] << 8) | b[3]}", $"{b[0]}.0x{b[1]:x}.{Oct(2)}.{b[3]}",
                $"[::ffff:{host}]", $"[::ffff:{hex[..4]}:{hex[4..]}]", $"[0:0:0:0:0:ffff:{host}]", $"[::{host}]", $"[64:ff9b::{host}]", $"[64:ff9b:1::{host}]", $"[2002:{hex[..4]}:{hex[4..]}::1]", $"[::ffff:0:{host}]",
                string.Concat(host.Select(c => char.IsDigit(c) ? (char)(c - '0' + '\uff10') : c)), host.Replace('.', '\u3002'),
            ];
            urls.AddRange(forms.Select(f => $"http://{f}/x"));
        }
        urls.AddRange(["http://localhost/", "http://LOCALHOST./", "https://localhost/", "http://[::1]/", "http://[::]/", "http://[0:0:0:0:0:0:0:1]/", "http://[fe80::1]/", "http://[fe80::1%25eth0]/", "http://[fc00::1]/", "http://[fd00:ec2::254]/", "http://[ff02::1]/", "http://[2001:db8::1]/", "http://[2001::1]/", "http://[3fff::1]/", "http://[100::1]/", "http://[fec0::1]/"]);
        urls.AddRange(["file:///etc/passwd", "ftp://example.com/x", "gopher://127.0.0.1:11211/_x", "dict://127.0.0.1/", "ldap://127.0.0.1/", "jar:http://127.0.0.1!/", "data:text/csv,a", "javascript:alert(1)", "//127.0.0.1/x", "/etc/passwd", "", "   ", "http://", "http:///x", "http://user:secret@93.184.216.34/", "http://93.184.216.34@127.0.0.1/", "http://93.184.216.34:25/", "http://93.184.216.34:22/", "http://93.184.216.34:6/", "https://93.184.216.34:139/", "http://" + new string('a', 3000) + ".example/"]);
        return urls;
    }

    [Fact]
    public async Task An_address_inside_is_refused_however_it_is_written()
    {
        using var fetcher = Fetcher(o => { });
        var urls = Inside();
        Assert.True(urls.Count > 400, $"{urls.Count} forms");
        var wrong = new List<string>();
        foreach (var url in urls)
        {
            var checkedOnce = await fetcher.Check(url, Stop);
            // A form that is no address of this machine's kind is a name, and names are looked up when the connection is made.
            if (checkedOnce.Refused) continue;
            var fetched = await fetcher.Fetch(checkedOnce.Value, TimeSpan.FromSeconds(5), _ => Task.FromResult(Result<int>.Accepted(1)), Stop);
            if (!fetched.Refused) wrong.Add(url);
        }
        Assert.Empty(wrong);
    }

    [Fact]
    public async Task Addresses_outside_are_taken()
    {
        using var fetcher = Fetcher(o => { });
        foreach (var url in new[] { "http://93.184.216.34/a.png", "https://93.184.216.34:8443/a.png", " http://8.8.8.8/x ", "http://[2606:2800:220:1:248:1893:25c8:1946]/", "http://[64:ff9b::8.8.8.8]/", "http://172.32.0.1/", "http://11.0.0.1/", "http://100.128.0.1/", "http://192.167.1.1/" })
            Assert.False((await fetcher.Check(url, Stop)).Refused, url);
    }

    [Fact]
    public async Task A_name_that_changes_its_mind_between_check_and_connection_leads_nowhere()
    {
        var asked = 0;
        await using var inside = await Site.Start(_ => Task.CompletedTask);
        using var fetcher = Fetcher(o => o.Resolve = (_, _) => Task.FromResult(new[] { asked++ == 0 ? Public : IPAddress.Loopback }));
        var address = await fetcher.Check($"http://rebind.example:{inside.Port}/", Stop);
        Assert.False(address.Refused);
        Assert.Equal("import.address_refused", (await fetcher.Fetch(address.Value, TimeSpan.FromSeconds(5), _ => Task.FromResult(Result<int>.Accepted(1)), Stop)).Refusal!.Code);
        Assert.Equal((2, 0), (asked, inside.Asked));
    }

    [Fact]
    public async Task A_name_with_one_address_inside_among_others_is_refused()
    {
        using var fetcher = Fetcher(o => o.Resolve = (_, _) => Task.FromResult(new[] { Public, IPAddress.Parse("::ffff:10.0.0.1") }));
        Assert.Equal("import.address_refused", (await fetcher.Check("http://both.example/", Stop)).Refusal!.Code);
    }

    [Fact]
    public async Task The_connection_goes_to_the_address_that_was_checked_and_to_no_other()
    {
        // Only this machine's first loopback address counts as outside here; the name says it, and the name is what the site is asked for.
        await using var site = await Site.Start(http => http.Response.WriteAsync(http.Request.Host.Host));
        using var fetcher = Fetcher(o =>
        {
            o.Resolve = (_, _) => Task.FromResult(new[] { IPAddress.Loopback });
            o.MayReach = a => a.Equals(IPAddress.Loopback);
        });
        var address = (await fetcher.Check($"http://shop.example:{site.Port}/", Stop)).Value;
        var text = await fetcher.Fetch(address, TimeSpan.FromSeconds(5), async s => Result<string>.Accepted(await new StreamReader(s).ReadToEndAsync(Stop)), Stop);
        Assert.Equal("shop.example", text.Value);
    }

    [Fact]
    public async Task Every_redirect_is_checked_again()
    {
        foreach (var target in new[] { "http://127.0.0.2/x", "http://169.254.169.254/latest/meta-data", "http://[::1]/", "http://[::ffff:169.254.169.254]/", "http://2852039166/", "http://inside.example/", "http://0x7f000002/", "http://localhost.example:25/" })
        {
            await using var site = await Site.Start(http =>
            {
                http.Response.Redirect(target);
                return Task.CompletedTask;
            });
            using var fetcher = Fetcher(o =>
            {
                o.Resolve = (name, ct) => name.EndsWith(".example", StringComparison.Ordinal) ? Task.FromResult(new[] { name == "inside.example" ? IPAddress.Parse("10.0.0.9") : IPAddress.Loopback }) : Dns.GetHostAddressesAsync(name, ct);
                o.MayReach = a => a.Equals(IPAddress.Loopback);
            });
            var address = (await fetcher.Check($"http://shop.example:{site.Port}/", Stop)).Value;
            var refused = await fetcher.Fetch(address, TimeSpan.FromSeconds(5), _ => Task.FromResult(Result<int>.Accepted(1)), Stop);
            Assert.True(refused.Refusal?.Code == "import.address_refused", $"{target}: {refused.Refusal?.Code}");
            Assert.Equal(1, site.Asked);
        }
    }

    private static OutsideFetcher Fetcher(Action<OutsideOptions> configure)
    {
        var options = new OutsideOptions();
        configure(options);
        return new OutsideFetcher(Options.Create(options));
    }
}

/// <summary>A site on this machine that answers as a test says.</summary>
internal sealed class Site : IAsyncDisposable
{
    private readonly WebApplication app;

    private Site(WebApplication app) => this.app = app;

    public int Asked { get; private set; }

    public int Port { get; private set; }

    public string Url => $"http://127.0.0.1:{Port}/";

    public static async Task<Site> Start(Func<HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var site = new Site(app);
        app.Run(http =>
        {
            lock (site) site.Asked++;
            return answer(http);
        });
        await app.StartAsync();
        site.Port = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;
        return site;
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
