"""Carries ledger entries, mail and evidence; the only room that opens a socket."""
