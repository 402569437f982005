namespace Fairground.Ui;

/// <summary>What a colour means. A tone never stands alone: the component always shows words or a sign beside it.</summary>
public enum Tone
{
    /// <summary>Nothing to say: a plain fact.</summary>
    Neutral,

    /// <summary>Worth knowing, nothing to do.</summary>
    Info,

    /// <summary>Open, lively, the thing to look at (marigold).</summary>
    Warm,

    /// <summary>Paid, proved, safe (teal).</summary>
    Good,

    /// <summary>Refused, closing, at risk (coral).</summary>
    Alarm,

    /// <summary>Over and done: annulled, expired, cancelled.</summary>
    Quiet,
}

/// <summary>How loud a button is. One <see cref="Primary"/> a screen.</summary>
public enum ButtonTone
{
    /// <summary>The one thing this screen is for.</summary>
    Primary,

    /// <summary>Everything else.</summary>
    Quiet,

    /// <summary>Takes something away and cannot be undone.</summary>
    Danger,
}

/// <summary>Where the proof of a draw stands.</summary>
public enum ProofState
{
    /// <summary>The draw is still to come; what it is bound to is already published.</summary>
    Waiting,

    /// <summary>The proof was checked and holds.</summary>
    Proved,

    /// <summary>The proof is published for everyone to check.</summary>
    CheckYourself,
}

internal static class ToneNames
{
    public static string Css(this Tone tone) => tone switch
    {
        Tone.Info => "tone-info",
        Tone.Warm => "tone-warm",
        Tone.Good => "tone-good",
        Tone.Alarm => "tone-alarm",
        Tone.Quiet => "tone-quiet",
        _ => "tone-neutral",
    };

    public static string Css(this ButtonTone tone) => tone switch
    {
        ButtonTone.Primary => "button-primary",
        ButtonTone.Danger => "button-danger",
        _ => "button-quiet",
    };

    // Each tone has its own sign, so that nobody has to tell them apart by colour.
    public static string Icon(this Tone tone) => tone switch
    {
        Tone.Info => "info",
        Tone.Warm => "spark",
        Tone.Good => "check",
        Tone.Alarm => "alert",
        Tone.Quiet => "minus",
        _ => "dot",
    };
}
