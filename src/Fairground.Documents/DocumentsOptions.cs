using System.Globalization;
using Fairground.Kernel;
using Microsoft.Extensions.Configuration;

namespace Fairground.Documents;

/// <summary>Settings of the module.</summary>
/// <param name="Settle"><c>FAIRGROUND_DOCUMENTS_AFTER_SECONDS</c>: a document is issued this long after its transfer, 15 unless set; by then every transfer that was on its way can be read.</param>
internal sealed record DocumentsOptions(TimeSpan Settle)
{
    public static DocumentsOptions From(IConfiguration configuration)
    {
        if (configuration["FAIRGROUND_DOCUMENTS_AFTER_SECONDS"] is not { Length: > 0 } text) return new DocumentsOptions(TimeSpan.FromSeconds(15));
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= 3600
            ? new DocumentsOptions(TimeSpan.FromSeconds(seconds))
            : throw new SettingException("FAIRGROUND_DOCUMENTS_AFTER_SECONDS is a number of seconds from 0 to 3600.");
    }
}
