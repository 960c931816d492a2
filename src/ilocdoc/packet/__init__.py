"""The PDF: layout, seal, verify."""
