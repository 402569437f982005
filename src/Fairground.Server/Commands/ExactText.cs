using System.Text;

namespace Fairground.Server.Commands;

/// <summary>
/// Reads a published file as its bytes stand: UTF-8 and nothing else, no byte order mark taken off, lines parted by LF alone. What was hashed must not
/// be tidied first; a list that somebody saved with other line ends is another list.
/// </summary>
internal static class ExactText
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The whole text.</summary>
    /// <exception cref="DecoderFallbackException">It is not UTF-8.</exception>
    public static async Task<string> Read(string path, CancellationToken ct) => Utf8.GetString(await File.ReadAllBytesAsync(path, ct));

    /// <summary>The lines, without the LF at the end of each; the last may lack it.</summary>
    /// <exception cref="DecoderFallbackException">It is not UTF-8.</exception>
    public static IEnumerable<string> Lines(string path)
    {
        using var reader = new StreamReader(path, Utf8, detectEncodingFromByteOrderMarks: false, bufferSize: 1 << 16);
        var (buffer, line) = (new char[1 << 14], new StringBuilder());
        for (var read = reader.Read(buffer); read > 0; read = reader.Read(buffer))
        {
            var from = 0;
            for (var end = Array.IndexOf(buffer, '\n', 0, read); end >= 0; end = Array.IndexOf(buffer, '\n', from, read - from))
            {
                line.Append(buffer, from, end - from);
                yield return line.ToString();
                line.Clear();
                from = end + 1;
                if (from == read) break;
            }
            line.Append(buffer, from, read - from);
        }
        if (line.Length > 0) yield return line.ToString();
    }
}
