"""The field's constants, each in this one place: labels, factors of the design, landmark indices and sizes.

Nothing is computed from data here and nothing is imported beyond the standard library.
"""

EMOTIONS = ("angry", "contemptuous", "disgusted", "fearful", "happy", "neutral", "sad", "surprised")
"""Emotion names of the Radboud Faces Database, alphabetical; the index is the network's output."""

PROBABILITIES = tuple(f"{emotion}_prob" for emotion in EMOTIONS)
"""Names of the columns of predicted probabilities, in the order of the labels."""

NEUTRAL = "neutral"
ANGLES_DEG = (0, 45, 90, 135, 180)
"""Camera angles of RaFD, degrees; 90 is frontal, 0 and 180 are the profiles."""

FRONTAL_DEG = 90
PROFILE_ANGLES_DEG = (0, 180)
PROFILE_REASON = "profile camera"
"""Why photographs of these cameras are catalogued but not used."""

USED_ANGLES_DEG = (45, 90, 135)
GAZES = ("frontal", "left", "right")
FRONTAL_GAZE = "frontal"
SEXES = ("female", "male")
RAFD_POPULATIONS = ("Caucasian", "Kid", "Moroccan")
"""The three groups of models in RaFD's file names; other corpora bring their own words."""

AGE_BANDS = {"under 18": (0, 18), "18 to 29": (18, 30), "30 to 44": (30, 45), "45 and over": (45, 200)}
"""Bands of age in years, the upper end excluded, in which results are told apart."""

PARTS = ("train", "validate", "test")
STRATEGIES = ("by_person", "by_image", "folds", "fold")
"""How photographs are split: nobody in two parts; the notebook's way, which leaks; person-disjoint folds, pooled, so
that everybody is tested once; and each of those folds alone."""

SHOWN_STRATEGIES = STRATEGIES[:3]
"""Those whose runs are compared; a single fold is a step on the way."""

FEWEST_FOLDS = 3
"""Of person-disjoint folds one is tested, one validates, and one at least is trained on."""

LANDMARK_COUNT = 468
"""Vertices of MediaPipe FaceMesh (Kartynnik et al. 2019, arXiv 1907.06724), irises left out."""

AXES = 3
VECTOR_LENGTH = LANDMARK_COUNT * AXES

PIXEL_WIDTH_PX = 85
PIXEL_HEIGHT_PX = 128
PIXEL_CHANNELS = 3
PIXEL_BYTES = PIXEL_WIDTH_PX * PIXEL_HEIGHT_PX * PIXEL_CHANNELS

RAFD_WIDTH_PX = 681
RAFD_HEIGHT_PX = 1024

SHORTEST_DIRECTION = 1e-8
"""A difference vector shorter than this (in image-normalised units) has no direction."""

RIGHT_EYE_CORNERS = (33, 133)
LEFT_EYE_CORNERS = (263, 362)
"""Landmark indices; right and left are the subject's own."""

RIGID_LANDMARKS = (
    10, 67, 297, 109, 338, 151, 9, 8, 168, 6, 197, 33, 133, 362, 263, 127, 356, 234, 454, 54, 284, 103, 332,
)  # fmt: skip
"""Landmarks that expressions hardly move: forehead, nose bridge, eye corners, temples."""

LANDMARK_GROUPS: dict[str, tuple[int, ...]] = {
    "mouth": (
        0, 13, 14, 17, 37, 39, 40, 61, 78, 80, 81, 82, 84, 87, 88, 91, 95, 146, 178, 181, 185, 191, 267, 269, 270,
        291, 308, 310, 311, 312, 314, 317, 318, 321, 324, 375, 402, 405, 409, 415,
    ),
    "left eye": (249, 263, 362, 373, 374, 380, 381, 382, 384, 385, 386, 387, 388, 390, 398, 466),
    "right eye": (7, 33, 133, 144, 145, 153, 154, 155, 157, 158, 159, 160, 161, 163, 173, 246),
    "left eyebrow": (276, 282, 283, 285, 293, 295, 296, 300, 334, 336),
    "right eyebrow": (46, 52, 53, 55, 63, 65, 66, 70, 105, 107),
    "nose": (
        1, 2, 4, 5, 6, 19, 45, 48, 64, 94, 97, 98, 115, 168, 195, 197, 220, 275, 278, 294, 326, 327, 344, 440,
    ),
    "face outline": (
        10, 21, 54, 58, 67, 93, 103, 109, 127, 132, 136, 148, 149, 150, 152, 162, 172, 176, 234, 251, 284, 288, 297,
        323, 332, 338, 356, 361, 365, 377, 378, 379, 389, 397, 400, 454,
    ),
}  # fmt: skip
"""Named landmark groups: the vertices of FaceMesh's own contours (`face_mesh_connections.py` of mediapipe 0.10.21)."""

INNER_LIPS = (78, 80, 81, 82, 13, 312, 311, 310, 415, 308, 324, 318, 402, 317, 14, 87, 178, 88, 95, 191)
"""Those of the mouth that bound its opening (the same file)."""

HUMAN_AGREEMENT = 0.82
"""Mean agreement of human raters with the intended emotion (Langner et al. 2010, doi 10.1080/02699930903485076)."""
