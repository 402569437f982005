using System.Collections.Concurrent;

namespace Fairground.Sandbox;

/// <summary>What goes wrong, on demand. Each is off until it is asked for.</summary>
public sealed class Faults
{
    private readonly ConcurrentDictionary<string, int> lose = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Hold> holds = new(StringComparer.Ordinal);

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

    /// <summary>Keys of requests are forgotten at once, as companies forget them after hours: what is asked again is done again.</summary>
    public bool ForgetKeys { get; set; }

    /// <summary>The merchant may do nothing: Stripe does not know its key, PayPal its rights.</summary>
    public bool NoRights { get; set; }

    /// <summary>The merchant may not search what it took: Stripe and PayPal say no to that.</summary>
    public bool NoSearch { get; set; }

    /// <summary>ePay takes the money from a kept card and answers that it could not reach the card system (1267).</summary>
    public bool Unclear { get; set; }

    /// <summary>How often each notice is sent.</summary>
    public int Copies { get; set; } = 1;

    /// <summary>Notices wait this long before they are sent.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Notices are kept until they are delivered by hand, in any order.</summary>
    public bool HoldNotices { get; set; }

    /// <summary>The next calls of this kind (<c>start</c>, <c>read</c>, <c>capture</c>, <c>charge</c>, <c>refund</c>) are carried out, and their answers are lost.</summary>
    public void LoseAnswer(string call, int times = 1) => lose[call] = times;

    /// <summary>The next calls of this kind never arrive.</summary>
    public void LoseCall(string call, int times = 1) => lose[$"call {call}"] = times;

    /// <summary>The next call of this kind is carried out, and its answer waits until it is let go: in between a merchant's server can be killed.</summary>
    /// <returns>Ends when the call has been carried out; what it gives lets the answer go.</returns>
    public Task<Action> HoldAnswer(string call)
    {
        var hold = new Hold(new TaskCompletionSource<Action>(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        holds[call] = hold;
        return hold.CarriedOut.Task;
    }

    internal bool IsHeld(string call) => holds.ContainsKey(call);

    internal async Task WaitWhereHeld(string call)
    {
        if (!holds.TryRemove(call, out var hold)) return;
        hold.CarriedOut.SetResult(() => hold.LetGo.TrySetResult());
        await hold.LetGo.Task;
    }

    internal bool TakeLoss(string call)
    {
        while (lose.TryGetValue(call, out var left) && left > 0)
        {
            if (lose.TryUpdate(call, left - 1, left)) return true;
        }
        return false;
    }

    private sealed record Hold(TaskCompletionSource<Action> CarriedOut, TaskCompletionSource LetGo);
}
