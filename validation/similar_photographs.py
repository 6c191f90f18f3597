"""Pairs of photographs that a check found to be copies of each other: whom they are labelled with, and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from affect_store.validation.verdict import Finding

_NAMED_PAIRS = 3
_PAIR = ("image_id", "other_image_id")


def explanation(finding: Finding, labels: Mapping[str, str], *, is_quarantined: bool) -> list[str]:
    """Return lines that name the ids and files of the pairs of a finding and the remedies; none for other findings.

    `labels` describes photographs by their id. A photograph can be released only once it is quarantined.
    """
    pairs = list(_pairs(finding))
    if not pairs:
        return []
    lines = [f"{labels.get(first, first)} and {labels.get(second, second)}" for first, second in pairs[:_NAMED_PAIRS]]
    if len(pairs) > _NAMED_PAIRS:
        lines.append(f"... and {len(pairs) - _NAMED_PAIRS} more pairs")
    lines.append(
        "If a pair shows one person, give both files one id: in the folder, or with `affect run ... --same A=B` for "
        "all photographs of A. If a file is a copy with a wrong label, correct the label or remove the file"
    )
    release = " ".join(("affect release", *(name for pair in pairs[:_NAMED_PAIRS] for name in pair)))
    if is_quarantined:
        lines.append(f"If they are different photographs: `{release}`")
    else:
        lines.append(
            "If they are different photographs: run with a larger `--quarantine-share`, which sets them aside, then "
            "`affect quarantine` lists them and `affect release IMAGE_ID ...` accepts them; later runs keep the share "
            "until another is given"
        )
    return lines


def _pairs(finding: Finding) -> Iterator[tuple[str, str]]:
    """Yield each pair of photographs once, in the order in which the finding names them."""
    seen = set()
    for sample in finding.samples:
        if all(sample.get(name) for name in _PAIR):
            first, second = (str(sample[name]) for name in _PAIR)
            if frozenset((first, second)) not in seen:
                seen.add(frozenset((first, second)))
                yield first, second
