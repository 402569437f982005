namespace Fairground.Kernel.Http;

/// <summary>The declaration, as endpoint metadata, that this call has a ceiling of its own for each address that calls, in place of the one for people.</summary>
/// <param name="Name">Calls with the same name share the ceiling.</param>
/// <param name="Burst">How many may come at once.</param>
/// <param name="PerSecond">How many a second may come for long.</param>
public sealed record RateRule(string Name, int Burst, int PerSecond);
