"""The one table of limits for foreign pictures; parent and worker read it."""

LONGEST_SIDE = 1600
"""Pixels of a prepared picture; enough for half a printed page at 300 dpi."""

MOST_PIXELS = 100_000_000
"""A picture that claims more is not decoded; phones make up to 50 million."""

MOST_INPUT_BYTES = 64 * 1024 * 1024
MOST_ANSWER_BYTES = 8 * 1024 * 1024
"""A picture of 1600 pixels at this quality stays far below."""

MEMORY_BYTES = 2 * 1024 * 1024 * 1024
"""Address space of the worker: 100 million pixels three times over, and the libraries."""

CPU_S = 15
WALL_S = 20
"""Seconds after which the worker is killed, whatever it does."""

QUALITY = 88
