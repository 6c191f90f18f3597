"""A publication as Croissant 1.1 metadata (JSON-LD): the file, its checksum, and the fields of the feature tables.

Croissant is MLCommons' format of metadata, https://docs.mlcommons.org/croissant/docs/croissant-spec.html. No reader of
it opens DuckDB files: the record sets describe the tables, for search and for people.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from store.tables.catalog import BY_NAME, FIELDS, Field, Table
from store.tables.home import STORE_FILE
from store.vocabulary import AXES, LANDMARK_COUNT, PIXEL_CHANNELS, PIXEL_HEIGHT_PX, PIXEL_WIDTH_PX, VECTOR_LENGTH

DESCRIBED = ("catalogue.images", "features.landmarks", "features.deltas", "features.pixels", "splits.assignments")
CITATION = (
    "@article{langner2010rafd, title={Presentation and validation of the Radboud Faces Database}, author={Langner,"
    " Oliver and Dotsch, Ron and Bijlstra, Gijsbert and Wigboldus, Daniel H. J. and Hawk, Skyler T. and"
    " van Knippenberg, Ad}, journal={Cognition and Emotion}, volume={24}, number={8}, pages={1377--1388}, year={2010},"
    " doi={10.1080/02699930903485076}}"
)
"""The protocol of the photographs: person x emotion x camera angle x gaze."""

_SHAPES = {
    VECTOR_LENGTH: f"{LANDMARK_COUNT},{AXES}",
    LANDMARK_COUNT: str(LANDMARK_COUNT),
}
_RGB = {"dataType": "cr:UInt8", "isArray": True, "arrayShape": f"{PIXEL_HEIGHT_PX},{PIXEL_WIDTH_PX},{PIXEL_CHANNELS}"}
_TYPES = {
    "VARCHAR": "sc:Text", "JSON": "sc:Text", "BOOLEAN": "sc:Boolean", "TIMESTAMPTZ": "sc:DateTime",
    "FLOAT": "cr:Float32", "DOUBLE": "cr:Float64", "UTINYINT": "cr:UInt8", "USMALLINT": "cr:UInt16",
    "UINTEGER": "cr:UInt32", "UBIGINT": "cr:UInt64",
}  # fmt: skip
_OWN = (
    "arrayShape", "citeAs", "column", "containedIn", "equivalentProperty", "extract", "field", "fileObject",
    "fileProperty", "fileSet", "format", "includes", "isArray", "isLiveDataset", "jsonPath", "key", "md5",
    "parentField", "path", "recordSet", "references", "regex", "repeated", "replace", "samplingRate", "separator",
    "source", "subField", "transform",
)  # fmt: skip
"""Terms of the official context that are Croissant's own."""

CONTEXT: dict[str, Any] = {
    "@language": "en", "@vocab": "https://schema.org/", "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/", "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/", "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"}, "examples": {"@id": "cr:examples", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "name": {"@container": "@language"}, "description": {"@container": "@language"},
    **{name: f"cr:{name}" for name in _OWN},
}  # fmt: skip


def metadata(told: Mapping[str, Any], *, sha256: str, size_bytes: int, has_faces: bool) -> dict[str, Any]:
    """The JSON-LD object. `told` holds the properties that people read: name, description, licence and the rest."""
    names = [name for name in DESCRIBED if has_faces or name != "features.pixels"]
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": ["http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"],
        "citeAs": CITATION,
        "isLiveDataset": False,
        **told,
        "distribution": [
            {
                "@type": "cr:FileObject",
                "@id": STORE_FILE,
                "name": STORE_FILE,
                "description": "DuckDB database, format of DuckDB 1.5; open it read-only",
                "contentUrl": STORE_FILE,
                "contentSize": f"{size_bytes} B",
                "encodingFormat": "application/vnd.duckdb",
                "sha256": sha256,
            }
        ],
        "recordSet": [_record_set(BY_NAME[name]) for name in names],
    }


def _record_set(table: Table) -> dict[str, Any]:
    name = table.qualified
    key: Sequence[dict[str, str]] = [{"@id": f"{name}/{column}"} for column in table.key]
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": f"Table {name} of {STORE_FILE}: {table.grain}.",
        "key": key[0] if len(key) == 1 else key,
        "field": [_field(table, FIELDS[column]) for column in table.columns],
    }


def _field(table: Table, one: Field) -> dict[str, Any]:
    unit = f" [{one.unit}]" if one.unit else ""
    words = f" ({', '.join(one.words)})" if one.words else ""
    return {
        "@type": "cr:Field",
        "@id": f"{table.qualified}/{one.name}",
        "name": one.name,
        "description": f"{one.meaning}{unit}{words}",
        **_kind(one),
        **_reference(table, one),
        "source": {"fileObject": {"@id": STORE_FILE}, "extract": {"column": one.name}},
    }


def _kind(one: Field) -> dict[str, Any]:
    if one.is_vector:
        length = int(one.sql_type[one.sql_type.index("[") + 1 : -1])
        return {"dataType": "cr:Float32", "isArray": True, "arrayShape": _SHAPES[length]}
    return dict(_RGB) if one.name == "rgb" else {"dataType": _TYPES[one.sql_type]}


def _reference(table: Table, one: Field) -> dict[str, Any]:
    """A photograph's id leads to the table of photographs, from everywhere else."""
    if table.qualified != DESCRIBED[0] and one.name in ("image_id", "reference_image_id"):
        return {"references": {"field": {"@id": f"{DESCRIBED[0]}/image_id"}}}
    return {}
