namespace Fairground.Ui;

/// <summary>One step of a <see cref="StepLine"/>.</summary>
/// <param name="Text">Its name.</param>
/// <param name="Detail">When it was or will be, or what it waits for.</param>
public sealed record Step(string Text, string? Detail = null)
{
    /// <summary>A step without detail.</summary>
    public static implicit operator Step(string text) => new(text);

    /// <summary>A step without detail.</summary>
    public static Step FromString(string text) => new(text);
}
