"""Flow `ingest`: catalogue a folder of photographs. Nothing in the folder is moved, changed or deleted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from affect_store.flows.runtime.parameters import LayoutName, home_at, images_at
from affect_store.flows.runtime.prefect import flow, hold, task
from affect_store.flows.steps.catalogue import corpus_in, ingest_folder, layout_of
from affect_store.flows.steps.corpus_options import last_corpus
from affect_store.flows.steps.identity import IdentityAnswers
from affect_store.store.errors import CorpusError
from affect_store.store.sources.text import escape_undecodable, is_valid_utf8

catalogue_folder = task("read the folder")(ingest_folder)


@flow("ingest")
def ingest(
    *,
    images: str | None = None,
    home: str | None = None,
    layout: LayoutName | None = None,
    corpus: str | None = None,
    accept_missing: bool = False,
    verify: bool = False,
    same: Sequence[str] = (),
    distinct: bool = False,
) -> str:
    """Catalogue the photographs below a folder; returns the name of their corpus.

    Args:
        images: Folder of photographs; only read, never changed. The worker's AFFECT_IMAGES by default.
        home: Directory of the store, its publications and logs; the worker's AFFECT_HOME by default.
        layout: 'manifest' (a table of labels), 'pattern' (affect.toml), or a database with labels in its file names,
            'rafd', 'kdef', 'jaffe' or 'ckplus'; by default that of earlier runs
            on the corpus, else detected.
        corpus: Name of the corpus; by default that of the photographs last seen in the folder, else the folder's name.
            Photographs of another corpus, whose own files no longer exist, keep that corpus.
        accept_missing: Continue if more than 20 % of the corpus's photographs are no longer in the folder.
        verify: Read every byte of files that were read before, too, also if size, times and inode are the same.
        same: Texts 'A=B', two ids of the corpus that belong to one person; B replaces A.
        distinct: Other ids that differ only in spelling belong to different people.

    Raises `CorpusError`.
    """
    images = images_at(images)
    if images is None:
        raise CorpusError("expected a folder of photographs: `images`, or AFFECT_IMAGES in the worker's environment")
    folder = Path(images).resolve()
    store_home = home_at(home)
    if not is_valid_utf8(str(folder)):
        raise CorpusError(f"the folder's path is not valid UTF-8: {escape_undecodable(str(folder))!r}")
    with hold(store_home, may_create=True):
        name = corpus or corpus_in(store_home, folder)
        layout_name = layout_of(store_home, folder, layout, name)
        catalogue_folder(
            folder, layout_name, name, store_home, IdentityAnswers(same, distinct), accept_missing=accept_missing,
            verify=verify,
        )  # fmt: skip
        return last_corpus(store_home) or name
