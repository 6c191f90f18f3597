from affect_store.store.features import feature_views
from affect_store.store.features.references import (
    MAX_REFERENCES,
    NO_REFERENCE,
    OWN_REFERENCE,
    PhotoLabels,
    frontal_references,
    same_camera_neutrals,
    same_camera_references,
)
from affect_store.store.vocabulary import EMOTIONS, FRONTAL_DEG, NEUTRAL

HAPPY = EMOTIONS[4]


def photo(
    image_id: str, emotion: str = NEUTRAL, angle: int = FRONTAL_DEG, gaze: str = "frontal", subject: str = "a"
) -> PhotoLabels:
    return PhotoLabels(image_id, subject, emotion, angle, gaze, f"/{image_id}.jpg")


def test_frontal_reference_is_the_frontal_neutral_whatever_the_camera() -> None:
    references = frontal_references([photo("n"), photo("h", HAPPY, 45), photo("m", NEUTRAL, 45)])
    assert references["h"].image_id == references["m"].image_id == "n"
    assert references["n"].image_id == "" and references["n"].rule == OWN_REFERENCE


def test_same_camera_reference_falls_back_to_another_gaze_and_is_never_the_photograph_itself() -> None:
    photos = [photo("n45", angle=45), photo("l45", angle=45, gaze="left"), photo("h45", HAPPY, 45), photo("n90")]
    references = same_camera_references(photos)
    assert references["h45"].image_id == "n45" and references["l45"].image_id == "n45"
    assert references["n45"].image_id == "l45" and "left" in references["n45"].rule
    assert references["n90"].image_id == "" and references["n90"].rule == OWN_REFERENCE


def test_frontal_reference_falls_back_to_another_gaze_and_the_rule_says_so() -> None:
    references = frontal_references([photo("l", gaze="left"), photo("r", gaze="right"), photo("h", HAPPY, 45)])
    assert references["h"].image_id == "l" and references["h"].rule == "neutral, frontal camera, left gaze"
    assert references["l"].rule == OWN_REFERENCE and references["r"].image_id == "l"
    assert frontal_references([photo("n45", angle=45), photo("h", HAPPY)])["h"].rule == NO_REFERENCE


def test_another_take_is_the_reference_of_the_reference() -> None:
    takes = [photo("a", gaze="unknown"), photo("b", gaze="unknown"), photo("h", HAPPY, gaze="unknown")]
    references = same_camera_references(takes)
    assert [references[name].image_id for name in "abh"] == ["b", "a", "a"]


def test_references_never_cross_people() -> None:
    references = same_camera_references([photo("n"), photo("h", HAPPY, subject="b")])
    assert references["h"].rule == NO_REFERENCE
    assert frontal_references([photo("n"), photo("h", HAPPY, subject="b")])["h"].rule == NO_REFERENCE


def test_the_order_of_the_photographs_does_not_matter() -> None:
    photos = [photo("b"), photo("a"), photo("h", HAPPY)]
    assert (
        frontal_references(photos) == frontal_references(photos[::-1])
        and frontal_references(photos)["h"].image_id == "a"
    )


def test_a_photograph_of_unknown_gaze_serves_where_none_is_known_to_look_ahead() -> None:
    unknown, left = photo("u", gaze="unknown"), photo("l", gaze="left")
    for rule in (frontal_references, same_camera_references):
        assert rule([unknown, left, photo("h", HAPPY)])["h"].image_id == "u"
        assert "unknown gaze" in rule([unknown, left, photo("h", HAPPY)])["h"].rule
        assert rule([unknown, left, photo("n"), photo("h", HAPPY, gaze="unknown")])["h"].image_id == "n"
    assert frontal_references([unknown])["u"].rule == OWN_REFERENCE


def test_all_neutral_photographs_of_the_camera_are_references_but_the_photograph_itself() -> None:
    photos = [
        photo("n"), photo("l", gaze="left"), photo("r", gaze="right"), photo("h", HAPPY), photo("n45", angle=45),
        photo("h45", HAPPY, 45), photo("other", subject="b"), photo("h135", HAPPY, 135),
    ]  # fmt: skip
    several = same_camera_neutrals(photos)
    assert several == same_camera_neutrals(photos[::-1])
    assert several["h"] == ["l", "n", "r"] and several["l"] == ["n", "r"] and several["h45"] == ["n45"]
    assert several["n45"] == several["other"] == several["h135"] == []
    single = same_camera_references(photos)
    assert {name for name, ids in several.items() if ids} == {name for name in single if single[name].image_id}
    assert all(single[name].image_id in ids for name, ids in several.items() if ids)


def test_the_number_of_references_is_bounded_and_the_reference_of_the_rule_is_one_of_them() -> None:
    takes = [photo(f"{number:03}", gaze="left") for number in range(100)]
    photos = [*takes, photo("z"), photo("h", HAPPY)]  # z is the reference of the rule
    several = same_camera_neutrals(photos)
    lowest = [take.image_id for take in takes[: MAX_REFERENCES - 1]]
    assert several["h"] == several["099"] == [*lowest, "z"]
    assert several["000"] == [*lowest[1:], f"{MAX_REFERENCES - 1:03}", "z"]
    assert several["z"] == [*lowest, f"{MAX_REFERENCES - 1:03}"]
    assert {len(ids) for ids in several.values()} == {MAX_REFERENCES}
    assert same_camera_neutrals([*photos, photo("100", gaze="left")])["h"] == several["h"]


def test_the_bound_is_part_of_the_version_of_deltas_over_several_references() -> None:
    assert feature_views.aligned("5f", "mean").parameters["max_references"] == MAX_REFERENCES
    assert "max_references" not in feature_views.aligned("5f", "one").parameters
