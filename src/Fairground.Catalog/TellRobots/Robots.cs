using System.Text;
using System.Xml;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Catalog.TellRobots;

/// <summary>What search engines ask for: <c>/robots.txt</c> and the sitemap, an index of parts of 20,000 goods each.</summary>
internal static class Robots
{
    private const int PartSize = 20_000;
    private const string Namespace = "http://www.sitemaps.org/schemas/sitemap/0.9";

    public static void Map(IEndpointRouteBuilder root)
    {
        root.MapGet("/robots.txt", (HttpContext http, PublicAddress address) => TypedResults.Text(
            $"User-agent: *\nDisallow: /me/\nDisallow: /office/\nDisallow: /shop/lots\nDisallow: /shop/scan\nDisallow: /pay/\nDisallow: /wallet\nDisallow: /api/\nSitemap: {address.Of(http)}/sitemap.xml\n"))
            .WithAccess(Access.Public).ExcludeFromDescription();
        root.MapGet("/sitemap.xml", Index).WithAccess(Access.Public).ExcludeFromDescription();
        root.MapGet("/sitemap/{part:int:min(0)}.xml", Part).WithAccess(Access.Public).ExcludeFromDescription();
    }

    private static async Task Index(HttpContext http, CatalogContext catalog, PublicAddress address, CancellationToken ct)
    {
        var goods = await catalog.Products.CountAsync(p => p.Active, ct);
        await using var xml = Begin(http, "sitemapindex");
        for (var part = 0; part == 0 || part * PartSize < goods; part++) await Entry(xml, "sitemap", $"{address.Of(http)}/sitemap/{part}.xml", null);
        await End(xml);
    }

    // Goods are told in the order in which they came, so that a part stays as it is while others are added.
    private static async Task Part(int part, HttpContext http, CatalogContext catalog, PublicAddress address, CancellationToken ct)
    {
        var (market, from) = (address.Of(http), checked(part * PartSize));
        await using var xml = Begin(http, "urlset");
        if (part == 0)
        {
            foreach (var page in (string[])["/", "/lots", "/catalogue", "/how-it-works"]) await Entry(xml, "url", market + page, null);
            // What lies below a hidden category is hidden with it.
            var hidden = await catalog.Categories.Where(c => c.Hidden).Select(c => c.Path + "/").ToListAsync(ct);
            await foreach (var path in catalog.Categories.Where(c => !c.Hidden).OrderBy(c => c.Path).Select(c => c.Path).AsAsyncEnumerable().WithCancellation(ct))
            {
                if (!hidden.Exists(h => path.StartsWith(h, StringComparison.Ordinal))) await Entry(xml, "url", market + CategoryAddress.Of(path), null);
            }
        }
        await foreach (var product in catalog.Products.AsNoTracking().Where(p => p.Active).OrderBy(p => p.Id).Skip(from).Take(PartSize).Select(p => new { p.Id, p.Slug, p.UpdatedAt }).AsAsyncEnumerable().WithCancellation(ct))
        {
            await Entry(xml, "url", $"{market}/products/{product.Id}/{Uri.EscapeDataString(product.Slug)}", product.UpdatedAt);
        }
        await End(xml);
    }

    private static XmlWriter Begin(HttpContext http, string root)
    {
        http.Response.ContentType = "application/xml; charset=utf-8";
        http.Response.Headers.CacheControl = "public, max-age=3600";
        var xml = XmlWriter.Create(http.Response.Body, new XmlWriterSettings { Async = true, Encoding = new UTF8Encoding(false), CloseOutput = false });
        xml.WriteStartDocument();
        xml.WriteStartElement(root, Namespace);
        return xml;
    }

    private static async Task Entry(XmlWriter xml, string name, string address, DateTimeOffset? changed)
    {
        await xml.WriteStartElementAsync(null, name, Namespace);
        await xml.WriteElementStringAsync(null, "loc", Namespace, address);
        if (changed is { } at) await xml.WriteElementStringAsync(null, "lastmod", Namespace, at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture));
        await xml.WriteEndElementAsync();
    }

    private static async Task End(XmlWriter xml)
    {
        await xml.WriteEndElementAsync();
        await xml.FlushAsync();
    }
}
