"""Tail alarm: fail when any file, function or class passes the house's limits.

Medians of good and bad code hardly differ; maxima do.
"""

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILE_LINES, FUNCTION_LINES, CLASS_LINES, CLASS_METHODS = 400, 60, 250, 20
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def faults_of(source: str, *, name: str) -> list[str]:
    """Return every limit that a module passes, in words."""
    faults = []
    lines = source.count("\n")
    if lines > FILE_LINES:
        faults.append(f"{name}: {lines} lines, limit {FILE_LINES}")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            faults += _node_faults(node, name=name)
    return faults


def _node_faults(
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, *, name: str
) -> list[str]:
    size = (node.end_lineno or node.lineno) - node.lineno + 1
    where = f"{name}:{node.lineno} {node.name}"
    if isinstance(node, FUNCTIONS):
        return [f"{where}: {size} lines, limit {FUNCTION_LINES}"] if size > FUNCTION_LINES else []
    faults = [f"{where}: {size} lines, limit {CLASS_LINES}"] if size > CLASS_LINES else []
    methods = sum(isinstance(each, FUNCTIONS) for each in node.body)
    # A Protocol lists what a neighbour offers; its length is the neighbour's business.
    is_protocol = any(isinstance(base, ast.Name) and base.id == "Protocol" for base in node.bases)
    if methods > CLASS_METHODS and not is_protocol:
        faults.append(f"{where}: {methods} methods, limit {CLASS_METHODS}")
    return faults


def main() -> int:
    """Check src, tests, bench and tools; print the faults."""
    faults = []
    for folder in ("src", "tests", "bench", "tools"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            faults += faults_of(path.read_text(), name=str(path.relative_to(ROOT)))
    sys.stdout.write("\n".join(faults) + ("\n" if faults else "sizes: within the limits\n"))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
