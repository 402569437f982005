using Fairground.Kernel.Storage;
using Xunit;

namespace Fairground.Kernel.Tests;

/// <summary>What an audit says of the fields that were sent: enough to know what was done, and nothing that opens anything.</summary>
public sealed class ChangeNotesTests
{
    [Theory]
    [InlineData("name", "Kettles", "Kettles")]
    [InlineData("address", "Abay Avenue 10", "Abay Avenue 10")]
    [InlineData("address", "https://feed:s3cret@shop.example/feed.xml?token=abc", "https://shop.example/…")]
    [InlineData("url", " https://hooks.example/in/s3cret ", "https://hooks.example/…")]
    [InlineData("address", "https://feed:s3cret@", "…")]
    [InlineData("redirectUris", "[\"https://a.example/back?k=s3cret\"]", "…")]
    [InlineData("connection", "Host=db.example;Username=shop;Password=s3cret", "…")]
    [InlineData("password", "s3cret", "…")]
    [InlineData("contact", "aigul@fair.example", "a…")]
    [InlineData("displayName", "Aigul", "A…")]
    public void Nothing_secret_is_written_down(string name, string value, string shown) => Assert.Equal(shown, ChangeNotes.Shown(name, value));
}
