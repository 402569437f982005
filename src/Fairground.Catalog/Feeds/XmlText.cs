namespace Fairground.Catalog.Feeds;

/// <summary>
/// The text of an XML feed as the parser gets it: without the blank lines that some writers put before the declaration, and never more
/// for one record than was agreed. The parser takes it without waiting for each piece: what it takes was read ahead.
/// </summary>
internal sealed class XmlText(TextReader inner) : TextReader
{
    // No real goods are longer.
    private const int LongestRecord = 16 * 1024 * 1024;

    private const int Room = 128 * 1024;

    private readonly char[] ahead = new char[Room];
    private int start;
    private int end;
    private bool finished;
    private bool begun;
    private int left = LongestRecord;

    /// <summary>Blank lines left out at the beginning.</summary>
    public long LinesBefore { get; private set; }

    /// <summary>A new record begins: it may be as long as any.</summary>
    public void Renew() => left = LongestRecord;

    /// <summary>Reads on until there is enough for any usual record.</summary>
    public async ValueTask ReadAhead(CancellationToken ct)
    {
        if (finished || end - start >= Room / 2) return;
        Gather();
        while (!finished && end < Room) Take(await inner.ReadAsync(ahead.AsMemory(end), ct));
    }

    public override int Read(char[] buffer, int index, int count)
    {
        if (!begun) Begin();
        // Only a record that is longer than all that was read ahead comes here and waits.
        if (start == end && !finished) Refill();
        var some = Math.Min(count, end - start);
        ahead.AsSpan(start, some).CopyTo(buffer.AsSpan(index));
        start += some;
        left -= some;
        return left >= 0 ? some : throw new InvalidDataException(Fill(Key("One record is longer than {0} characters."), LongestRecord));
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }

    private void Begin()
    {
        while (true)
        {
            if (start == end && !finished) Refill();
            if (start == end || !(char.IsWhiteSpace(ahead[start]) || ahead[start] == '\ufeff')) break;
            if (ahead[start++] == '\n') LinesBefore++;
        }
        begun = true;
    }

    private void Refill()
    {
        Gather();
        Take(inner.ReadAsync(ahead.AsMemory(end)).AsTask().GetAwaiter().GetResult());
    }

    private void Gather()
    {
        ahead.AsSpan(start, end - start).CopyTo(ahead);
        (start, end) = (0, end - start);
    }

    private void Take(int read)
    {
        end += read;
        finished = read == 0;
    }
}
