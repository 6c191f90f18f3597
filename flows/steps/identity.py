"""Ids of one corpus that may belong to one person: a run stops, lists them, and stores what the user decides.

Nothing is merged unless the user says which ids are the same person's. Ids of different corpora are never compared.
"""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from affect_store.flows.runtime import console
from affect_store.flows.steps.reconcile import KnownPhoto, Reconciliation
from affect_store.store.consent.identities import Identities, read_identities, store_identities
from affect_store.store.consent.tombstones import ErasedPeople
from affect_store.store.engine.duckdb import Connection
from affect_store.store.errors import CorpusError, unknown_name
from affect_store.store.sources.similar_ids import IdInUse, similar_groups
from affect_store.store.types import Candidate, Labels, Reject

LISTED = 40
"""Maximum number of listed groups of similar ids, and of replaced ids."""

_UNKNOWN = ("", "unknown", None)
"""Values of an attribute that the corpus does not record."""


@dataclass(frozen=True)
class IdentityAnswers:
    """What the user says about similar ids: `same` holds texts `A=B` (A is person B), `distinct` covers the rest."""

    same: Sequence[str] = ()
    distinct: bool = False


NO_ANSWERS = IdentityAnswers()


@dataclass
class CorpusIdentities:
    """The decisions about the ids of one corpus: stored ones, and new ones from the user's answers."""

    corpus: str
    stored: Identities = field(default_factory=Identities)
    answers: IdentityAnswers = NO_ANSWERS
    new: dict[str, str | None] = field(default_factory=dict)
    replaced: dict[str, str] = field(default_factory=dict)
    """Ids in the folder that were replaced."""

    @classmethod
    def read(cls, connection: Connection, corpus: str, answers: IdentityAnswers = NO_ANSWERS) -> CorpusIdentities:
        """Read the stored decisions about the ids of a corpus."""
        return cls(corpus, read_identities(connection, corpus), answers)

    @property
    def distinct(self) -> list[str]:
        """Subject ids that the user declared to be of people of their own."""
        return [subject_id for subject_id, same_as in self.decided.same_as.items() if same_as is None]

    @property
    def decided(self) -> Identities:
        """All decisions; new ones replace stored ones."""
        return Identities({**self.stored.same_as, **self.new})

    def renamed(self, sources: Sequence[Candidate | Reject], known: Iterable[KnownPhoto]) -> list[Candidate | Reject]:
        """Return the files with the ids that replace theirs, after applying the answers `same`.

        Raises `CorpusError` for answers that contradict each other or name an id that does not occur.
        """
        in_folder = {source.labels.subject_id for source in sources if isinstance(source, Candidate)}
        in_catalogue = {photo.labels.subject_id for photo in known if photo.corpus == self.corpus}
        self._apply_answers(set(map(self._name, in_folder | in_catalogue | set(self.stored.same_as))))
        decided = self.decided
        names = {name: decided.resolve(name) for name in in_folder}
        self.replaced = {name: other for name, other in sorted(names.items()) if name != other}
        return [_renamed(source, self.replaced) for source in sources] if self.replaced else list(sources)

    def _apply_answers(self, names: Collection[str]) -> None:
        given: set[str] = set()
        for text in self.answers.same:
            alias, name = map(self._subject_id, self._sides(text, names))
            is_circular = alias != name and self.decided.resolve(name) == alias
            if alias in given or (is_circular and name in given):
                raise CorpusError(f"--same {text} contradicts another --same; give each id one id that replaces it")
            given.add(alias)
            self.new[alias] = None if alias == name else name
            if is_circular:  # an earlier decision in the opposite direction
                self.new[name] = None

    def _sides(self, text: str, names: Collection[str]) -> tuple[str, str]:
        """Return both ids of `A=B`. Ids may contain `=`, and begin with the name of the corpus."""
        parts = text.split("=")
        pairs = [("=".join(parts[:number]), "=".join(parts[number:])) for number in range(1, len(parts))]
        if not pairs:
            raise CorpusError(f"--same {text}: expected A=B, two ids of the corpus {self.corpus!r}; B replaces A")
        for pair in (*pairs, *((self._name(alias), self._name(name)) for alias, name in pairs)):
            if set(pair) <= set(names):
                return pair
        missing = next(name for name in pairs[0] if name not in names)
        raise CorpusError(f"--same {text}: {unknown_name('id', missing, names, of=self.corpus)}")

    def merge_catalogued(self, changes: Reconciliation, known: Mapping[str, KnownPhoto]) -> None:
        """Add corrections of catalogued photographs that have a replaced id and no corrected labels yet."""
        decided, corrected = self.decided, {image_id for image_id, _ in changes.corrected}
        for image_id, photo in known.items():
            name = decided.resolve(photo.labels.subject_id)
            if photo.corpus == self.corpus and name != photo.labels.subject_id and image_id not in corrected:
                changes.corrected.append((image_id, replace(photo.labels, subject_id=name)))

    def require_decided(self, changes: Reconciliation, known: Mapping[str, KnownPhoto], command: str) -> None:
        """Raise `CorpusError`, listing them, if ids may belong to one person and the user has not decided about them.

        `command` is the beginning of the command that decides.
        """
        decided = self.decided.same_as
        groups = [
            group
            for group in similar_groups(self._ids(changes, known))
            if not all(self._subject_id(member.name) in decided for member in group)
        ]
        if groups and not self.answers.distinct:
            raise CorpusError(_message(groups, self.corpus, command))
        for member in (member for group in groups for member in group):
            self.new.setdefault(self._subject_id(member.name), None)

    def _ids(self, changes: Reconciliation, known: Mapping[str, KnownPhoto]) -> list[IdInUse]:
        """Return the ids that the corpus will have with these changes, without those of missing photographs alone."""
        corrected, members = dict(changes.corrected), dict[str, list[tuple[Labels, str]]]()
        missing, present, adopted = set(changes.missing), set(changes.returned), set(changes.adopted)
        for image_id, photo in known.items():
            is_there = image_id not in missing and (image_id in present or not photo.is_missing)
            is_there &= not photo.is_removed
            if (photo.corpus == self.corpus or image_id in adopted) and is_there:
                labels = corrected.get(image_id, photo.labels)
                members.setdefault(self._name(labels.subject_id), []).append((labels, photo.path))
        for new in changes.photos:
            members.setdefault(self._name(new.labels.subject_id), []).append((new.labels, str(new.path)))
        return [IdInUse(name, len(rows), rows[0][1], attributes_of(rows[0][0])) for name, rows in members.items()]

    def store(self, connection: Connection, erased: ErasedPeople) -> None:
        """Store the new decisions, except those that name a person who withdrew consent."""
        decisions = {
            subject_id: same_as
            for subject_id, same_as in self.new.items()
            if not any(map(erased.has_id, filter(None, (subject_id, same_as))))
        }
        store_identities(connection, self.corpus, decisions)

    def report(self) -> None:
        """Print which ids were replaced."""
        if self.replaced:
            names = [f"{self._name(name)} by {self._name(other)}" for name, other in self.replaced.items()]
            more = f" and {len(names) - LISTED:,} more" if len(names) > LISTED else ""
            console.say(
                f"      ids replaced, as decided with --same: {', '.join(names[:LISTED])}{more}", style="yellow"
            )

    def _name(self, subject_id: str) -> str:
        return subject_id.removeprefix(f"{self.corpus}-")

    def _subject_id(self, name: str) -> str:
        return f"{self.corpus}-{name}"


def _renamed(source: Candidate | Reject, names: Mapping[str, str]) -> Candidate | Reject:
    if isinstance(source, Reject) or source.labels.subject_id not in names:
        return source
    return replace(source, labels=replace(source.labels, subject_id=names[source.labels.subject_id]))


def attributes_of(labels: Labels) -> tuple[str | None, ...]:
    """Return the attributes by which people with similar ids are distinguished; None for unknown ones."""
    return tuple(None if value in _UNKNOWN else value for value in (labels.sex, labels.population))


def _message(groups: Sequence[Sequence[IdInUse]], corpus: str, command: str) -> str:
    lines = [" and ".join(map(_described, group)) for group in groups[:LISTED]]
    if len(groups) > LISTED:
        lines.append(f"... and {len(groups) - LISTED:,} more")
    same = " ".join(option for group in groups[:LISTED] for option in _same_options(group))
    listed = "".join(f"\n  {line}" for line in lines)
    return (
        f"the corpus {corpus!r} has ids that may belong to one person, since they differ only in case, spaces, leading "
        f"zeros, a prefix or their Unicode form:{listed}\n"
        "Nothing was stored, since a person with two ids would be both trained on and tested. Correct the ids in the "
        "folder, or decide once, with the other options of your run; the decision is stored with the corpus.\n"
        f"If each line is one person:\n{command} {same}\n"
        f"If all are different people:\n{command} --distinct\n"
        "With both, --distinct covers the ids that no --same names."
    )


def _described(member: IdInUse) -> str:
    count = "1 photograph" if member.photographs == 1 else f"{member.photographs:,} photographs"
    return f"{member.name!r} ({count}, e.g. {member.example})"


def _same_options(group: Sequence[IdInUse]) -> list[str]:
    """Return the options that replace each id of a group by the most frequent one, or the longest printable one."""
    kept = max(group, key=lambda member: (member.photographs, member.name.isprintable(), len(member.name)))
    return [f"--same {shell_word(f'{member.name}={kept.name}')}" for member in group if member is not kept]


def shell_word(text: str) -> str:
    """Return a text as a word of a shell's command line; invisible characters are written as codes (bash, zsh)."""
    if text.isprintable():
        return shlex.quote(text)
    codes = (char if char.isprintable() and char not in "'\\" else f"\\U{ord(char):08x}" for char in text)
    return f"$'{''.join(codes)}'"
