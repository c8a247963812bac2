"""The OpenAPI document: every operation explained, every answer shown, every example true."""

import importlib
import pkgutil
from typing import Any

import pytest
from pydantic import BaseModel

from api import v1
from api.v1.paging import Given, Shape
from tests.api.conftest import TestClient, door

DOCUMENT = door().openapi()
OPERATIONS = {
    operation["operationId"]: operation for methods in DOCUMENT["paths"].values() for operation in methods.values()
}
MODELS: dict[str, type[BaseModel]] = {}
for _module in pkgutil.iter_modules(v1.__path__):
    for _name, _value in vars(importlib.import_module(f"api.v1.{_module.name}")).items():
        if isinstance(_value, type) and issubclass(_value, BaseModel) and _value not in (BaseModel, Shape, Given):
            MODELS[f"{_value.__module__}.{_value.__name__}"] = _value
SHOWN = {name: model for name, model in MODELS.items() if (model.model_config.get("json_schema_extra") or {})}


def test_it_is_served_to_whoever_asks(visitor: TestClient) -> None:
    answer = visitor.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert answer.json()["info"]["title"] == "Hearback"


def test_pages_and_health_are_not_in_it() -> None:
    assert all(path.startswith("/api/v1/") for path in DOCUMENT["paths"])


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_every_operation_says_what_it_does_and_what_may_go_wrong(name: str) -> None:
    operation = OPERATIONS[name]
    assert operation["summary"]
    assert operation["description"].endswith((".", "last_id`."))
    assert len(operation["tags"]) == 1
    assert operation["tags"][0] in {tag["name"] for tag in DOCUMENT["tags"]}
    answers = operation["responses"]
    assert {"401", "403", "422", "500", "503"} <= set(answers)
    assert all("application/problem+json" in answers[status]["content"] for status in answers if int(status) >= 400)
    assert "HTTPValidationError" not in str(answers)


@pytest.mark.parametrize(
    "name", sorted(name for name in OPERATIONS if name.startswith("moves_") and name != "moves_note")
)
def test_every_move_says_how_a_stale_one_is_refused(name: str) -> None:
    operation = OPERATIONS[name]
    assert {"404", "409", "428"} <= set(operation["responses"])
    assert "if-match" in {parameter["name"] for parameter in operation["parameters"]}


def test_every_answer_of_its_own_shows_an_example() -> None:
    def schema(operation: dict[str, Any]) -> dict[str, Any] | None:
        status = next(status for status in operation["responses"] if status.startswith("2"))
        content = operation["responses"][status].get("content", {}).get("application/json")
        return content["schema"] if content else None

    def shows(found: dict[str, Any]) -> bool:
        named = DOCUMENT["components"]["schemas"][found["$ref"].rpartition("/")[2]] if "$ref" in found else found
        if named.get("examples"):
            return True
        items = named.get("properties", {}).get("items", {}).get("items", {})
        return bool(items) and shows(items)

    bare = [name for name, operation in OPERATIONS.items() if (found := schema(operation)) and not shows(found)]
    assert bare == []


@pytest.mark.parametrize("name", sorted(SHOWN))
def test_every_example_of_an_answer_is_one(name: str) -> None:
    model = SHOWN[name]
    extra = model.model_config["json_schema_extra"]
    assert isinstance(extra, dict)
    examples = extra["examples"]
    assert isinstance(examples, list)
    for example in examples:
        assert set(example) <= set(model.model_fields)
        model.model_validate(example)


@pytest.mark.parametrize("name", sorted(DOCUMENT["webhooks"]))
def test_every_webhook_says_when_it_is_sent_and_how_it_is_signed(name: str) -> None:
    sent = DOCUMENT["webhooks"][name]["post"]
    assert sent["summary"]
    assert sent["description"].endswith(".")
    assert {"webhook-id", "webhook-timestamp", "webhook-signature"} == {one["name"] for one in sent["parameters"]}
    assert {"204", "410", "422"} == set(sent["responses"])
    assert "HTTPValidationError" not in str(sent)


def test_every_field_example_of_a_body_is_taken_by_its_field() -> None:
    for model in MODELS.values():
        if not issubclass(model, Given):
            continue
        given = {name: field.examples[0] for name, field in model.model_fields.items() if field.examples}
        required = {name for name, field in model.model_fields.items() if field.is_required()}
        assert required - set(given) <= {"words"}, f"{model.__name__} shows no example of {required - set(given)}"
        model.model_validate({"words": "why", **given} if "words" in model.model_fields else given)
