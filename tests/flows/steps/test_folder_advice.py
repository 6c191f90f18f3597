"""The first pattern that is proposed for a folder takes the folder for the person where names repeat."""

from pathlib import Path

from affect_store.flows.steps.folder_advice import advice


def command(folder: Path, *names: str) -> str:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return list(advice(folder))[-1]


def test_a_number_that_repeats_in_each_folder_is_no_person(tmp_path: Path) -> None:
    names = [f"vp{person:02d}/{emotion}_{take}.jpg" for person in (1, 2) for emotion in ("happy", "sad")
             for take in (1, 2)]  # fmt: skip
    assert r"'vp(?P<subject>\d+)/(?P<emotion>\pL+)_\d+\.jpg'" in command(tmp_path, *names)


def test_names_that_hold_everything_need_no_folder(tmp_path: Path) -> None:
    names = [f"day{person}/vp{person}_{emotion}.jpg" for person in (1, 2) for emotion in ("happy", "sad")]
    assert r"'vp(?P<subject>\d+)_(?P<emotion>\pL+)\.jpg'" in command(tmp_path, *names)
