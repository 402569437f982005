using Fairground.Kernel;
using Microsoft.Extensions.Configuration;

namespace Fairground.Protection.SetLimits;

/// <summary>The currency that pages speak of first: <c>FAIRGROUND_CURRENCY</c>, KZT where it is not set.</summary>
internal sealed record HomeCurrency(Currency Currency)
{
    public string Code => Currency.Code;

    public static HomeCurrency From(IConfiguration configuration) =>
        new(Currency.TryParse(configuration["FAIRGROUND_CURRENCY"] is { Length: > 0 } code ? code : "KZT", out var currency) ? currency : Currency.Of("KZT"));
}
