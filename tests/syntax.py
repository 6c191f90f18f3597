"""Syntax trees of Python sources."""

from __future__ import annotations

import ast
import gc


def parse(source: str) -> ast.Module:
    """Return the syntax tree of a source, like `ast.parse`, without garbage collection meanwhile.

    Before 3.11.8, CPython counts the recursion of all threads together: if the collector lets another thread run, both
    may end with `SystemError` (github.com/python/cpython/issues/106905).
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        return ast.parse(source)
    finally:
        if was_enabled:
            gc.enable()
