"""Shared libraries of the operating system that Python packages need and wheels do not contain."""

from __future__ import annotations

import ctypes
import sys

from affect_store.store.errors import MissingLibraryError

NEEDED = (
    ("libGL.so.1", "OpenCV", "libgl1", "mesa-libGL"),
    ("libglib-2.0.so.0", "OpenCV", "libglib2.0-0", "glib2"),
)
"""File, what needs it, its package on Debian and Ubuntu, its package on Fedora."""


def require_libraries(needed: tuple[tuple[str, str, str, str], ...] = NEEDED) -> None:
    """Raise `MissingLibraryError`, which names the package to install, where a library cannot be loaded."""
    if not sys.platform.startswith("linux"):
        return
    for file, user, debian, fedora in needed:
        try:
            ctypes.CDLL(file)
        except OSError:
            raise MissingLibraryError(
                f"{user} needs {file}, which is not installed: install the package {debian} "
                f"(apt-get install {debian}; on Fedora: dnf install {fedora})"
            ) from None
