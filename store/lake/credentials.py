"""Credentials of S3, from the environment or a profile. They go to DuckDB's memory only: no log, message or file."""

from __future__ import annotations

import configparser
import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from affect_store.store.engine.duckdb import Connection, quoted
from affect_store.store.errors import StoreError
from affect_store.store.lake import extensions

REMOTE = "s3://"
_OPTIONS = {
    "KEY_ID": "aws_access_key_id",
    "SECRET": "aws_secret_access_key",
    "SESSION_TOKEN": "aws_session_token",
    "REGION": "region",
    "ENDPOINT": "endpoint_url",
}
"""Options of DuckDB's secret, and their names in a profile; those of environment variables are in capitals."""

_VARIABLES = {
    "region": ("AWS_REGION", "AWS_DEFAULT_REGION"),
    "endpoint_url": ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"),
}


def use(connection: Connection, data: str) -> None:
    """Prepare an instance to read and write the data files below `data`; nothing is needed for a folder."""
    if not data.startswith(REMOTE):
        return
    extensions.load(connection, (extensions.HTTPFS,))
    options = secret_options(os.environ)
    if options:
        words = ", ".join(f"{name} {value}" for name, value in options.items())
        connection.execute(f"CREATE OR REPLACE SECRET lake_data (TYPE s3, {words}, SCOPE {quoted(data)})")


def secret_options(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the options of DuckDB's secret as SQL: variables count before the profile AWS_PROFILE, or `default`."""
    profile = _profile(environment)
    if environment.get("AWS_ACCESS_KEY_ID"):  # keys of two accounts must not be mixed
        profile = {name: value for name, value in profile.items() if not name.startswith("aws_")}
    options: dict[str, str] = {}
    for option, name in _OPTIONS.items():
        names = _VARIABLES.get(name, (name.upper(),))
        value = next((environment[each] for each in names if environment.get(each)), profile.get(name))
        if value:
            options |= _endpoint(value) if option == "ENDPOINT" else {option: quoted(value)}
    return options


def _endpoint(url: str) -> dict[str, str]:
    """Return the options of a server other than Amazon's, whose buckets are paths and no host names."""
    parts = urlsplit(url if "//" in url else f"https://{url}")
    return {
        "ENDPOINT": quoted(parts.netloc),
        "URL_STYLE": quoted("path"),
        "USE_SSL": str(parts.scheme == "https").lower(),
    }


def _profile(environment: Mapping[str, str]) -> dict[str, str]:
    name = environment.get("AWS_PROFILE") or "default"
    folder = Path(environment.get("HOME", "~")).expanduser() / ".aws"
    values: dict[str, str] = {}
    for variable, file, section in (
        ("AWS_CONFIG_FILE", "config", name if name == "default" else f"profile {name}"),
        ("AWS_SHARED_CREDENTIALS_FILE", "credentials", name),
    ):
        parser = configparser.RawConfigParser()
        path = environment.get(variable) or folder / file
        try:
            parser.read(path, encoding="utf-8")
        except (configparser.Error, UnicodeDecodeError):  # their messages quote lines of the file
            raise StoreError(f"'{path}' is not a valid file of AWS profiles") from None
        if parser.has_section(section):
            values |= dict(parser.items(section))
    return values
