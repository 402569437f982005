namespace Fairground.Fairness.Bls12381;

/// <summary>A finite field, as far as the points of a curve over it need one.</summary>
internal interface IField<T> where T : struct, IField<T>
{
    static abstract T Zero { get; }

    static abstract T One { get; }

    static abstract T operator +(in T a, in T b);

    static abstract T operator -(in T a, in T b);

    static abstract T operator -(in T a);

    static abstract T operator *(in T a, in T b);

    bool IsZero { get; }

    T Square();

    /// <summary>1/a; 0 for 0.</summary>
    T Inverse();

    /// <summary>A root of a, or null where a is no square.</summary>
    T? SquareRoot();

    /// <summary>The sign of RFC 9380 section 4.1.</summary>
    int Sign { get; }

    bool Is(T other);
}
