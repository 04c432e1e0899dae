using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Components.Server.ProtectedBrowserStorage;
using Microsoft.JSInterop;

namespace CryptoAspire.Dashboard.Steering;

/// <summary>
/// What somebody at one browser may do: nothing, until the API knows the key that was entered. The key is kept in this circuit and, encrypted with
/// a key that only the dashboard has, in the tab's session storage, so that it is entered once a tab; never in an address or a log.
/// </summary>
public sealed class SteeringSession(SteeringClient api, ProtectedSessionStorage storage)
{
    private const string Purpose = "steering", Name = "cryptoaspire.key";

    private string? _key;
    private bool _restored;

    /// <summary>Whether the API has taken the key.</summary>
    public bool Unlocked => _key is not null;

    /// <summary>Raised when <see cref="Unlocked"/> changes.</summary>
    public event Action? Changed;

    /// <summary>Takes up the key that was entered on another page of this tab. Only in a circuit: it asks the browser.</summary>
    public async Task RestoreAsync()
    {
        if (_restored)
            return;
        _restored = true;
        try
        {
            if (await storage.GetAsync<string>(Purpose, Name) is { Success: true, Value: { Length: > 0 } key })
                Set(key);
        }
        catch (Exception failure) when (failure is CryptographicException or JsonException)
        {
            await storage.DeleteAsync(Name); // another dashboard's, or one's of before a restart: it is entered again
        }
        catch (Exception failure) when (failure is JSException or JSDisconnectedException or OperationCanceledException)
        {
            // A browser without session storage, or one that has left: it is entered on every page.
        }
    }

    /// <summary>Keeps a key if the API knows it.</summary>
    /// <returns>Why not; null when it does.</returns>
    public async Task<string?> UnlockAsync(string key, CancellationToken cancel)
    {
        if (string.IsNullOrWhiteSpace(key))
            return "Enter the API key. The first start makes one up and keeps it as api-key in secrets.json of the data directory; a deployment has it as Api__Key.";
        if (await api.TryAsync(key.Trim(), cancel) is { Done: false } answer)
            return answer.Problem;
        Set(key.Trim());
        await StoreAsync(async () => await storage.SetAsync(Purpose, Name, key.Trim()));
        return null;
    }

    /// <summary>Forgets the key.</summary>
    public async Task LockAsync()
    {
        Set(null);
        await StoreAsync(async () => await storage.DeleteAsync(Name));
    }

    /// <summary>Sends an order with the key; one that the API does not know any more is forgotten.</summary>
    /// <inheritdoc cref="SteeringClient.SendAsync"/>
    public async Task<SteeringAnswer> SendAsync(HttpMethod method, string path, object? body, CancellationToken cancel)
    {
        if (_key is null)
            return SteeringAnswer.Refused("Enter the API key first.", keyRefused: true);
        var answer = await api.SendAsync(_key, method, path, body, cancel);
        if (answer.KeyRefused)
            await LockAsync();
        return answer;
    }

    private static async Task StoreAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception failure) when (failure is JSException or JSDisconnectedException or OperationCanceledException)
        {
            // A browser without session storage: the key lasts for the page.
        }
    }

    private void Set(string? key)
    {
        _key = key;
        Changed?.Invoke();
    }
}
