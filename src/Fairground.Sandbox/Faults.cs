using System.Collections.Concurrent;

namespace Fairground.Sandbox;

/// <summary>What goes wrong, on demand. Each is off until it is asked for.</summary>
public sealed class Faults
{
    private readonly ConcurrentDictionary<string, int> lose = new(StringComparer.Ordinal);

    /// <summary>Every call is answered 503.</summary>
    public bool Outage { get; set; }

    /// <summary>Companies say that another amount was taken than was asked for.</summary>
    public bool WrongAmount { get; set; }

    /// <summary>Notices carry a signature that nobody made with the secret.</summary>
    public bool WrongSignature { get; set; }

    /// <summary>Refunds are not taken.</summary>
    public bool RejectRefunds { get; set; }

    /// <summary>Refunds are taken and stay on their way until somebody ends them.</summary>
    public bool SlowRefunds { get; set; }

    /// <summary>How often each notice is sent.</summary>
    public int Copies { get; set; } = 1;

    /// <summary>Notices wait this long before they are sent.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Notices are kept until they are delivered by hand, in any order.</summary>
    public bool HoldNotices { get; set; }

    /// <summary>The next calls of this kind (<c>start</c>, <c>read</c>, <c>capture</c>, <c>refund</c>) are carried out, and their answers are lost.</summary>
    public void LoseAnswer(string call, int times = 1) => lose[call] = times;

    internal bool TakeLoss(string call)
    {
        while (lose.TryGetValue(call, out var left) && left > 0)
        {
            if (lose.TryUpdate(call, left - 1, left)) return true;
        }
        return false;
    }
}
