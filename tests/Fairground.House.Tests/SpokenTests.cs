using System.Reflection;
using System.Reflection.Emit;
using System.Text.RegularExpressions;
using Fairground.Kernel.Languages;
using Fairground.Server.Hosting;
using Fairground.Ui;
using Microsoft.AspNetCore.Components;
using Xunit;

namespace Fairground.House.Tests;

/// <summary>
/// Nothing that a page says is English alone. What the compiler made of the pages is read, not their text: a text between tags, an attribute, a half of a condition and a piece of an
/// interpolated text are all constants there, and each must be handed to <see cref="Words"/> or be no words at all.
/// </summary>
public sealed partial class SpokenTests
{
    // Names, signs and examples that are the same in every language.
    private static readonly HashSet<string> SaidAlike = new(StringComparer.Ordinal)
    {
        "PDF", "JSON", "PostgreSQL", "SQLite", "WooCommerce", "Shopify", "UTC", "utf-8", "xxxx-xxxx-xxxx-xxxx", "person.block", "Host=…;Database=…;Username=…;Password=…",
    };

    // Words of the command line, of messages and of dates, which are written elsewhere or are no words.
    private static readonly string[] NotOfPages = ["ServeWords", "ValueWords", "TemplateWords", "TimeWords", "Words"];

    private static readonly HashSet<string> SpokenAttributes = new(StringComparer.OrdinalIgnoreCase)
    {
        "title", "text", "label", "lead", "backtext", "actiontext", "hint", "caption", "eyebrow", "placeholder", "aria-label", "data-label", "alt", "sentence", "note", "donetext",
    };

    private static readonly HashSet<string> CssClasses = [.. Repository.FilesEndingIn(".css").SelectMany(file => CssClass().Matches(Repository.Read(file)).Select(found => found.Groups[1].Value)), "text-break", "break", "off", "failed", "verdict", "verdict-good"];

    private static readonly OpCode[] Codes = [.. typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (OpCode)field.GetValue(null)!)];
    private static readonly Dictionary<int, OpCode> CodeOf = Codes.ToDictionary(code => code.Value & 0xffff);

    [Fact]
    public void No_page_says_a_text_in_English_alone()
    {
        var said = WordsTests.Said().SelectMany(pair => pair.Key.Split('\u0004').Append(pair.Value ?? "")).ToHashSet(StringComparer.Ordinal);
        None.Of(Pages().SelectMany(type => Methods(type).SelectMany(method => Bare(Instructions(method), said).Select(text => $"{Component(type).Name}: «{text}»"))).Distinct());
    }

    [Theory]
    [InlineData("<p class=\"small\">Nothing is <b>here</b></p>", "Nothing is here")]
    [InlineData("<input type=\"text\" aria-label=\"Search\" />", "Search")]
    [InlineData("<span aria-hidden=\"true\">·</span>", "")]
    public void Words_are_found_in_markup(string markup, string words) => Assert.Equal(words, string.Join(' ', WordsIn(markup)));

    private static IEnumerable<string> Bare(List<(OpCode Code, object? What)> steps, HashSet<string> said)
    {
        for (var i = 0; i < steps.Count; i++)
        {
            if (steps[i] is not { What: string text } || SaidAlike.Contains(text.Trim()) || IsSign(text)) continue;
            var next = i + 1 < steps.Count ? steps[i + 1].What as MethodBase : null;
            var shown = next?.Name switch
            {
                "AddContent" or "AddMarkupContent" => string.Join(' ', WordsIn(text)),
                "AddAttribute" or "AddComponentParameter" when i > 0 && steps[i - 1].What is string name && SpokenAttributes.Contains(name) && Word().IsMatch(text) => text,
                "TypeCheck" when IsSpoken(steps, i) && Word().IsMatch(text) => text,
                "AddAttribute" => "",
                _ when next?.DeclaringType?.IsAssignableTo(typeof(Exception)) == true => "",
                _ => said.Contains(text) || !IsSentence(text) ? "" : text,
            };
            if (shown.Length > 0 && !SaidAlike.Contains(shown) && !IsSign(shown)) yield return shown;
        }
    }

    // An address, a name within the program, a command, a policy.
    private static bool IsSign(string text) => (!text.Contains(' ', StringComparison.Ordinal) && text.AsSpan().IndexOfAny("/@_") >= 0) || text.Contains("fairground verify", StringComparison.Ordinal) || text.Contains("-src ", StringComparison.Ordinal);

    // The name of a component's parameter stands before its value, however that is chosen.
    private static bool IsSpoken(List<(OpCode Code, object? What)> steps, int at)
    {
        for (var i = at - 1; i >= 0; i--)
        {
            if (steps[i].What is MethodBase { Name: "AddComponentParameter" or "OpenComponent" or "AddAttribute" }) return steps.Take(at).Skip(i + 1).Any(step => step.What is string name && SpokenAttributes.Contains(name));
        }
        return false;
    }

    // Words beside a space; addresses, names of things in the program and lists of CSS classes are none.
    private static bool IsSentence(string text) =>
        BesideSpace().IsMatch(text) && !text.StartsWith('/') && !text.Contains('<', StringComparison.Ordinal) && !text.Split(' ', StringSplitOptions.RemoveEmptyEntries).All(CssClasses.Contains);

    private static IEnumerable<string> WordsIn(string markup)
    {
        foreach (Match attribute in SpokenAttribute().Matches(markup))
        {
            if (Word().IsMatch(attribute.Groups[1].Value)) yield return attribute.Groups[1].Value;
        }
        var text = Spaces().Replace(Tag().Replace(markup, " "), " ").Trim();
        if (Word().IsMatch(text)) yield return text;
    }

    private static IEnumerable<Type> Pages() => Market.Modules.Select(module => module.GetType().Assembly).Append(typeof(UiOptions).Assembly).Append(typeof(Market).Assembly).Distinct()
        .SelectMany(room => room.GetTypes()).Where(type => Component(type) is var outer && (outer.IsAssignableTo(typeof(IComponent)) || outer.Name.EndsWith("Words", StringComparison.Ordinal)) && !NotOfPages.Contains(outer.Name));

    private static Type Component(Type type) => type.DeclaringType is { } outer ? Component(outer) : type;

    private static IEnumerable<MethodBase> Methods(Type type) => type.ContainsGenericParameters ? [] :
        type.GetMembers(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly).OfType<MethodBase>().Where(method => method.Name != "PrintMembers" && method.GetMethodBody() is not null);

    // Texts and calls, in order; all else only keeps its place.
    private static List<(OpCode Code, object? What)> Instructions(MethodBase method)
    {
        var (code, steps) = (method.GetMethodBody()!.GetILAsByteArray()!, new List<(OpCode, object?)>());
        for (var at = 0; at < code.Length;)
        {
            var op = code[at] == 0xfe ? CodeOf[(0xfe << 8) | code[at + 1]] : CodeOf[code[at]];
            at += op.Size;
            object? what = op.OperandType switch
            {
                OperandType.InlineString => method.Module.ResolveString(BitConverter.ToInt32(code, at)),
                OperandType.InlineMethod => Called(method, BitConverter.ToInt32(code, at)),
                _ => null,
            };
            at += op.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
                _ => 4,
            };
            if (op != OpCodes.Nop) steps.Add((op, what));
        }
        return steps;
    }

    private static MethodBase? Called(MethodBase from, int token)
    {
        var types = from.DeclaringType is { IsGenericType: true } generic ? generic.GetGenericArguments() : null;
        return from.Module.ResolveMethod(token, types, from is MethodInfo { IsGenericMethod: true } method ? method.GetGenericArguments() : null);
    }

    [GeneratedRegex(@"\p{L}{2,}")]
    private static partial Regex Word();

    [GeneratedRegex(@"(?:^|\s)[A-Za-z][a-z]+[,.;:]?\s|\s[A-Za-z][a-z]+[,.;:]?(?:\s|$)")]
    private static partial Regex BesideSpace();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex("""(?:aria-label|title|placeholder|alt|data-label)="([^"]*)""")]
    private static partial Regex SpokenAttribute();

    [GeneratedRegex(@"\.([a-z][\w-]*)")]
    private static partial Regex CssClass();
}
