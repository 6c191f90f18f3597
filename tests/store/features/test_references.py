from store.features.references import NO_REFERENCE, OWN_REFERENCE, Shot, frontal, same_camera
from store.vocabulary import EMOTIONS, FRONTAL_DEG, NEUTRAL

HAPPY = EMOTIONS[4]


def shot(
    image_id: str, emotion: str = NEUTRAL, angle: int = FRONTAL_DEG, gaze: str = "frontal", who: str = "a"
) -> Shot:
    return Shot(image_id, who, emotion, angle, gaze, f"/{image_id}.jpg")


def test_frontal_reference_is_the_frontal_neutral_whatever_the_camera() -> None:
    found = frontal([shot("n"), shot("h", HAPPY, 45), shot("m", NEUTRAL, 45)])
    assert found["h"].image_id == found["m"].image_id == "n"
    assert found["n"].image_id == "" and found["n"].rule == OWN_REFERENCE


def test_same_camera_reference_falls_back_to_another_gaze_and_is_never_the_photograph_itself() -> None:
    shots = [shot("n45", angle=45), shot("l45", angle=45, gaze="left"), shot("h45", HAPPY, 45), shot("n90")]
    found = same_camera(shots)
    assert found["h45"].image_id == "n45" and found["l45"].image_id == "n45"
    assert found["n45"].image_id == "l45" and "left" in found["n45"].rule
    assert found["n90"].image_id == "" and found["n90"].rule == NO_REFERENCE


def test_references_never_cross_people() -> None:
    found = same_camera([shot("n"), shot("h", HAPPY, who="b")])
    assert found["h"].rule == NO_REFERENCE
    assert frontal([shot("n"), shot("h", HAPPY, who="b")])["h"].rule == NO_REFERENCE


def test_the_order_of_the_photographs_does_not_matter() -> None:
    shots = [shot("b"), shot("a"), shot("h", HAPPY)]
    assert frontal(shots) == frontal(shots[::-1]) and frontal(shots)["h"].image_id == "a"
