"""Options of a corpus: a run stores those that it is given, and every later flow uses them unless given others."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields, replace

from affect_store.flows.runtime import console
from affect_store.flows.steps.corpora import corpora_in_use
from affect_store.store.engine import reader, write
from affect_store.store.engine.settings import get_setting, put_setting
from affect_store.store.engine.work_store import open_work
from affect_store.store.features.decode import require_scale
from affect_store.store.features.feature_options import DEFAULT_OPTIONS, FeatureOptions, require_options
from affect_store.store.home import Home
from affect_store.store.schema.setting_keys import SettingKey

_OF_FEATURES = ("decode_scale", "passes", "mesh", "references")


@dataclass(frozen=True)
class CorpusOptions:
    """The options of a corpus; None for one that was not given."""

    layout: str | None = None
    decode_scale: float | None = None
    with_faces: bool | None = None
    quarantine_share: float | None = None
    passes: int | None = None
    mesh: str | None = None
    references: str | None = None

    @property
    def features(self) -> FeatureOptions:
        """The options of the features, the default where one was not given."""
        given = {name: getattr(self, name) for name in _OF_FEATURES if getattr(self, name) is not None}
        return replace(DEFAULT_OPTIONS, **given)

    @property
    def publishes_faces(self) -> bool:
        """Whether thumbnails of the faces are published."""
        return bool(self.with_faces)

    def over(self, earlier: CorpusOptions) -> CorpusOptions:
        """Return these options, and the earlier ones where an option was not given."""
        given = {name: value for name, value in asdict(self).items() if value is not None}
        return CorpusOptions(**{**asdict(earlier), **given})

    def as_arguments(self) -> str:
        """Return the given options as they are written on the command line."""
        arguments = {f"--{name.replace('_', '-')}": value for name, value in asdict(self).items() if value is not None}
        if "--with-faces" in arguments:
            arguments["--with-faces" if arguments.pop("--with-faces") else "--no-with-faces"] = ""
        return " ".join(f"{name} {value}".strip() for name, value in arguments.items())


def stored_options(home: Home, corpus: str | None) -> CorpusOptions:
    """Return the stored options of a corpus, by default of the one that was ingested last; none without a store."""
    if not home.work.exists():
        return CorpusOptions()
    with open_work(home) as connection:
        name = corpus if corpus is not None else get_setting(connection, SettingKey.LAST_CORPUS)
        text = get_setting(connection, SettingKey.CORPUS_OPTIONS.of(name)) if name is not None else None
    stored = json.loads(text) if text else {}
    return CorpusOptions(**{field.name: stored.get(field.name) for field in fields(CorpusOptions)})


def options_in_use(home: Home) -> CorpusOptions:
    """Return the stored options of the corpus in use, by default of the one that was ingested last.

    Several corpora that are in use together have no options in common: none is returned, so no faces are published.
    """
    with open_work(home) as connection:
        corpora = corpora_in_use(connection)
    return CorpusOptions() if len(corpora) > 1 else stored_options(home, corpora[0] if corpora else None)


def corpora_without_faces(home: Home) -> list[str]:
    """Return the corpora whose thumbnails a publication with faces leaves out: their own runs publish none.

    A publication is a copy of the whole store; the choice of a run is about the corpus in use, if it is only one.
    """
    with open_work(home) as connection:
        corpora = reader.query_frame(connection, "catalogue/select_corpora")["corpus"].to_list()
        in_use = corpora_in_use(connection)
    return [name for name in corpora if in_use != [name] and not stored_options(home, name).publishes_faces]


def options_of(home: Home, corpus: str, given: CorpusOptions) -> CorpusOptions:
    """Return the given options and, where none is given, those of the corpus, which are announced."""
    return announced(given, stored_options(home, corpus))


def announced(given: CorpusOptions, stored: CorpusOptions) -> CorpusOptions:
    """Return the given options and, where none is given, the stored ones, which are announced."""
    options = given.over(stored)
    unchanged = {
        name: value for name, value in asdict(stored).items() if value is not None and getattr(given, name) is None
    }
    if unchanged:
        console.say(
            f"  options of an earlier run on this corpus: {CorpusOptions(**unchanged).as_arguments()} "
            "(`affect run` with other values changes them)"
        )
    return options


def remember_options(home: Home, corpus: str, options: CorpusOptions) -> None:
    """Store the options of a corpus. Raises `CorpusError`, and stores nothing, if the features have no such option."""
    require_scale(options.features.decode_scale)
    require_options(options.features)
    given = {name: value for name, value in asdict(options).items() if value is not None}
    with open_work(home) as connection:
        if given:
            put_setting(connection, SettingKey.CORPUS_OPTIONS.of(corpus), write.as_json(given))


def last_corpus(home: Home) -> str | None:
    """Return the corpus that was ingested last, None if there is none yet."""
    with open_work(home) as connection:
        return get_setting(connection, SettingKey.LAST_CORPUS)
