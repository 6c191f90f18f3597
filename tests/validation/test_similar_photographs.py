"""Messages about near-duplicate photographs name both ids, both files and the remedies."""

from pathlib import Path

import pytest

from affect_store.store.errors import AuditFailedError
from affect_store.validation import gate
from affect_store.validation.similar_photographs import explanation
from affect_store.validation.thresholds import SHARED_PHOTOGRAPH
from affect_store.validation.verdict import Finding, RowDetails, StoreState, Verdict

LABELS = {"a": "lab-05, happy, 90 degrees, frontal, /p/a.jpg", "b": "lab-06, happy, 90 degrees, frontal, /p/b.jpg"}
SAMPLES = ({"image_id": "a", "other_image_id": "b"}, {"image_id": "b", "other_image_id": "a"})


def found(*samples: dict[str, object], check: str = SHARED_PHOTOGRAPH) -> Finding:
    offending = tuple((str(sample["image_id"]), "images", "") for sample in samples)
    observed = f"{len(samples)} rows"
    return Finding("catalogue.images", check, "", False, observed, len(samples), samples, "quarantine", "", offending)


def test_each_pair_is_named_once_with_both_ids_files_and_remedies() -> None:
    pair, one_person, release = explanation(found(*SAMPLES), LABELS, is_quarantined=True)
    assert pair == f"{LABELS['a']} and {LABELS['b']}"
    assert "--same A=B" in one_person and "remove the file" in one_person
    assert "`affect release a b`" in release
    *_, later = explanation(found(*SAMPLES), LABELS, is_quarantined=False)
    assert "affect release a" not in later and "--quarantine-share" in later and "later runs keep the share" in later


def test_a_few_pairs_are_named_and_the_others_counted() -> None:
    samples = [{"image_id": f"a{number}", "other_image_id": f"b{number}"} for number in range(5)]
    lines = explanation(found(*samples), {}, is_quarantined=True)
    assert lines[:4] == ["a0 and b0", "a1 and b1", "a2 and b2", "... and 2 more pairs"]


def test_other_findings_have_no_explanation() -> None:
    assert explanation(found({"image_id": "a"}), LABELS, is_quarantined=True) == []


def test_a_failed_audit_names_the_pairs() -> None:
    verdict = Verdict("1", "rows", (found(*SAMPLES),), 0.0, {}, StoreState(photographs=4), RowDetails(LABELS))
    with pytest.raises(AuditFailedError, match="2 of 4 photographs would be quarantined") as caught:
        gate.require(verdict, Path("audit.html"))
    assert f"\n  {LABELS['a']} and {LABELS['b']}\n" in str(caught.value)
