namespace CryptoAspire.Storage.Migrations;

/// <summary>The database's schema is newer than this build; running against it could damage it.</summary>
public sealed class SchemaTooNewException(int found, int known)
    : Exception($"The database has schema version {found}, this build knows {known}. Run the newer build, or give it another database.");
