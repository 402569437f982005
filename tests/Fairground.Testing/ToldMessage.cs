using System.Reflection;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Languages;
using Fairground.Ui.Wording;

namespace Fairground.Testing;

/// <summary>A message that a module sent, in the English words of its template. Making one fails where a placeholder is left empty or is none of the template's.</summary>
public sealed record ToldMessage(Message Sent, string Subject, string Text)
{
    public string To => Sent.To;

    public ContactChannel Channel => Sent.Channel;

    public Guid? UserId => Sent.UserId;

    public string? Code => Sent.Code;

    /// <param name="message">What was sent.</param>
    /// <param name="module">The assembly whose template it names.</param>
    public static ToldMessage Of(Message message, Assembly module)
    {
        ArgumentNullException.ThrowIfNull(message);
        var written = MessageTemplates.Of(module).All[message.Words.Template].Write(message.Words.Values, Language.English, TimeZoneInfo.Utc);
        return new ToldMessage(message, written.Subject, written.Text);
    }
}
