"""The scenario format as a JSON Schema, for editors that complete and check TOML."""

from typing import Any, get_origin

from pydantic import BaseModel

from simtrain.scenario.models import Tables
from simtrain.scenario.numbers import law_schema
from simtrain.scenario.reference import default_of, description_of, model_in

JsonSchema = dict[str, Any]

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_LAWS = {"Law": law_schema(["occurrence", "trial"]), "LawPerTrial": law_schema(["trial"])}
_EXTENDS: JsonSchema = {
    "type": "string",
    "description": "Another scenario file, whose values hold unless this one gives its own.",
}


def json_schema() -> JsonSchema:
    """JSON Schema (draft 2020-12) of a scenario file.

    It knows less than `load`: neither the bounds of a quantity nor how keys must agree.
    """
    schema = Tables.model_json_schema()
    definitions = schema["$defs"]
    for model in _models(Tables):
        _tidy(schema if model is Tables else definitions[model.__name__], model)
    return {
        "$schema": _DRAFT,
        "title": "A scenario of simtrain",
        "type": "object",
        "properties": {"extends": _EXTENDS, **schema["properties"]},
        "additionalProperties": False,
        "if": {"not": {"required": ["extends"]}},
        "then": _requirements(Tables),
        "$defs": {**definitions, **_LAWS},
    }


def _models(model: type[BaseModel]) -> set[type[BaseModel]]:
    """Collect the model of a table and of all tables inside it."""
    inner = (model_in(field.annotation) for field in model.model_fields.values())
    return {model}.union(*(_models(below) for below in inner if below))


def _tidy(schema: JsonSchema, model: type[BaseModel]) -> None:
    """Turn what pydantic says of a table into what its author would."""
    schema.pop("title", None)
    schema.pop("required", None)
    for name, field in model.model_fields.items():
        written = _without_null(schema["properties"][name])
        for noise in ("title", "default"):
            written.pop(noise, None)
        default = default_of(field)
        described = {"description": description_of(model, name)}
        if written.get("type") == "array" and model_in(field.annotation):
            written = _with_rows_by_number(written)
        schema["properties"][name] = _with_short_laws(
            {**written, **described} | ({} if default is None else {"default": default})
        )


def _with_rows_by_number(schema: JsonSchema) -> JsonSchema:
    """Accept some rows of a list by their numbers, as a file may that extends another."""
    rows = {"patternProperties": {"^[0-9]+$": schema["items"]}, "additionalProperties": False}
    return {**schema, "type": ["array", "object"], **rows}


def _without_null(schema: JsonSchema) -> JsonSchema:
    """Leave out the null that stands for a key which is not given."""
    rest = [option for option in schema.get("anyOf", ()) if option != {"type": "null"}]
    if len(rest) == 1:
        return {**{key: schema[key] for key in schema if key != "anyOf"}, **rest[0]}
    return {**schema, "anyOf": rest} if rest else dict(schema)


def _with_short_laws(schema: Any) -> Any:
    """Refer to the definition of a law instead of repeating it."""
    for name, law in _LAWS.items():
        if schema == law:
            return {"$ref": f"#/$defs/{name}"}
    if isinstance(schema, dict):
        return {key: _with_short_laws(value) for key, value in schema.items()}
    return [_with_short_laws(value) for value in schema] if isinstance(schema, list) else schema


def _requirements(model: type[BaseModel]) -> JsonSchema:
    """List what a file must give that extends no other."""
    required = [name for name, field in model.model_fields.items() if field.is_required()]
    inner = {}
    for name, field in model.model_fields.items():
        below = model_in(field.annotation)
        if below is not None and (rules := _requirements(below)):
            inner[name] = _in_each(field.annotation, rules)
    return ({"required": required} if required else {}) | ({"properties": inner} if inner else {})


def _in_each(annotation: Any, rules: JsonSchema) -> JsonSchema:
    """Apply `rules` to each of the tables that a field of this type holds."""
    if get_origin(annotation) is dict:
        return {"additionalProperties": rules}
    return {"items": rules} if get_origin(annotation) is tuple else rules
