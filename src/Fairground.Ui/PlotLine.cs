namespace Fairground.Ui;

/// <summary>One line of a <c>Plot</c>.</summary>
/// <param name="Label">What it shows.</param>
/// <param name="Tone">Its colour; lines differ in dashes too.</param>
/// <param name="Values">One for each place along the bottom; null leaves a gap.</param>
public sealed record PlotLine(string Label, Tone Tone, IReadOnlyList<long?> Values);
