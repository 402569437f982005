using System.CommandLine;

namespace Fairground.Server.Commands;

internal static class VerifyCommand
{
    public static Command Create() => new("verify", "Check a draw's bundle offline.");
}
