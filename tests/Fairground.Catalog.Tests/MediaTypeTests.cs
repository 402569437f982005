using System.Text;
using Fairground.Kernel.Files;
using Fairground.Testing;
using Xunit;

namespace Fairground.Catalog.Tests;

[Requirement("C-36")]
public sealed class MediaTypeTests
{
    public static TheoryData<string, byte[], string> Heads => new()
    {
        { "png", Pictures.Png, "image/png" },
        { "gif", Pictures.Gif, "image/gif" },
        { "jpeg", [0xff, 0xd8, 0xff, 0xe0, 0, 16, (byte)'J', (byte)'F', (byte)'I', (byte)'F'], "image/jpeg" },
        { "webp", [.. "RIFF\u0010\0\0\0WEBPVP8 "u8, 1, 2, 3, 4], "image/webp" },
        { "avif", [0, 0, 0, 28, .. "ftypavif\0\0\0\0avifmif1"u8], "image/avif" },
        { "avif by compatible brand", [0, 0, 0, 28, .. "ftypmif1\0\0\0\0mif1avif"u8], "image/avif" },
        { "mp4 is no avif", [0, 0, 0, 24, .. "ftypisom\0\0\0\0isommp42"u8], MediaType.Unknown },
        { "pdf", "%PDF-1.7\n"u8.ToArray(), "application/pdf" },
        { "svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"><script/></svg>"u8.ToArray(), MediaType.Unknown },
        { "html", "<!DOCTYPE html><html></html>"u8.ToArray(), MediaType.Unknown },
        { "html that says it is a gif", [.. "GIF89a\u0001\0\u0001\0"u8, .. "<html><script>alert(1)</script>"u8], MediaType.Unknown },
        { "png with a page in its comment", [.. Pictures.Png[..41], .. "tEXt<sCrIpT src=//x></script>"u8], MediaType.Unknown },
        { "jpeg with php", [0xff, 0xd8, 0xff, 0xfe, .. "<?php system($_GET['c']);"u8], MediaType.Unknown },
        { "png signature alone", [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], MediaType.Unknown },
        { "exe", "MZ\u0090\0"u8.ToArray(), MediaType.Unknown },
        { "text", Encoding.UTF8.GetBytes("Handle,Title"), MediaType.Unknown },
        { "nothing", [], MediaType.Unknown },
    };

    [Theory, MemberData(nameof(Heads))]
    public void A_file_is_what_its_bytes_say(string name, byte[] head, string expected) => Assert.True(MediaType.Of(head) == expected, $"{name} was taken for {MediaType.Of(head)}");
}
