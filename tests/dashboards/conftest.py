"""Made-up frames that several tests share: a small ordinary store, and one that is poor and hostile."""

from __future__ import annotations

import pytest

from dashboards.frames import Frames
from store.vocabulary import EMOTIONS, NEUTRAL
from tests.dashboards.builder import HOSTILE, Builder


@pytest.fixture(scope="session")
def frames() -> Frames:
    """16 people, 8 emotions, 18 runs with scores and intervals; two of the systems cannot be trained."""
    return Builder(test_people=6, untrainable=("general_mlp", "mm2")).frames()


@pytest.fixture(scope="session")
def poor() -> Frames:
    """Two emotions, two test people (no interval), one trainable system, and hostile names wherever data comes in."""
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
