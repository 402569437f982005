using System.Runtime.CompilerServices;
using System.Text;

namespace Fairground.Catalog.Feeds;

/// <summary>The text of one object of a JSON feed.</summary>
/// <param name="Line">Line it begins at, from 1.</param>
/// <param name="Column">Column it begins at, from 1.</param>
internal sealed record JsonItem(long Line, long Column, string Text);

/// <summary>
/// Cuts a JSON text of any length into its goods without holding more than one: an array, an object with an array under a known name,
/// or objects one after another (NDJSON). What is inside an object is for a strict parser to judge.
/// </summary>
internal sealed class JsonItems(TextReader text)
{
    private const int LongestItem = 4 * 1024 * 1024;

    private static readonly HashSet<string> ListNames = new(StringComparer.OrdinalIgnoreCase) { "items", "products", "goods", "offers", "data", "results" };

    private readonly StringBuilder item = new();
    private readonly StringBuilder word = new();
    private readonly Stack<char> open = new();
    private bool inString;
    private bool escaped;
    private string lastWord = "";
    // The depth that goods stand in: 0 one after another, 1 in an array, 2 in an array of an object; below 0 behind such an array.
    private int home;
    private bool afterItem;
    private long line = 1;
    private long column;
    private (long Line, long Column) start;

    /// <summary>What ended the reading before the end, or null.</summary>
    public FeedFault? Fault { get; private set; }

    /// <summary>The goods whose end was not found, where that ended the reading; else null.</summary>
    public JsonItem? Unfinished { get; private set; }

    public async IAsyncEnumerable<JsonItem> Read([EnumeratorCancellation] CancellationToken ct)
    {
        var buffer = new char[32 * 1024];
        int count;
        while ((count = await text.ReadAsync(buffer.AsMemory(), ct)) > 0)
        {
            for (var i = 0; i < count; i++)
            {
                if (buffer[i] == '\n') (line, column) = (line + 1, 0);
                else column++;
                if (Take(buffer[i]) && Fault is null)
                {
                    yield return new JsonItem(start.Line, start.Column, item.ToString());
                    item.Clear();
                }
                if (Fault is not null) yield break;
            }
        }
        if (open.Count > 0 || inString) FailUnfinished(Key("The text ends in the middle."));
    }

    // True where an object of goods ends with this character.
    private bool Take(char c)
    {
        if (inString)
        {
            Keep(c);
            TakeInString(c);
            return false;
        }
        switch (c)
        {
            case '"':
                if (home >= 0 && open.Count == home) Fail(Key("A text stands where goods should."));
                inString = true;
                word.Clear();
                Keep(c);
                return false;
            case '{' or '[':
                Open(c);
                return false;
            case '}' or ']':
                return Close(c);
            case ',' when home > 0 && open.Count == home:
                if (!afterItem) Fail(Key("A comma stands where goods should."));
                afterItem = false;
                return false;
            default:
                if (!char.IsWhiteSpace(c) && c != '\ufeff' && home >= 0 && open.Count == home) Fail(Fill(Key("'{0}' stands where goods should."), c));
                else if (open.Count > home) Keep(c);
                return false;
        }
    }

    private void TakeInString(char c)
    {
        if (escaped) escaped = false;
        else if (c == '\\') escaped = true;
        else if (c == '"')
        {
            inString = false;
            lastWord = word.ToString();
        }
        else if (word.Length < 20) word.Append(c);
    }

    private void Open(char c)
    {
        if (open.Count == 0 && c == '[' && home == 0 && !afterItem) home = 1;
        else if (open.Count == 1 && home == 0 && c == '[' && !afterItem && ListNames.Contains(lastWord))
        {
            // What was taken for goods is the object around them.
            home = 2;
            item.Clear();
        }
        else if (home >= 0 && open.Count == home)
        {
            if (c == '[' || (afterItem && home > 0)) Fail(c == '[' ? Key("A list stands where goods should.") : Key("A comma is missing between goods."));
            start = (line, column);
            Keep(c);
        }
        else Keep(c);
        open.Push(c);
    }

    private bool Close(char c)
    {
        if (open.Count == 0 || open.Pop() != (c == '}' ? '{' : '['))
        {
            Fail(Fill(Key("'{0}' closes what is not open."), c));
            return false;
        }
        if (home > 0 && open.Count == home - 1)
        {
            // The list is over; the rest of the object around it tells nothing of goods.
            home = -1;
            return false;
        }
        Keep(c);
        if (home < 0 || open.Count != home) return false;
        afterItem = true;
        return true;
    }

    private void Keep(char c)
    {
        if (home < 0) return;
        item.Append(c);
        if (item.Length > LongestItem) FailUnfinished(Fill(Key("One object is longer than {0} characters."), LongestItem));
    }

    private void FailUnfinished(string sentence)
    {
        if (Fault is null && item.Length > 0) Unfinished = new JsonItem(start.Line, start.Column, item.ToString());
        Fail(sentence);
    }

    private void Fail(string sentence) => Fault ??= new FeedFault(line, column, Fill(Key("The file is not well-formed JSON: {0}"), sentence));
}
