"""The JSON addresses against their OpenAPI: schemathesis asks them whatever the schema allows, and what it does not."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable

from detente.archive import Archive
from detente.web import create_app
from detente.web import guard as guarding
from detente.web.guard import Policy

schemathesis = pytest.importorskip("schemathesis")
from schemathesis.specs.openapi.checks import positive_data_acceptance  # noqa: E402

DOSSIER = Path(__file__).parent / "data" / "dossier" / "reports.jsonl"
#: How many questions each address is asked; DETENTE_EXAMPLES asks more.
EXAMPLES = int(os.environ.get("DETENTE_EXAMPLES", "12"))
KEY = {"authorization": "Bearer asked"}


#: No schema tells whether a text is one that can be read, or an address one that may be asked.
UNREADABLE = [positive_data_acceptance]


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The OpenAPI of an app with twelve reports, which any name may ask and a token opens."""
    db = tmp_path_factory.mktemp("api") / "a.db"
    lines = DOSSIER.read_text(encoding="utf-8").splitlines()[:12]
    part = db.with_name("reports.jsonl")
    part.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with Archive.open(db) as archive:
        archive.add_all([part])
    patch = pytest.MonkeyPatch()
    patch.setattr(guarding, "ADDS", 10_000)
    app = create_app(db, Policy(token="asked", hosts=None))
    yield schemathesis.openapi.from_asgi("/openapi.json", app, headers=KEY)
    patch.undo()


@pytest.mark.parametrize("mode", ["positive", "negative"])
def test_every_address_keeps_to_its_schema(api: Any, mode: str) -> None:
    """Statuses, types and bodies are those that the schema tells; what it forbids is refused; nothing fails inside."""
    asked, failed = 0, []
    for found in api.get_all_operations():
        operation = found.ok()
        try:
            asked += ask(operation, schemathesis.GenerationMode(mode))
        except (Exception, BaseExceptionGroup) as error:
            failed.append(f"{operation.label}: {getattr(error, 'exceptions', [error])[0]}")
    print(f"{asked} questions, {len(failed)} of the addresses fail")
    assert failed == []
    assert asked > EXAMPLES


def ask(operation: Any, mode: Any) -> int:
    """Asks one address; how many questions that were."""
    asked = 0
    excluded = UNREADABLE if operation.label == "POST /add.json" else []

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=[*HealthCheck]
    )
    def once(case: Any) -> None:
        nonlocal asked
        asked += 1
        case.call_and_validate(headers=KEY, excluded_checks=excluded)

    with suppress(Unsatisfiable):  # nothing that its schema forbids can be put into some addresses
        once()
    return asked
