"""Files of photographs: only regular ones are read, and nothing waits for the writer of a pipe."""

from __future__ import annotations

import os
import socket
import tempfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from affect_store.store.errors import OversizedPhotoError, UnreadablePhotoError
from affect_store.store.features import extract, photo_files
from affect_store.store.features.feature_options import FeatureOptions
from affect_store.store.features.feature_views import PIXELS

pytestmark = pytest.mark.timeout(20)


def test_a_regular_file_and_a_link_to_it_are_read(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"bytes")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    assert photo_files.read_photo_file(tmp_path / "a") == photo_files.read_photo_file(tmp_path / "b") == b"bytes"


def special_files(folder: Path) -> dict[str, Path]:
    os.mkfifo(folder / "pipe")
    (folder / "directory").mkdir()
    (folder / "null").symlink_to("/dev/null")
    return {"pipe": folder / "pipe", "directory": folder / "directory", "device": folder / "null"}


def test_special_files_are_unreadable(tmp_path: Path) -> None:
    for kind, path in special_files(tmp_path).items():
        with pytest.raises(UnreadablePhotoError, match=f"{kind}.*expected a regular file"):
            photo_files.read_photo_file(path)


def test_the_id_of_a_photograph_is_the_hash_of_its_bytes_and_none_without_readable_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").write_bytes(b"bytes")
    paths = [tmp_path / "a", tmp_path / "missing", Path("a\0b"), *special_files(tmp_path).values()]
    image_id = photo_files.image_id_of_bytes(b"bytes")
    assert photo_files.image_ids_of(paths) == [image_id, None, None, None, None, None]
    monkeypatch.setattr(photo_files, "MAX_FILE_BYTES", 4)
    assert photo_files.image_id_of(tmp_path / "a") is None


def test_a_socket_is_unreadable() -> None:
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"{folder}/s")
        with pytest.raises(UnreadablePhotoError, match="socket"):
            photo_files.read_photo_file(Path(folder, "s"))


def test_a_path_that_becomes_a_pipe_after_it_was_looked_at_does_not_block(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "file").write_bytes(b"bytes")
    before = os.stat(tmp_path / "file")
    monkeypatch.setattr(photo_files.os, "stat", lambda path: before)
    with pytest.raises(UnreadablePhotoError, match="named pipe"):
        photo_files.read_photo_file(tmp_path / "pipe")


def test_a_large_file_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photo_files, "MAX_FILE_BYTES", 4)
    (tmp_path / "a").write_bytes(b"bytes")
    with pytest.raises(OversizedPhotoError, match="5 bytes are more than 4"):
        photo_files.read_photo_file(tmp_path / "a")


def test_extraction_reports_a_catalogued_file_that_became_something_else(tmp_path: Path) -> None:
    for path in [*special_files(tmp_path).values(), tmp_path / "missing"]:
        result = extract._extract_one(FeatureOptions(), extract.FACES, ("0" * 64, str(path)))
        assert str(path) in result.unreadable and result.face is None


def test_bytes_give_what_their_file_gives(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    noise = np.random.default_rng(1).integers(0, 256, (40, 30, 3), np.uint8)
    Image.fromarray(noise).save(path)
    features = (PIXELS,)
    of_file = extract._extract_one(FeatureOptions(), features, (None, str(path)))
    of_bytes = extract._extract_one(FeatureOptions(), features, (None, path.read_bytes()))
    assert of_file.thumbnail is not None and of_bytes.thumbnail is not None and of_bytes.header == of_file.header
    assert of_bytes.image_id == of_file.image_id and of_bytes.thumbnail.checksum == of_file.thumbnail.checksum


def test_bytes_are_refused_for_the_reasons_of_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photo_files, "MAX_FILE_BYTES", 4)
    reasons = [
        extract._extract_one(FeatureOptions(), (PIXELS,), (None, data)).unreadable for data in (b"", b"bytes", b"text")
    ]
    assert reasons[:2] == ["unreadable: the file is empty", "too large: 5 bytes are more than 4"]
    assert reasons[2].startswith("unreadable: not an image in one of the formats")
