"""Why models cannot be trained on the features of a split, from hand-made members."""

import polars as pl
import pytest

from affect_store.flows.steps.run_specs import RunSpec
from affect_store.flows.steps.trainability import _reason, why_untrainable
from affect_store.store.engine import clock
from affect_store.store.engine.reader import FrozenSplit
from affect_store.store.vocabulary import CROSS_CORPUS, EMOTIONS, NEUTRAL, PARTS

HAPPY, SAD = EMOTIONS[4], EMOTIONS[6]
TRAIN, VALIDATE, TEST = PARTS


def members(*rows: tuple[str, str, bool], pixels: bool = True) -> pl.DataFrame:
    """Photographs with an emotion, a part and whether they have delta features."""
    return pl.DataFrame(
        [
            {"emotion": emotion, "part": part, "aligned": "seal" if has_delta else None, "landmarks": "seal",
             "pixels": "seal" if pixels else None}
            for emotion, part, has_delta in rows
        ],
        schema_overrides={"aligned": pl.String, "pixels": pl.String},
    )  # fmt: skip


ONE_NEUTRAL = members(
    (NEUTRAL, TRAIN, False), (HAPPY, TRAIN, True), (NEUTRAL, VALIDATE, False), (HAPPY, VALIDATE, True)
)
NOBODY_NEUTRAL = members((SAD, TRAIN, False), (HAPPY, TRAIN, False), (SAD, VALIDATE, False))
COMPLETE = members((SAD, TRAIN, True), (HAPPY, TRAIN, True), (SAD, VALIDATE, True))


@pytest.mark.parametrize(
    ("frame", "features", "reason"),
    [
        (ONE_NEUTRAL, ["aligned"], "all training photographs with delta features show happy (each person's only "
         "neutral photograph is the reference), and two emotions are needed"),
        (ONE_NEUTRAL, ["pixels", "aligned"], "all training photographs with delta features show happy (each person's "
         "only neutral photograph is the reference), and two emotions are needed"),
        (ONE_NEUTRAL, ["landmarks", "pixels"], ""),
        (NOBODY_NEUTRAL, ["aligned"], "no training photograph has delta features: nobody has a neutral photograph to "
         "compare with"),
        (NOBODY_NEUTRAL, ["pixels"], ""),
        (COMPLETE, ["pixels", "aligned"], ""),
        (COMPLETE.filter(pl.col("part") == TRAIN), ["pixels", "landmarks"], "no validation photograph has pixels"),
        (members((SAD, TRAIN, True), pixels=False), ["pixels"], "no training photograph has pixels"),
    ],
)  # fmt: skip
def test_the_reason_names_the_feature_and_the_cause(frame: pl.DataFrame, features: list[str], reason: str) -> None:
    assert why_untrainable(frame, features) == reason


def test_features_that_no_photograph_has_together() -> None:
    frame = pl.DataFrame(
        {"emotion": [SAD, HAPPY, SAD, HAPPY, SAD], "part": [TRAIN, TRAIN, TRAIN, TRAIN, VALIDATE],
         "landmarks": ["seal", "seal", None, None, "seal"], "pixels": [None, None, "seal", "seal", "seal"]}
    )  # fmt: skip
    assert why_untrainable(frame, ["landmarks", "pixels"]) == "no training photograph has landmarks and pixels"


@pytest.mark.parametrize(
    ("strategy", "reason"), [(CROSS_CORPUS, "no photograph to test on has delta features"), ("by_person", "")]
)
def test_across_corpora_a_model_that_would_test_nobody_is_not_trained(strategy: str, reason: str) -> None:
    split = FrozenSplit("split", strategy, "fingerprint", {"aligned": "a", "landmarks": "l"}, clock.now())
    tested = pl.concat([COMPLETE, members((SAD, TEST, False))])
    assert _reason(RunSpec("lda", "corrected", split, 7), {"split": tested}, {}) == reason
    assert _reason(RunSpec("point_mlp", "corrected", split, 7), {"split": tested}, {}) == ""
