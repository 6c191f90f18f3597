"""Shared libraries of the operating system that the Python packages need but cannot bring."""

from __future__ import annotations

import ctypes
import sys

from store.errors import MissingLibraryError

NEEDED = (
    ("libGL.so.1", "OpenCV", "libgl1", "mesa-libGL"),
    ("libglib-2.0.so.0", "OpenCV", "libglib2.0-0", "glib2"),
)
"""File, who needs it, package on Debian and Ubuntu, package on Fedora and its kin."""


def require(needed: tuple[tuple[str, str, str, str], ...] = NEEDED) -> None:
    """Raise `MissingLibraryError`, naming the package to install, where a library cannot be loaded."""
    if not sys.platform.startswith("linux"):
        return
    for file, user, debian, fedora in needed:
        try:
            ctypes.CDLL(file)
        except OSError:
            raise MissingLibraryError(
                f"{user} needs {file}, which this system lacks: install the package {debian} "
                f"(apt-get install {debian}; on Fedora: dnf install {fedora})"
            ) from None
