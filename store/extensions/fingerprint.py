"""The fingerprint of a function's source: equal as long as the code that its values depend on is.

It covers the function, and all code of its file except other declared functions that it does not use. Comments, blank
lines and formatting do not count. Other files that it imports are not covered.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Collection

_DIGITS = 12


def source_fingerprint(source: str | bytes, function: str, declared: Collection[str]) -> str:
    """Return a hash, twelve hexadecimal digits, of the code of `function` in a file.

    `declared` are the names of the functions of the file that are declared to affect-store.
    """
    module = ast.parse(source)
    functions = {
        node.name: node
        for node in module.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name in declared
    }
    others = [node for node in module.body if node not in functions.values()]
    used = {function}
    while further := _names([*others, *(functions[name] for name in used & set(functions))]) & set(functions) - used:
        used |= further
    kept = [node for node in module.body if node in others or getattr(node, "name", "") in used]
    code = "\n".join(map(ast.unparse, kept))
    return hashlib.sha256(f"{function}\n{code}".encode()).hexdigest()[:_DIGITS]


def combined(*fingerprints: str) -> str:
    """Return one fingerprint of several."""
    return hashlib.sha256("\n".join(fingerprints).encode()).hexdigest()[:_DIGITS]


def _names(nodes: list[ast.stmt]) -> set[str]:
    """Return the names that code reads."""
    return {child.id for node in nodes for child in ast.walk(node) if isinstance(child, ast.Name)}
