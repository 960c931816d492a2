"""Carries ledger entries and evidence to headquarters."""
