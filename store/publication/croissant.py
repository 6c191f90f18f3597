"""Croissant 1.1 metadata (JSON-LD) of a publication: the file, its checksum, and the fields of the feature tables.

Croissant is the metadata format of MLCommons, https://docs.mlcommons.org/croissant/docs/croissant-spec.html. Its
readers cannot open DuckDB files, so the record sets only describe the tables, for search engines and people.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from affect_store.store.home import STORE_FILE
from affect_store.store.schema.declarations import Field, Table
from affect_store.store.schema.fields import FIELDS
from affect_store.store.schema.tables import BY_NAME
from affect_store.store.vocabulary import (
    AXES,
    LANDMARK_COUNT,
    PIXEL_CHANNELS,
    PIXEL_HEIGHT_PX,
    PIXEL_WIDTH_PX,
    VECTOR_LENGTH,
)

DESCRIBED = ("catalogue.images", "features.landmarks", "features.deltas", "features.pixels", "splits.assignments")
CITATION = (
    "@article{langner2010rafd, title={Presentation and validation of the Radboud Faces Database}, author={Langner,"
    " Oliver and Dotsch, Ron and Bijlstra, Gijsbert and Wigboldus, Daniel H. J. and Hawk, Skyler T. and"
    " van Knippenberg, Ad}, journal={Cognition and Emotion}, volume={24}, number={8}, pages={1377--1388}, year={2010},"
    " doi={10.1080/02699930903485076}}"
)
"""Citation of the protocol of the photographs: subject x emotion x camera angle x gaze."""

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
_CROISSANT_TERMS = (
    "arrayShape", "citeAs", "column", "containedIn", "equivalentProperty", "extract", "field", "fileObject",
    "fileProperty", "fileSet", "format", "includes", "isArray", "isLiveDataset", "jsonPath", "key", "md5",
    "parentField", "path", "recordSet", "references", "regex", "repeated", "replace", "samplingRate", "separator",
    "source", "subField", "transform",
)  # fmt: skip
"""Terms of the official JSON-LD context that Croissant defines."""

CONTEXT: dict[str, Any] = {
    "@language": "en", "@vocab": "https://schema.org/", "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/", "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/", "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"}, "examples": {"@id": "cr:examples", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "name": {"@container": "@language"}, "description": {"@container": "@language"},
    **{name: f"cr:{name}" for name in _CROISSANT_TERMS},
}  # fmt: skip


def metadata(properties: Mapping[str, Any], *, sha256: str, size_bytes: int, has_faces: bool) -> dict[str, Any]:
    """Return the JSON-LD object; `properties` describe the dataset: name, licence and so on."""
    names = [name for name in DESCRIBED if has_faces or name != "features.pixels"]
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": ["http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"],
        "citeAs": CITATION,
        "isLiveDataset": False,
        **properties,
        "distribution": [
            {
                "@type": "cr:FileObject",
                "@id": STORE_FILE,
                "name": STORE_FILE,
                "description": "DuckDB database in the storage format of DuckDB 1.5; open it read-only",
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
        "description": f"Table {name} of {STORE_FILE}. {table.grain}",
        "key": key[0] if len(key) == 1 else key,
        "field": [_field(table, FIELDS[column]) for column in table.columns],
    }


def _field(table: Table, column: Field) -> dict[str, Any]:
    unit = f" [{column.unit}]" if column.unit else ""
    allowed = f" ({', '.join(column.allowed_values)})" if column.allowed_values else ""
    return {
        "@type": "cr:Field",
        "@id": f"{table.qualified}/{column.name}",
        "name": column.name,
        "description": f"{column.meaning}{unit}{allowed}",
        **_data_type(column),
        **_reference(table, column),
        "source": {"fileObject": {"@id": STORE_FILE}, "extract": {"column": column.name}},
    }


def _data_type(column: Field) -> dict[str, Any]:
    if column.is_vector:
        length = int(column.sql_type[column.sql_type.index("[") + 1 : -1])
        return {"dataType": "cr:Float32", "isArray": True, "arrayShape": _SHAPES[length]}
    return dict(_RGB) if column.name == "rgb" else {"dataType": _TYPES[column.sql_type]}


def _reference(table: Table, column: Field) -> dict[str, Any]:
    """Return the foreign key to the table of photographs, for ids of photographs in other tables."""
    if table.qualified != DESCRIBED[0] and column.name in ("image_id", "reference_image_id"):
        return {"references": {"field": {"@id": f"{DESCRIBED[0]}/image_id"}}}
    return {}
