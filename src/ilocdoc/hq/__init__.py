"""Headquarters: receive, store, register, publish."""
