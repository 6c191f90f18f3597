"""Addresses of lakes, and credentials of S3."""

from __future__ import annotations

from pathlib import Path

import pytest

from affect_store.store.errors import StoreError
from affect_store.store.lake.address import parse
from affect_store.store.lake.credentials import secret_options

SECRET = "hunter2"


@pytest.mark.parametrize(
    ("url", "kind", "place"),
    [
        ("ducklake:postgres:dbname=lake host=db.example", "postgres", "dbname=lake host=db.example"),
        ("ducklake:postgres:postgresql://reader@db.example/lake", "postgres", "postgresql://reader@db.example/lake"),
        ("ducklake:sqlite:/shared/lake.sqlite", "sqlite", "/shared/lake.sqlite"),
        ("ducklake:/shared/lake.ducklake", "file", "/shared/lake.ducklake"),
    ],
)
def test_an_address_is_read_and_written_again(url: str, kind: str, place: str) -> None:
    address = parse(url, "s3://bucket/path")
    assert (address.kind, address.place, address.data, address.url) == (kind, place, "s3://bucket/path", url)
    assert parse(address.url, address.data) == address


def test_paths_become_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    address = parse("ducklake:lake.ducklake", "files")
    assert (address.place, address.data) == (str(tmp_path / "lake.ducklake"), str(tmp_path / "files"))


@pytest.mark.parametrize(
    ("url", "data"),
    [
        (f"ducklake:postgres:dbname=lake password={SECRET}", None),
        (f"ducklake:postgres:dbname=lake PASSWORD = '{SECRET}'", None),
        (f"ducklake:postgres:postgresql://me:{SECRET}@db/lake", None),
        (f"ducklake:postgres:postgresql://db/lake?sslpassword={SECRET}", None),
        (f"ducklake:postgres:postgresql://me:a/{SECRET}@db/lake", None),
        ("ducklake:lake.ducklake", f"s3://bucket/path?s3_session_token={SECRET}"),
        ("ducklake:lake.ducklake", f"s3://key:{SECRET}@bucket/path"),
    ],
)
def test_passwords_are_refused_and_not_repeated(url: str, data: str | None) -> None:
    with pytest.raises(StoreError, match="PGPASSWORD") as raised:
        parse(url, data)
    assert SECRET not in str(raised.value)


@pytest.mark.parametrize(
    ("url", "data", "words"),
    [
        ("postgres:dbname=lake", None, "not the address of a lake"),
        ("ducklake:mysql:db", None, "unknown scheme 'mysql'"),
        ("ducklake:sqlite:", None, "names no catalogue"),
        ("ducklake:lake.ducklake", "gs://bucket", "no path for data files"),
    ],
)
def test_other_addresses_are_refused(url: str, data: str | None, words: str) -> None:
    with pytest.raises(StoreError, match=words):
        parse(url, data)


def test_variables_count_before_the_profile(tmp_path: Path) -> None:
    (tmp_path / "credentials").write_text(
        "[lab]\naws_access_key_id = PROFILE\naws_secret_access_key = it's secret\n[default]\naws_access_key_id = NOT\n"
    )
    (tmp_path / "config").write_text("[profile lab]\nregion = eu-1\nendpoint_url = http://storage.lab:9000\n")
    files = {
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials"), "AWS_CONFIG_FILE": str(tmp_path / "config"),
        "AWS_PROFILE": "lab",
    }  # fmt: skip
    assert secret_options({**files, "AWS_REGION": "eu-2"}) == {
        "KEY_ID": "'PROFILE'", "SECRET": "'it''s secret'", "REGION": "'eu-2'", "ENDPOINT": "'storage.lab:9000'",
        "URL_STYLE": "'path'", "USE_SSL": "false",
    }  # fmt: skip
    assert secret_options({"HOME": str(tmp_path)}) == {}


def test_a_damaged_profile_is_not_quoted(tmp_path: Path) -> None:
    (tmp_path / "credentials").write_text("[default]\naws_secret_access_key HUNTER2\n")
    with pytest.raises(StoreError, match="not a valid file of AWS profiles") as raised:
        secret_options({"AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials"), "HOME": str(tmp_path)})
    assert "HUNTER2" not in str(raised.value) and raised.value.__suppress_context__
