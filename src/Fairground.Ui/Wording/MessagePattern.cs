using System.Text;
using Fairground.Kernel.Languages;

namespace Fairground.Ui.Wording;

/// <summary>
/// A text with placeholders in the part of ICU MessageFormat that messages need: <c>{name}</c>, <c>{name, plural, one {# day} other {# days}}</c> with the
/// categories of CLDR and <c>=1</c> for a number itself, and <c>{name, select, yes {…} other {…}}</c>. Choices may stand inside choices.
/// </summary>
public sealed class MessagePattern
{
    private const char NumberSign = '#';

    private readonly IReadOnlyList<Part> parts;

    private MessagePattern(IReadOnlyList<Part> parts) => this.parts = parts;

    /// <summary>The placeholders, each once.</summary>
    public IReadOnlySet<string> Placeholders => new HashSet<string>(Names(), StringComparer.Ordinal);

    /// <summary>The placeholders that are written as they are.</summary>
    public IEnumerable<string> Values => Walk().OfType<Value>().Select(v => v.Name);

    /// <summary>The placeholders that choose between words: by their number, or by what they say.</summary>
    public IEnumerable<(string Name, bool ByNumber)> Choices => Walk().OfType<Choice>().Select(c => (c.Name, c.ByNumber));

    /// <summary>The plural categories that its choices by number name, in the order of writing; <c>=1</c> and its like are left out.</summary>
    public IEnumerable<IReadOnlyList<string>> PluralCategories => Walk().OfType<Choice>().Where(c => c.ByNumber).Select(c => (IReadOnlyList<string>)[.. c.Cases.Keys.Where(k => k[0] != '=')]);

    /// <summary>Reads a text. Throws <see cref="FormatException"/>, which says where it cannot be read.</summary>
    public static MessagePattern Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var reader = new Reader(text);
        return reader.ReadAll();
    }

    /// <summary>The plural categories of a language, in the order of <see cref="PluralForms"/>.</summary>
    public static IReadOnlyList<string> CategoriesOf(Language language) => PluralForms.In(language) switch { 3 => ["one", "few", "many"], 2 => ["one", "other"], _ => ["other"] };

    internal void Write(StringBuilder into, IReadOnlyDictionary<string, object> values, ValueWords words) => Write(into, values, words, null);

    private void Write(StringBuilder into, IReadOnlyDictionary<string, object> values, ValueWords words, long? number)
    {
        foreach (var part in parts)
        {
            switch (part)
            {
                case Literal literal:
                    into.Append(literal.Text);
                    break;
                case Number:
                    into.Append(words.Of(number!.Value));
                    break;
                case Value value:
                    into.Append(words.Of(values[value.Name]));
                    break;
                case Choice { ByNumber: true } choice:
                    var count = Whole(values[choice.Name]);
                    choice.Of(count, words.Language).Write(into, values, words, count);
                    break;
                case Choice choice:
                    choice.Of(values[choice.Name] is bool said ? said ? "yes" : "no" : (string)values[choice.Name]).Write(into, values, words, number);
                    break;
            }
        }
    }

    private static long Whole(object value) => value is int small ? small : (long)value;

    private IEnumerable<string> Names() => Walk().Select(p => p switch { Value v => v.Name, Choice c => c.Name, _ => null }).OfType<string>();

    private IEnumerable<Part> Walk() => parts.SelectMany(p => p is Choice choice ? choice.Cases.Values.SelectMany(c => c.Walk()).Prepend(p) : [p]);

    private abstract record Part;

    private sealed record Literal(string Text) : Part;

    private sealed record Number : Part;

    private sealed record Value(string Name) : Part;

    private sealed record Choice(string Name, bool ByNumber, IReadOnlyDictionary<string, MessagePattern> Cases) : Part
    {
        public MessagePattern Of(string key) => Cases.GetValueOrDefault(key) ?? Cases["other"];

        public MessagePattern Of(long count, Language language) =>
            Cases.GetValueOrDefault($"={count}") ?? Cases.GetValueOrDefault(CategoriesOf(language)[PluralForms.Of(language, count)]) ?? Cases.GetValueOrDefault("other") ?? Cases.Values.Last();
    }

    private sealed class Reader(string text)
    {
        private int at;

        public MessagePattern ReadAll()
        {
            var all = Read(counting: false);
            return at == text.Length ? all : throw Wrong("a bracket that opens nowhere");
        }

        private MessagePattern Read(bool counting)
        {
            var (found, literal) = (new List<Part>(), new StringBuilder());
            void Flush()
            {
                if (literal.Length > 0) found.Add(new Literal(literal.ToString()));
                literal.Clear();
            }
            for (; at < text.Length && text[at] != '}'; at++)
            {
                if (text[at] != '{' && !(counting && text[at] == NumberSign))
                {
                    literal.Append(text[at]);
                    continue;
                }
                Flush();
                found.Add(text[at] == NumberSign ? new Number() : Placeholder(counting));
            }
            Flush();
            return new MessagePattern(found);
        }

        // Stands on the opening bracket, and ends on the closing one.
        private Part Placeholder(bool counting)
        {
            at++;
            var name = Word();
            if (name.Length == 0 || !name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_')) throw Wrong("a name of small letters, digits and _ is needed");
            if (Peek() == '}') return new Value(name);
            Take(',');
            var kind = Word();
            if (kind is not ("plural" or "select")) throw Wrong("plural or select is needed");
            Take(',');
            var cases = new Dictionary<string, MessagePattern>(StringComparer.Ordinal);
            while (Peek() != '}')
            {
                var key = Word();
                Take('{');
                if (key.Length == 0 || !cases.TryAdd(key, Read(counting || kind == "plural"))) throw Wrong("each case has a name of its own");
                Take('}');
            }
            if (cases.Count == 0 || (kind == "select" && !cases.ContainsKey("other"))) throw Wrong("a case called other is needed");
            return new Choice(name, kind == "plural", cases);
        }

        private string Word()
        {
            SkipBlanks();
            var from = at;
            while (at < text.Length && text[at] is not ('{' or '}' or ',') && !char.IsWhiteSpace(text[at])) at++;
            return text[from..at];
        }

        private char Peek()
        {
            SkipBlanks();
            return at < text.Length ? text[at] : throw Wrong("a closing bracket is missing");
        }

        private void Take(char expected)
        {
            if (Peek() != expected) throw Wrong($"{expected} is needed");
            at++;
        }

        private void SkipBlanks()
        {
            while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
        }

        private FormatException Wrong(string why) => new($"At character {at + 1}: {why}.");
    }
}
