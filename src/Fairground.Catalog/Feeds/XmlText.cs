namespace Fairground.Catalog.Feeds;

/// <summary>
/// The text of an XML feed as the parser gets it: without the blank lines that some writers put before the declaration, and never more
/// for one record than was agreed.
/// </summary>
internal sealed class XmlText(TextReader inner) : TextReader
{
    // No real goods are longer.
    private const int LongestRecord = 16 * 1024 * 1024;

    private bool begun;
    private int left = LongestRecord;

    /// <summary>Blank lines left out at the beginning.</summary>
    public long LinesBefore { get; private set; }

    /// <summary>A new record begins: it may be as long as any.</summary>
    public void Renew() => left = LongestRecord;

    public override async Task<int> ReadAsync(char[] buffer, int index, int count)
    {
        var read = begun ? await inner.ReadAsync(buffer, index, count) : await Begin(buffer, index, count);
        return Spend(read);
    }

    public override int Read(char[] buffer, int index, int count) => throw new NotSupportedException("Feeds are read asynchronously.");

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }

    private async Task<int> Begin(char[] buffer, int index, int count)
    {
        while (true)
        {
            var read = await inner.ReadAsync(buffer, index, count);
            if (read == 0) return 0;
            var blank = 0;
            while (blank < read && (char.IsWhiteSpace(buffer[index + blank]) || buffer[index + blank] == '\ufeff'))
            {
                if (buffer[index + blank] == '\n') LinesBefore++;
                blank++;
            }
            if (blank == read) continue;
            begun = true;
            Array.Copy(buffer, index + blank, buffer, index, read - blank);
            return read - blank;
        }
    }

    private int Spend(int read)
    {
        left -= read;
        return left >= 0 ? read : throw new InvalidDataException(Fill(Key("One record is longer than {0} characters."), LongestRecord));
    }
}
