"""Width and opening of the mouth, in distances between the outer corners of the eyes."""

import numpy as np

from affect_store import feature_view

LEFT, RIGHT, UPPER, LOWER = 61, 291, 13, 14
EYES = 33, 263


@feature_view(columns={"width": "eye distances", "opening": "eye distances"}, ranges={"opening": (0, 5)})
def mouth(landmarks, size):
    """Width and opening of the mouth."""
    points = landmarks[:, :2] * size
    unit = np.linalg.norm(points[EYES[0]] - points[EYES[1]])
    return {
        "width": np.linalg.norm(points[LEFT] - points[RIGHT]) / unit,
        "opening": np.linalg.norm(points[UPPER] - points[LOWER]) / unit,
    }


@feature_view(columns={"smile_deg": "degrees"})
def smile(aligned, mouth):
    """Angle of the left corner's movement against the horizontal; mouth is only looked at."""
    x, y, _ = aligned[LEFT]
    return np.degrees(np.arctan2(-y, abs(x))) + 0 * mouth[0]
