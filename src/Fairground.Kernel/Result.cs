namespace Fairground.Kernel;

/// <summary>A kind of refusal: a stable code, the HTTP status it becomes, and a sentence a person understands.</summary>
/// <param name="Code">Stable, <c>noun.reason</c>; clients and tests rely on it.</param>
/// <param name="Status">HTTP status: 422 for bad input, 409 for a conflict with the present state, 404, 403, 402, 503.</param>
/// <param name="Sentence">What happened and, where it helps, what to do. Plain words.</param>
/// <param name="IsTransient">True where the same request may succeed later without any change.</param>
public sealed record RefusalKind(string Code, int Status, string Sentence, bool IsTransient = false)
{
    /// <summary>A refusal of this kind.</summary>
    public Refusal With(params (string Name, object? Value)[] details) => new(this, details);

    /// <summary>A refusal of this kind with a sentence made for the case at hand.</summary>
    public Refusal Saying(string sentence, params (string Name, object? Value)[] details) => new(this, details, sentence);

    public static implicit operator Refusal(RefusalKind kind) => new(kind, []);

    public Refusal ToRefusal() => new(this, []);
}

/// <summary>One refusal: its kind and the figures that explain it (the cap, what is left …).</summary>
public sealed record Refusal(RefusalKind Kind, IReadOnlyList<(string Name, object? Value)> Details, string? Said = null)
{
    /// <summary>The stable code.</summary>
    public string Code => Kind.Code;

    /// <summary>The sentence for a person, in the language of whoever it is said to. What was said for the case at hand is in their language already.</summary>
    public string Sentence => Said ?? T[Kind.Sentence];
}

/// <summary>A value or a refusal. Expected outcomes are values; only broken invariants throw.</summary>
public readonly struct Result<T>
{
    private readonly T? value;

    private Result(T? value, Refusal? refusal) => (this.value, Refusal) = (value, refusal);

    /// <summary>Why not, or null.</summary>
    public Refusal? Refusal { get; }

    /// <summary>True where there is a refusal and no value.</summary>
    public bool Refused => Refusal is not null;

    /// <summary>The value; throws where it was refused.</summary>
    public T Value => Refusal is null ? value! : throw new InvalidOperationException($"Refused: {Refusal.Code}");

    public static implicit operator Result<T>(T value) => new(value, null);

    public static implicit operator Result<T>(Refusal refusal) => new(default, refusal);

    public static implicit operator Result<T>(RefusalKind kind) => new(default, kind);

    public static Result<T> Accepted(T value) => new(value, null);

    public static Result<T> Not(Refusal refusal) => new(default, refusal);
}

/// <summary>The refusals that every module shares.</summary>
public static class CommonRefusals
{
    public static readonly RefusalKind InvalidRequest = new("request.invalid", 422, "Some of what was sent cannot be used.");
    public static readonly RefusalKind Malformed = new("request.malformed", 400, "The request could not be read.");
    public static readonly RefusalKind NotSignedIn = new("access.not_signed_in", 401, "Sign in first.");
    public static readonly RefusalKind Forbidden = new("access.forbidden", 403, "Your account may not do this.");
    public static readonly RefusalKind ConfirmIdentity = new("access.confirm_identity", 403, "Confirm first that it is you: this reaches money or the way into your account.");
    public static readonly RefusalKind Held = new("access.held", 403, "This account was recovered a short while ago. For safety this waits for a day; signing in with a passkey or an authenticator ends the wait.");
    public static readonly RefusalKind Acting = new("access.acting", 403, "While acting as somebody an operator buys nothing, pays nothing out, and changes neither keys nor the ways into the account.");
    public static readonly RefusalKind KeyScope = new("access.key_scope", 403, "This key may not do this. Make one with the scope that the call needs, or sign in.");
    public static readonly RefusalKind NotFound = new("request.not_found", 404, "There is nothing at this address.");
    public static readonly RefusalKind KeyMissing = new("idempotency.key_missing", 400, "This call moves money and needs an Idempotency-Key header.");
    public static readonly RefusalKind KeyInvalid = new("idempotency.key_invalid", 400, "An Idempotency-Key is 1 to 255 printable characters.");
    public static readonly RefusalKind KeyReused = new("idempotency.key_reused", 422, "This Idempotency-Key was used for a different request.");
    public static readonly RefusalKind Busy = new("server.busy", 503, "Many people are buying at this moment. Try again in a second.", IsTransient: true);
    public static readonly RefusalKind Unavailable = new("server.unavailable", 503, "The database cannot be reached just now. Try again with the same Idempotency-Key: nothing is charged twice.", IsTransient: true);
    public static readonly RefusalKind TooMany = new("request.too_many", 429, "Too many tries. Wait a little and try again.", IsTransient: true);
    public static readonly RefusalKind CursorInvalid = new("request.cursor_invalid", 422, "This page cursor is not one that we gave.");
}
