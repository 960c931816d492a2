"""Copies of a signed packet for other uses, drawn again from the record inside it."""
