using Fairground.Sandbox;

if (!TryAddress(0, "http://localhost:5080", out var market) || !TryAddress(1, "http://localhost:5090", out var own))
{
    Console.Error.WriteLine("Usage: fairground-sandbox [ADDRESS OF THE MARKET] [OWN ADDRESS]");
    Console.Error.WriteLine("Plays Stripe, PayPal and Halyk ePay towards a market on this machine. Left out, the market is at http://localhost:5080 and the sandbox at http://localhost:5090.");
    return args is ["--help" or "-h" or "-?"] ? 0 : 1;
}
await using var sandbox = await SandboxServer.Start(own.ToString());
sandbox.Notices.Send(market);
Console.WriteLine($"Plays payment companies at {sandbox.Address} for the market at {market}. What shall go wrong is said at {new Uri(sandbox.Address, "/faults")}. Start the market with:");
foreach (var (name, value) in SandboxServer.Settings(sandbox.Address)) Console.WriteLine($"  {name}={value}");
await sandbox.Stopped;
return 0;

bool TryAddress(int place, string otherwise, out Uri address) =>
    Uri.TryCreate(args.Length > place ? args[place] : otherwise, UriKind.Absolute, out address!) && address.Scheme is "http" or "https";
