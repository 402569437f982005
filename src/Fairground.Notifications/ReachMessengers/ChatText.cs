using Fairground.Kernel.Http;

namespace Fairground.Notifications.ReachMessengers;

/// <summary>A message as plain text for a chat: its title, its lines, and the link to it.</summary>
internal static class ChatText
{
    /// <summary>What the Bot API takes.</summary>
    public const int Longest = 4096;

    public static string Of(StoredMessage message, PublicAddress address)
    {
        var link = $"\n\n{address.Of()}{(message.Digest == DigestPart.Summary ? "/messages" : $"/messages#m-{message.Id}")}";
        var lines = MessageLines.Of(address.InText(message.Text)).Select(line => line.Kind == LineKind.Paragraph ? line.Text : $"\n{line.Text}".TrimEnd(' '));
        var text = $"{message.Subject}\n\n{string.Join('\n', lines).Trim('\n')}".TrimEnd('\n');
        return Cut(text, Longest - link.Length) + link;
    }

    private static string Cut(string text, int most)
    {
        if (text.Length <= most) return text;
        // No half of a sign that takes two.
        var end = char.IsHighSurrogate(text[most - 2]) ? most - 2 : most - 1;
        return $"{text[..end]}…";
    }
}
