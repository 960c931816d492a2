"""ilocdoc: incident reports kept offline, sealed, carried to headquarters."""

__version__ = "0.1.0"
