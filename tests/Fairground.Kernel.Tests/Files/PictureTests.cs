using System.Text;
using Fairground.Kernel.Files;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using NetVips;
using Xunit;

namespace Fairground.Kernel.Tests.Files;

public sealed class PictureTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_tells_about_people_and_places_is_gone_before_a_picture_is_kept_and_the_pixels_stay()
    {
        await using var room = await FileRoom.Open(DatabaseKind.Sqlite);
        var kept = await Bytes(room, TestPictures.TalkativeJpeg);
        foreach (var word in new[] { "GPS", "43.238", "Aigerim", "Almaty", "shot at home", "video" }) Assert.DoesNotContain(word, Encoding.Latin1.GetString(kept), StringComparison.Ordinal);
        // How it must be turned is all that is left of its EXIF.
        Assert.Equal(new PictureFacts(64, 32, 6), PictureHead.Read(kept, "image/jpeg"));
        using var before = Image.NewFromBuffer(TestPictures.TalkativeJpeg);
        using var after = Image.NewFromBuffer(kept);
        Assert.True(before.WriteToMemory<byte>().AsSpan().SequenceEqual(after.WriteToMemory<byte>()));

        var png = await Bytes(room, TestPictures.Png(30, 20, ("tEXt", "Author Aigerim"u8.ToArray()), ("eXIf", "GPS 43"u8.ToArray()), ("tIME", [7, 230, 1, 1, 1, 1, 1])));
        Assert.Equal(TestPictures.Png(30, 20), png);

        using var plain = Image.Black(2, 2, bands: 3);
        var webp = await Bytes(room, TestPictures.Webp(plain.WebpsaveBuffer(lossless: true, keep: Enums.ForeignKeep.None), "GPS 43.238"));
        Assert.DoesNotContain("GPS", Encoding.Latin1.GetString(webp), StringComparison.Ordinal);
        Assert.DoesNotContain("EXIF", Encoding.Latin1.GetString(webp), StringComparison.Ordinal);
        Assert.Equal(webp.Length - 8, BitConverter.ToInt32(webp, 4));
        using var again = Image.NewFromBuffer(webp);
        Assert.Equal((2, 2), (again.Width, again.Height));

        var gif = Gif();
        byte[] quiet = [.. gif[..19], .. gif[30..46]];
        Assert.Equal(quiet, await Bytes(room, gif));
    }

    [Fact]
    public void Boxes_of_an_AVIF_tell_its_size_and_its_notes_are_blanked()
    {
        var avif = Avif();
        Assert.Equal(new PictureFacts(400, 300, 6), PictureHead.Read(avif, "image/avif"));
        var clean = PictureCleaner.Clean(avif, "image/avif", new PictureFacts(400, 300))!;
        Assert.Equal(avif.Length, clean.Length);
        Assert.DoesNotContain("GPS 43", Encoding.Latin1.GetString(clean), StringComparison.Ordinal);
        Assert.EndsWith("pixels", Encoding.Latin1.GetString(clean), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_picture_that_would_unfold_to_more_than_50_million_pixels_is_refused_before_it_is_decoded()
    {
        await using var room = await FileRoom.Open(DatabaseKind.Sqlite);
        var bomb = TestPictures.Png(30_000, 30_000);
        Assert.True(bomb.Length < 1_000_000);
        var refused = (await room.Files.Save(new MemoryStream(bomb), FileRules.Picture, Stop)).Refusal!;
        Assert.Equal("file.too_many_pixels", refused.Code);
        Assert.Equal([("width", (object?)30_000), ("height", 30_000), ("limitPixels", 50_000_000L)], refused.Details);
        Assert.Equal("file.too_many_pixels", (await room.Files.Save(new MemoryStream(HugeGif()), FileRules.Picture, Stop)).Refusal!.Code);
        foreach (var broken in new[] { TestPictures.TalkativeJpeg[..60], [.. TestPictures.Png(9, 9)[..40]], "RIFF\0\0\0\0WEBPVP8X"u8.ToArray(), "GIF89a\u0001\0\u0001\0\0\0\0,\0\0"u8.ToArray() })
            Assert.Equal("file.picture_broken", (await room.Files.Save(new MemoryStream(broken), FileRules.Picture, Stop)).Refusal!.Code);
        Assert.Equal(0, await room.Count("kernel_file"));
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task Sizes_are_made_once_upright_and_smaller_and_the_original_is_kept(DatabaseKind kind)
    {
        await using var room = await FileRoom.Open(kind);
        using var wide = Image.Black(2000, 1000, bands: 3) + 120;
        var bytes = wide.Cast(Enums.BandFormat.Uchar).JpegsaveBuffer();
        var original = (await room.Files.Save(new MemoryStream(bytes), FileRules.Picture, Stop)).Value;
        var turned = (await room.Files.Save(new MemoryStream(TestPictures.TalkativeJpeg), FileRules.Picture, Stop)).Value;
        var (worker, rows) = (room.Get<PictureWorker>(), room.Get<PictureRows>());
        Assert.Null(await rows.Best(original.Id, 320, Stop));
        Assert.Equal(2, await worker.MakeDue(Stop));
        Assert.Equal(0, await worker.MakeDue(Stop));
        Assert.Equal(6, await room.Count("kernel_picture_size"));
        foreach (var (asked, width, height) in new[] { (160, 160, 80), (320, 320, 160), (640, 640, 320), (960, 960, 480), (1600, 1600, 800) })
        {
            var size = await Decoded(room, (await rows.Best(original.Id, asked, Stop))!.Value);
            Assert.Equal((width, height, "image/webp"), (size.Width, size.Height, size.Type));
        }
        // 64 by 32 on its side is 32 by 64, and never larger than it was.
        var upright = await Decoded(room, (await rows.Best(turned.Id, 960, Stop))!.Value);
        Assert.Equal((32, 64), (upright.Width, upright.Height));
        Assert.Equal(new Dictionary<Guid, (int, int)> { [original.Id] = (2000, 1000), [turned.Id] = (32, 64) }, await rows.Shown([original.Id, turned.Id], Stop));
        // What was made is in no queue of its own, the original is as it was, and the sweeper knows that the sizes are in use.
        Assert.Equal(2, await room.Count("kernel_picture"));
        Assert.NotNull(await room.Files.Find(original.Id, Stop));
        room.Wanted.UnionWith([original.Id, turned.Id]);
        room.Time.Advance(TimeSpan.FromDays(30));
        await room.Get<FileSweeper>().Sweep(Stop);
        room.Time.Advance(TimeSpan.FromDays(30));
        Assert.Equal(0, await room.Get<FileSweeper>().Sweep(Stop));
        // Sizes are in use as long as their originals are there, and go a week after them.
        room.Wanted.Clear();
        foreach (var expected in new[] { 0, 2, 0, 6 })
        {
            Assert.Equal(expected, await room.Get<FileSweeper>().Sweep(Stop));
            room.Time.Advance(TimeSpan.FromDays(8));
        }
        Assert.Equal(0, await room.Count("kernel_file"));
    }

    [Fact]
    public async Task A_picture_that_cannot_be_decoded_is_not_tried_again_and_what_is_due_survives_a_restart()
    {
        await using var room = await FileRoom.Open(DatabaseKind.Sqlite);
        // A right head over pixels that are none.
        var nonsense = TestPictures.Webp("RIFF____WEBPVP8 \u0010\0\0\0abcdefghijklmnop"u8.ToArray(), "");
        var broken = (await room.Files.Save(new MemoryStream(nonsense), FileRules.Picture, Stop)).Value;
        Assert.Equal(1, await room.Count("kernel_picture where due_at is not null"));
        Assert.Equal(1, await room.Get<PictureWorker>().MakeDue(Stop));
        Assert.Equal(1, await room.Count("kernel_picture where due_at is null and tries = 1 and error = 'The picture could not be decoded.'"));
        Assert.Null(await room.Get<PictureRows>().Best(broken.Id, 320, Stop));
        Assert.Contains(await room.Get<FileAudit>().Run(Stop), f => f.Text == "0 pictures wait for their sizes, 1 could not be read");
    }

    [Fact]
    public async Task A_picture_whose_pixels_would_fill_the_memory_is_kept_and_not_decoded()
    {
        await using var room = await FileRoom.Open(DatabaseKind.Sqlite);
        // 49 million pixels of four colours in 16 bits: 392 million bytes out of a few.
        var deep = TestPictures.Png(7_000, 7_000, depth: 16, colours: 6);
        var kept = (await room.Files.Save(new MemoryStream(deep), FileRules.Picture, Stop)).Value;
        Assert.False(new PictureShaper().Fits(deep));
        Assert.True(new PictureShaper().Fits(TestPictures.Png(7_000, 7_000, depth: 8, colours: 6)));
        Assert.Equal(1, await room.Get<PictureWorker>().MakeDue(Stop));
        Assert.Equal(1, await room.Count("kernel_picture where due_at is null and error = 'The picture would take too much memory to be made smaller; it is shown as it is.'"));
        Assert.Null(await room.Get<PictureRows>().Best(kept.Id, 320, Stop));
        Assert.NotNull(await room.Files.Find(kept.Id, Stop));
    }

    [Fact]
    public void Only_the_five_kinds_of_picture_can_be_decoded_at_all()
    {
        Assert.True(new PictureShaper().IsThere);
        Assert.Throws<VipsException>(() => Image.NewFromBuffer("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"u8.ToArray()));
        Assert.Throws<VipsException>(() => Image.NewFromBuffer("P6 1 1 255 abc"u8.ToArray()));
    }

    private static async Task<byte[]> Bytes(FileRoom room, byte[] picture)
    {
        var saved = await room.Files.Save(new MemoryStream(picture), FileRules.Picture, Stop);
        Assert.False(saved.Refused, saved.Refusal?.Code);
        return await Read(room, saved.Value);
    }

    private static async Task<byte[]> Read(FileRoom room, StoredFile file)
    {
        using var all = new MemoryStream();
        await using var stream = room.Files.OpenRead(file);
        await stream.CopyToAsync(all, Stop);
        return all.ToArray();
    }

    private static async Task<(int Width, int Height, string Type)> Decoded(FileRoom room, Guid id)
    {
        var file = (await room.Files.Find(id, Stop))!;
        var bytes = await Read(room, file);
        using var image = Image.NewFromBuffer(bytes);
        Assert.Equal(new PictureFacts(image.Width, image.Height), PictureHead.Read(bytes, file.MediaType));
        return (image.Width, image.Height, file.MediaType);
    }

    private static byte[] Gif() => [.. "GIF89a"u8, 1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255, 0x21, 0xfe, 7, .. "Aigerim"u8, 0, 0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3b, .. "GPS behind the end"u8];

    private static byte[] HugeGif() => [.. "GIF89a"u8, 255, 255, 255, 255, 0, 0, 0, 0x3b];

    private static byte[] Avif()
    {
        static byte[] Box(string kind, params byte[] body) => [.. BitConverter.GetBytes(System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(body.Length + 8)), .. Encoding.Latin1.GetBytes(kind), .. body];
        static byte[] Item(byte id, string type) => Box("infe", [2, 0, 0, 0, 0, id, 0, 0, .. Encoding.Latin1.GetBytes(type), 0]);
        byte[] Meta(byte notes) => Box("meta", [0, 0, 0, 0,
            .. Box("iinf", [0, 0, 0, 0, 0, 2, .. Item(1, "av01"), .. Item(2, "Exif")]),
            .. Box("iloc", [0, 0, 0, 0, 0x44, 0, 0, 2, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, notes, 0, 0, 0, 9]),
            .. Box("iprp", Box("ipco", [.. Box("ispe", [0, 0, 0, 0, 0, 0, 1, 0x90, 0, 0, 1, 0x2c]), .. Box("irot", 1), .. Box("ispe", [0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 9])]))]);
        byte[] head = Box("ftyp", [.. "avif"u8, 0, 0, 0, 0, .. "mif1"u8]);
        var start = head.Length + Meta(0).Length + 8;
        return [.. head, .. Meta((byte)start), .. Box("mdat", [.. "GPS 43.23"u8, .. "pixels"u8])];
    }
}
