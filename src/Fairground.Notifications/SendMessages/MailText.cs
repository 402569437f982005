using System.Text;

namespace Fairground.Notifications.SendMessages;

/// <summary>A message as plain text.</summary>
internal static class MailText
{
    public static string Of(OutgoingMessage message)
    {
        var text = new StringBuilder();
        foreach (var (kind, line) in MessageLines.Of(message.Text))
        {
            if (kind == LineKind.Paragraph) text.Append(line).Append('\n');
            else if (kind == LineKind.Heading) text.Append('\n').Append(line).Append('\n').Append('-', Math.Min(line.Length, 60)).Append('\n');
            else text.Append('\n');
        }
        // A message may be a subject alone.
        if (text.Length > 0) text.Length--;
        if (message.Unsubscribe is { } stop) text.Append("\n\n--\n").Append(stop.Words).Append(": ").Append(stop.Address);
        return text.ToString();
    }
}
