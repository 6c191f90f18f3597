"""Published databases whose file names hold the labels: how their names are recognised, and labels of a single name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from affect_store.store.errors import CorpusNameError
from affect_store.store.sources import ckplus, jaffe, kdef, rafd
from affect_store.store.sources.named_files import Parser
from affect_store.store.types import Labels

RAFD, KDEF, JAFFE, CKPLUS = "rafd", "kdef", "jaffe", "ckplus"


@dataclass(frozen=True)
class NamedLayout:
    """A database: its title, the grammar of its file names for messages, a pattern that recognises them, an example."""

    title: str
    grammar: str
    names: re.Pattern[str]
    example: str


NAMED_LAYOUTS = {
    RAFD: NamedLayout(
        "Radboud Faces Database", rafd.GRAMMAR, re.compile("Rafd.*", re.DOTALL),
        "Rafd090_01_Caucasian_female_angry_frontal.jpg",
    ),
    KDEF: NamedLayout("Karolinska Directed Emotional Faces", kdef.GRAMMAR, kdef.NAMES, "AF01ANS.JPG"),
    JAFFE: NamedLayout("Japanese Female Facial Expression", jaffe.GRAMMAR, jaffe.NAMES, "KA.AN1.39.tiff"),
    CKPLUS: NamedLayout("Extended Cohn-Kanade", ckplus.GRAMMAR, ckplus.NAMES, "S005_001_00000011.png"),
}  # fmt: skip
"""Each layout by its name, in the order in which they are preferred where as many names match."""

PARSERS: dict[str, Parser] = {RAFD: rafd.parse, KDEF: kdef.parse, JAFFE: jaffe.parse}
"""Layouts whose names hold all labels."""


def recognised_layout(names: Iterable[str]) -> str | None:
    """Return the layout that most of these file names match; None if no name matches any."""
    names = list(names)
    counts = {layout: sum(map(bool, map(named.names.fullmatch, names))) for layout, named in NAMED_LAYOUTS.items()}
    layout = max(counts, key=lambda name: counts[name])
    return layout if counts[layout] else None


def labels_in_name(name: str, corpus: str, layout: str) -> Labels | None:
    """Return the labels in a file name of a layout; None if the name does not match, or holds no labels there."""
    parse = PARSERS.get(layout)
    try:
        return parse(name, corpus) if parse else None
    except CorpusNameError:
        return None


def subjects_in_name(name: str, corpus: str) -> set[str]:
    """Return the people that a file name may show, read as a name of each layout."""
    labels = (labels_in_name(name, corpus, layout) for layout in PARSERS)
    subjects = {values.subject_id for values in labels if values}
    try:
        return subjects | {ckplus.subject_in(name, corpus)}
    except CorpusNameError:
        return subjects
