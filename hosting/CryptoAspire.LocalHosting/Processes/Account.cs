using System.Globalization;

namespace CryptoAspire.LocalHosting.Processes;

/// <summary>A user of this machine.</summary>
internal sealed record Account(string Name, int UserId, int GroupId)
{
    /// <summary>Looks an account up in /etc/passwd.</summary>
    public static Account? Find(Func<Account, bool> which) => File.Exists("/etc/passwd")
        ? File.ReadLines("/etc/passwd")
            .Select(line => line.Split(':'))
            .Where(f => f.Length >= 4)
            .Select(f => new Account(f[0], int.Parse(f[2], CultureInfo.InvariantCulture), int.Parse(f[3], CultureInfo.InvariantCulture)))
            .FirstOrDefault(which)
        : null;
}
