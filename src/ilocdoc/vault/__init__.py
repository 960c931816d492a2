"""The encrypted store; the only room that knows SQLCipher and keys at rest."""
