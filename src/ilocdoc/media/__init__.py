"""The isolated decoder: foreign bytes in, safe pictures out."""
