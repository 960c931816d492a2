"""Programs for developers: set-up, limits."""
