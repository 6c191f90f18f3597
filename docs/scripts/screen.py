"""What a terminal shows after a program has written to it: lines that progress bars replaced are gone."""

from __future__ import annotations

import re

_PART = re.compile(r"\x1b\[([0-9;?]*)([A-Za-z])|([\r\n])|([^\x1b\r\n]+)|\x1b")


def screen(written: str) -> str:
    """Return the lines of a terminal, without trailing spaces, that received this text.

    Understands line breaks, carriage returns, cursor movements up, and the erasure of a line; ignores colours.
    """
    lines: list[str] = [""]
    row = column = 0
    for match in _PART.finditer(written):
        parameter, command, control, text = match.groups()
        if control == "\n":
            row += 1
        elif control == "\r":
            column = 0
        elif text:
            kept = lines[row].ljust(column)
            lines[row] = kept[:column] + text + kept[column + len(text) :]
            column += len(text)
        elif command == "A":
            row = max(0, row - int(parameter or 1))
        elif command == "K":
            lines[row] = "" if parameter == "2" else lines[row][:column]
        lines += [""] * (row + 1 - len(lines))
    return "\n".join(line.rstrip() for line in lines).rstrip()
