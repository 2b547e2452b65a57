import datetime as dt
import json
import re
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given

from simtrain.scenario import catalogue
from simtrain.scenario.reference import tables
from simtrain.scenario.schema import json_schema
from simtrain.scenario.template import template
from tests.examples import examples
from tests.scenario.valid import TEXT
from tests.strategies import documents

SCHEMA = json_schema()


def test_it_is_json_and_says_what_it_is() -> None:
    assert json.loads(json.dumps(SCHEMA)) == SCHEMA
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert SCHEMA["title"]
    assert "extends" in SCHEMA["properties"]


def test_every_key_is_described() -> None:
    for name, table in _objects(SCHEMA):
        for key, value in table["properties"].items():
            assert value.get("description"), f"{name}: {key}"


def test_it_has_no_leftovers_of_its_making() -> None:
    text = json.dumps({name: SCHEMA[name] for name in ("properties", "$defs")})
    assert '"null"' not in text
    assert '"required": []' not in text
    for definition in SCHEMA["$defs"].values():
        assert "title" not in definition


def test_every_reference_leads_somewhere_and_every_definition_is_used() -> None:
    used = set(re.findall(r'"#/\$defs/(\w+)"', json.dumps(SCHEMA)))
    assert used == set(SCHEMA["$defs"])


def test_it_knows_the_keys_of_the_format() -> None:
    known = {key for _, table in _objects(SCHEMA) for key in table["properties"]}
    assert {key.name for table in tables() for key in table.keys} <= known


@pytest.mark.parametrize(
    "text",
    [TEXT, template(), *(file.read_text() for file in catalogue.packaged().values())],
    ids=["valid", "template", *catalogue.packaged()],
)
def test_scenarios_that_load_satisfy_it(text: str) -> None:
    assert list(_violations(_as_json(tomllib.loads(text)), SCHEMA)) == []


@examples(40)
@given(documents())
def test_scenarios_that_are_drawn_satisfy_it(document: dict[str, Any]) -> None:
    assert list(_violations(_as_json(document), SCHEMA)) == []


@pytest.mark.parametrize(
    ("document", "where"),
    [
        ({}, ""),
        ({"clutser": {}}, ""),
        ({"extends": 3}, "extends"),
        ({"extends": "x", "cluster": {"hosts": "3"}}, "cluster.hosts"),
        ({"extends": "x", "cluster": {"hosts": 0}}, "cluster.hosts"),
        ({"extends": "x", "cluster": {"hots": 3}}, "cluster"),
        ({"extends": "x", "fault": {"a": {"mtbf": 3}}}, "fault.a.mtbf"),
        ({"extends": "x", "fault": {"a": {"mtbf": {"law": "x"}}}}, "fault.a.mtbf"),
        ({"extends": "x", "fault": {"a": {"effect": "x"}}}, "fault.a.effect"),
        ({"extends": "x", "people": {"response": "30 m"}}, "people.response"),
        ({"extends": "x", "people": {"response": "30"}}, "people.response"),
        ({"extends": "x", "people": {"response": "10..40"}}, "people.response"),
        ({"extends": "x", "people": {"response": "10 min.."}}, "people.response"),
        ({"extends": "x", "fault": {"a": {"rate": "2 per m"}}}, "fault.a.rate"),
        ({"extends": "x", "fault": {"a": {"rate": "2"}}}, "fault.a.rate"),
        ({"extends": "x", "fault": {"a": {"automatic": "80 min"}}}, "fault.a.automatic"),
        ({"extends": "x", "cluster": {"spares": "5"}}, "cluster.spares"),
        ({"extends": "x", "cluster": {"age": "old"}}, "cluster.age"),
        ({"extends": "x", "checkpoint": {"interval": "250"}}, "checkpoint.interval"),
        ({"extends": "x", "checkpoint": {"size": "1.6 Tb"}}, "checkpoint.size"),
        ({"extends": "x", "people": {"when": [{"days": ["x"]}]}}, "people.when.0.days.0"),
    ],
)
def test_what_does_not_load_violates_it(document: Any, where: str) -> None:
    assert where in list(_violations(document, SCHEMA))


@pytest.mark.parametrize(
    ("table", "key", "value"),
    [
        ("people", "response", "1 h 30 min"),
        ("people", "response", "90minutes"),
        ("people", "response", "10..40 min"),
        ("people", "response", "10 min..1.5 h"),
        ("people", "response", "0"),
        ("people", "response", "0..5 min"),
        ("cluster", "spares", "5 %"),
        ("cluster", "age", "stationary"),
        ("cluster", "age", "90 d"),
        ("cluster", "idle_hazard", "25 %"),
        ("cluster", "idle_hazard", "10..25 %"),
        ("cluster", "idle_hazard", "0.1..0.25"),
        ("checkpoint", "interval", "250 steps"),
        ("checkpoint", "interval", "1e-1 h"),
        ("checkpoint", "size", "1.6 TB"),
        ("checkpoint", "load_bandwidth", "10 GB/s..40 GB/s"),
    ],
)
def test_quantities_that_can_be_read_satisfy_it(table: str, key: str, value: str) -> None:
    assert list(_violations({"extends": "x.toml", table: {key: value}}, SCHEMA)) == []


@pytest.mark.parametrize(
    "rate",
    ["0.016 per day", "2 per host-day", "6.5 per 1000 host-days", "2..5 per 1000 node-days", "1/h"],
)
def test_rates_that_can_be_read_satisfy_it(rate: str) -> None:
    document = {"extends": "x.toml", "fault": {"a": {"rate": rate}}}
    assert list(_violations(document, SCHEMA)) == []


def test_a_file_that_extends_another_may_be_incomplete() -> None:
    child = {"extends": "x.toml", "cluster": {"spares": 3}, "stop": {"a": {"kind": "pause"}}}
    assert list(_violations(child, SCHEMA)) == []


def _objects(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "", schema
    yield from schema["$defs"].items()


def _as_json(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_json(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_as_json(inner) for inner in value]
    return value.isoformat() if isinstance(value, dt.date) else value


def _violations(value: Any, schema: dict[str, Any], path: str = "") -> Iterator[str]:
    """Paths at which `value` violates a schema: as much of the standard as the format needs."""
    if "$ref" in schema:
        yield from _violations(value, SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]], path)
    if not _is_of_type(value, schema.get("type", [])):
        yield path
        return
    if "enum" in schema and value not in schema["enum"]:
        yield path
    if "const" in schema and value != schema["const"]:
        yield path
    options = schema.get("anyOf", [])
    if options and all(list(_violations(value, option, path)) for option in options):
        yield path
    if "minimum" in schema and not schema["minimum"] <= value <= schema["maximum"]:
        yield path
    if isinstance(value, str) and len(value) < schema.get("minLength", 0):
        yield path
    if isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        yield path
    if isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _violations(inner, schema.get("items", {}), _joined(path, str(number)))
    if isinstance(value, dict):
        yield from _violations_in(value, schema, path)
    if "if" in schema and not list(_violations(value, schema["if"], path)):
        yield from _violations(value, schema["then"], path)
    if "not" in schema and not list(_violations(value, schema["not"], path)):
        yield path


def _violations_in(value: dict[str, Any], schema: dict[str, Any], path: str) -> Iterator[str]:
    if any(key not in value for key in schema.get("required", [])):
        yield path
    for key, inner in value.items():
        rules = [rule for name, rule in schema.get("properties", {}).items() if name == key]
        rules += [
            rule
            for pattern, rule in schema.get("patternProperties", {}).items()
            if re.search(pattern, key)
        ]
        rest = schema.get("additionalProperties", True)
        if not rules and rest is False:
            yield path
        if not rules and isinstance(rest, dict):
            rules = [rest]
        for rule in rules:
            yield from _violations(inner, rule, _joined(path, key))


def _is_of_type(value: Any, types: str | list[str]) -> bool:
    known = {
        "object": dict,
        "array": list,
        "string": str,
        "boolean": bool,
        "integer": int,
        "number": (int, float),
    }
    names = [types] if isinstance(types, str) else types
    is_bool = isinstance(value, bool)
    return not names or any(
        isinstance(value, known[name]) and (not is_bool or name == "boolean")  # type: ignore[arg-type]
        for name in names
    )


def _joined(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
