"""Constants of the field, each defined once: labels, factors of the study design, landmark indices and sizes.

Nothing here is computed from data, and nothing is imported.
"""

EMOTIONS = ("angry", "contemptuous", "disgusted", "fearful", "happy", "neutral", "sad", "surprised")
"""Emotion names of the Radboud Faces Database, in alphabetical order; the index is the class label."""

ANGRY, CONTEMPTUOUS, DISGUSTED, FEARFUL, HAPPY, NEUTRAL, SAD, SURPRISED = EMOTIONS

EMOTION_NAME = "[a-z][a-z_]{0,23}"
"""Regular expression of the names of further classes, which a corpus can declare besides the eight."""

MAX_FURTHER_EMOTIONS = 24
"""Maximum number of further classes in a home: figures have no more colours."""

MAX_LABEL = len(EMOTIONS) + MAX_FURTHER_EMOTIONS - 1

EMOTION_WORDS = {
    "anger": "angry", "annoyed": "angry", "mad": "angry", "contempt": "contemptuous", "scorn": "contemptuous",
    "disgust": "disgusted", "fear": "fearful", "afraid": "fearful", "scared": "fearful", "anxious": "fearful",
    "joy": "happy", "joyful": "happy", "happiness": "happy", "smile": "happy", "smiling": "happy", "calm": "neutral",
    "neutrality": "neutral", "sadness": "sad", "unhappy": "sad", "surprise": "surprised",
}  # fmt: skip
"""The emotion that is suggested for another word; the words are not accepted as labels."""

PROBABILITIES = tuple(f"{emotion}_prob" for emotion in EMOTIONS)
"""Columns of predicted class probabilities, in the order of the labels."""

AGREEMENTS = tuple(f"agreement_{emotion}" for emotion in EMOTIONS)
"""Columns of the distribution of human raters over the emotions, in the order of the labels."""

RATINGS = ("agreement", "intensity", "genuineness")
"""Columns of the mean ratings of a photograph by people (Langner et al. 2010, doi 10.1080/02699930903485076)."""

HUMAN_AGREEMENT_METRIC, HUMAN_NORMALISED_ACCURACY, SOFT_LOG_LOSS = RATING_METRICS = (
    "agreement", "accuracy_human_normalised", "soft_log_loss",
)  # fmt: skip
"""Metrics of photographs with ratings by people: see `models.evaluation.ratings`."""

INTENSITY_THIRDS = ("low", "middle", "high")
"""Thirds of the rated intensities, by which results are reported: slices `intensity=low` and so on."""

INTENDED_UNITS = tuple(
    f"au{unit}_intended"
    for unit in (
        "01", "02", "04", "05", "06", "07", "09", "10", "12", "14", "14_opposite", "15", "17", "20", "23", "24", "25",
        "26",
    )
)  # fmt: skip
"""Columns of the intensities of action units (Facial Action Coding System) with which a photograph was rendered: 0 at
rest, about 1 at full strength. AU14 is that of the person's dominant side, `au14_opposite` that of the other one."""

LOWEST_RATING, HIGHEST_RATING = 1, 5
"""Ends of the scales of intensity and genuineness."""

DISTRIBUTION_TOLERANCE = 0.02
"""Maximum difference between 1 and the sum of a distribution over the emotions: published shares are rounded."""

ANGLES_DEG = (0, 45, 90, 135, 180)
"""Camera angles of RaFD in degrees: 90 is frontal, 0 and 180 are the profiles. Manifests and patterns may have any
whole degrees between."""

FRONTAL_DEG = 90
PROFILE_ANGLES_DEG = (0, 180)
PROFILE_REASON = "profile camera"
"""Reason for which photographs of the profile cameras are catalogued but excluded."""

MISSING_REASON = "not in the folder"
"""Reason for which photographs are excluded whose bytes are no longer in the folder of their corpus."""

REMOVED_REASON = "removed"
"""Reason for which photographs are excluded that a person took out of use with `affect remove`."""

USED_ANGLES_DEG = (45, 90, 135)
GAZES = ("frontal", "left", "right")
FRONTAL_GAZE = "frontal"
SEXES = ("female", "male")
UNKNOWN = "unknown"
"""Value of a factor that the corpus does not record."""

SEX_LABELS = (*SEXES, UNKNOWN)
GAZE_LABELS = (*GAZES, UNKNOWN)
EMOTION_LABELS = (*EMOTIONS, UNKNOWN)
"""Allowed values of the columns `sex`, `gaze` and `emotion`; a photograph of unknown emotion is unlabelled."""

RAFD_POPULATIONS = ("Caucasian", "Kid", "Moroccan")
"""The three groups of subjects in RaFD's file names; other corpora have groups of their own."""

AGE_BANDS = {"under 18": (0, 18), "18 to 29": (18, 30), "30 to 44": (30, 45), "45 and over": (45, 200)}
"""Age bands in years, upper end excluded, by which results are reported."""

PARTS = ("train", "validate", "test")
FINAL, CROSS_CORPUS = "final", "cross_corpus"
STRATEGIES = ("by_person", "by_image", "folds", "fold", "notebook", FINAL, CROSS_CORPUS)
"""How photographs are split.

`by_person`: no subject is in two parts. `by_image`: photographs are shuffled, as in the original notebook, which leaks
subjects between parts. `folds`: person-disjoint k-fold splits, pooled, so that every subject is tested once. `fold`:
one of those folds alone. `notebook`: the very photographs that the original notebook drew; by photograph, too.
`final`: everybody is in the training part, for the models that predict new photographs. `cross_corpus`: the people of
some corpora are in the training and validation parts, and all photographs of others are the test part.
"""

SHOWN_STRATEGIES = tuple(name for name in STRATEGIES if name not in ("fold", FINAL, CROSS_CORPUS))
"""Strategies whose runs are compared: not a single fold, an intermediate result, nor a model that nobody tests, nor one
that is tested on other corpora."""

MIN_PEOPLE = 5
"""Minimum number of people for an interval or a test."""

MIN_FOLDS = 3
"""One fold is the test part, one the validation part, and at least one is trained on."""

MAX_REPEATS = 100
"""Maximum number of repetitions of a k-fold split, and of random seeds per model."""

MAX_SEED = 2**31 - 1
"""Largest random seed: with the repetitions added, it fits NumPy, Keras and the column `seed`."""

LANDMARK_COUNT = 468
"""Vertices of MediaPipe FaceMesh (Kartynnik et al. 2019, arXiv 1907.06724), without the irises."""

AXES = 3
VECTOR_LENGTH = LANDMARK_COUNT * AXES

PIXEL_WIDTH_PX = 85
PIXEL_HEIGHT_PX = 128
PIXEL_CHANNELS = 3
PIXEL_BYTES = PIXEL_WIDTH_PX * PIXEL_HEIGHT_PX * PIXEL_CHANNELS

LUMA_WEIGHTS = (0.299, 0.587, 0.114)
"""Weights of red, green and blue in luma (ITU-R BT.601)."""

RAFD_WIDTH_PX = 681
RAFD_HEIGHT_PX = 1024

MIN_DIRECTION_LENGTH = 1e-8
"""Difference vectors shorter than this (image-normalised units) have no direction."""

RIGHT_EYE_CORNERS = (33, 133)
LEFT_EYE_CORNERS = (263, 362)
"""Landmark indices; right and left are the subject's."""

RIGID_LANDMARKS = (
    10, 67, 297, 109, 338, 151, 9, 8, 168, 6, 197, 33, 133, 362, 263, 127, 356, 234, 454, 54, 284, 103, 332,
)  # fmt: skip
"""Landmarks that facial expressions barely move: forehead, nose bridge, eye corners, temples."""

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
"""Named landmark groups: the vertices of FaceMesh's contours (`face_mesh_connections.py` of mediapipe 0.10.21)."""

INNER_LIPS = (78, 80, 81, 82, 13, 312, 311, 310, 415, 308, 324, 318, 402, 317, 14, 87, 178, 88, 95, 191)
"""Mouth landmarks that bound the opening (from the same file)."""

HUMAN_AGREEMENT = 0.82
"""Mean agreement of human raters with the intended emotion of frontal photographs of the Radboud Faces Database; they
saw no others (Langner et al. 2010, doi 10.1080/02699930903485076)."""

RANK_BISERIAL, PERSON_LEAKAGE = "rank_biserial", "person_leakage"
SHARE_BETTER, SMALLEST_DETECTABLE, EQUIVALENCE = "share_better", "smallest_detectable", "equivalence"
"""Metrics of pairs of runs, besides the difference in accuracy: see `models.evaluation`."""

EQUIVALENCE_MARGIN = 0.05
"""Difference in accuracy below which two systems count as equivalent. It is a convention, fixed before any result: one
photograph in twenty, so 3.6 of the 72 that RaFD has of a person (8 emotions, 3 gazes, 3 cameras). A declared primary
comparison may have another margin."""
