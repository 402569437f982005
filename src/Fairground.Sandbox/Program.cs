using Fairground.Sandbox;

// fairground-sandbox [address of the market] [own address]: plays Stripe, PayPal and Halyk ePay towards a market on this machine.
var market = new Uri(args.Length > 0 ? args[0] : "http://localhost:5080");
await using var sandbox = await SandboxServer.Start(args.Length > 1 ? args[1] : "http://localhost:5090");
sandbox.Notices.Send(market);
Console.WriteLine($"Plays payment companies at {sandbox.Address} for the market at {market}. Start the market with:");
foreach (var (name, value) in SandboxServer.Settings(sandbox.Address)) Console.WriteLine($"  {name}={value}");
await sandbox.Stopped;
