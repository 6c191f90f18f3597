"""The keys of the table `quality.settings`."""

from __future__ import annotations

from enum import StrEnum


class SettingKey(StrEnum):
    """A key of `quality.settings`. Keys that hold one value per corpus, schema or split are completed by `of`."""

    SCHEMA_VERSION = "schema_version"
    CHANGE = "change"
    """Token that changes with every write that would change a publication."""

    PUBLICATION = "publication"
    """JSON description of a publication: time, home, audit, code version."""

    FACES_PUBLISHED = "faces_published"
    """Whether the thumbnails are part of the publication: True or False."""

    FACELESS_CORPORA = "faceless_corpora"
    """JSON list of the corpora whose thumbnails a publication with thumbnails leaves out."""

    PRELIMINARY = "preliminary"
    """Whether a publication was made before its run had trained all models: True or False."""

    PICTURE_STATISTICS = "picture_statistics"
    """JSON of the brightness of the thumbnails, for the drift check if the thumbnails themselves are not published."""

    MATERIALIZED_SPLIT = "materialized_split"
    """Split whose rows the tables `splits.train`, `splits.validate` and `splits.test` hold."""

    COMPARED_RUNS = "compared_runs"
    """Fingerprint of the runs in `registry.comparisons` and `registry.ranks`."""

    RATED_SINCE = "rated_since"
    """Time since which ratings became known that the metrics of stored runs do not use yet; empty if there are none."""

    KEPT_PUBLICATIONS = "kept_publications"
    """Number of publications to keep, from the last run that named one."""

    ERASURE_KEY = "erasure_key"
    """Secret key of the hashes in `catalogue.forgotten` and `catalogue.forgotten_hashes`; never published."""

    SHORTENED_SPLIT = "shortened_split"
    """Per split: the day on which an erasure removed rows from it."""

    CORPUS_LAYOUT = "corpus_layout"
    """Per corpus: name of its layout, which defines where its labels come from."""

    CORPUS_OPTIONS = "corpus_options"
    """Per corpus: the options that runs were given for it, as JSON."""

    LAST_CORPUS = "last_corpus"
    """Name of the corpus that was ingested last."""

    RETRAINING_DECISION = "retraining_decision"
    """Per corpus: fingerprint of the data and code that the last retraining decided on."""

    ANNOUNCED_DECISION = "announced_decision"
    """Per corpus: the last decision that was sent as an event."""

    CORPORA_IN_USE = "corpora_in_use"
    """JSON list of the corpora that the last run split; audits check what holds of a whole corpus for these."""

    CORPORA_TO_RETURN_TO = "corpora_to_return_to"
    """JSON list of the corpora in use before others were added for a single audit; empty otherwise."""

    AUDITED_TOGETHER = "audited_together"
    """JSON list of corpora whose rows passed an audit together, and the hashes of the tables that passed it."""

    REJECTED_RUNS = "rejected_runs"
    """JSON list of the runs that failed the last audit; they are deleted before models are trained again."""

    AUDITED = "audited"
    """Per schema: hashes of the tables that passed the last audit, as JSON."""

    FULL_AUDIT = "full_audit"
    """Time at which an audit that looked at all rows passed last."""

    def of(self, name: str) -> str:
        """Return the key for one corpus, schema or split."""
        return f"{self.value}:{name}"
