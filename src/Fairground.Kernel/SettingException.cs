namespace Fairground.Kernel;

/// <summary>A setting that the server cannot start with. The message is for the operator: it names the setting, says what is wrong and never repeats a secret.</summary>
public sealed class SettingException(string message) : InvalidOperationException(message);
