"""Shared synthetic frames: a small ordinary store, and a minimal one with hostile names."""

from __future__ import annotations

import pytest

from affect_store.dashboards.frames import Frames
from affect_store.store.vocabulary import EMOTIONS, NEUTRAL
from tests.dashboards.builder import HOSTILE, Builder


@pytest.fixture(scope="session")
def frames() -> Frames:
    """Build frames of 16 people, 8 emotions, and runs with scores and intervals; two systems are untrainable."""
    return Builder(test_people=6, untrainable=("general_mlp", "mm2")).frames()


@pytest.fixture(scope="session")
def minimal() -> Frames:
    """Build frames of two emotions, two test people (no intervals), one trainable system, and hostile names."""
    builder = Builder(
        people=5,
        emotions=(EMOTIONS[0], NEUTRAL),
        test_people=2,
        untrainable=("general_mlp", "vector_mlp", "mm1", "point_mlp", "mm2"),
        names=(HOSTILE, "</script><b>x</b> & \u202e%{x} $y$"),
    )
    board = builder.leaderboard()
    board = board.with_columns(status_detail=board["status_detail"] + HOSTILE, title=board["title"] + HOSTILE)
    return builder.frames(leaderboard=board, rejects=builder.rejects(HOSTILE), about={"corpus": HOSTILE})
