"""Broken input for every entrance: a short run of benchmarks/fuzz.py."""

from __future__ import annotations

import importlib.util
import sys
import time
from pathlib import Path

import pytest

_PATH = Path(__file__).parent.parent / "benchmarks" / "fuzz.py"
_SPEC = importlib.util.spec_from_file_location("fuzz", _PATH)
assert _SPEC is not None
assert _SPEC.loader is not None
fuzz = importlib.util.module_from_spec(_SPEC)
sys.modules["fuzz"] = fuzz
_SPEC.loader.exec_module(fuzz)


@pytest.mark.parametrize("name", list(fuzz.ENTRANCES))
def test_broken_input_is_refused_or_read(name: str) -> None:
    fuzz.attack(name, 15)


def test_what_breaks_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(fuzz.ENTRANCES, "weak", (lambda raw: raw.decode("ascii"), b"good"))
    with pytest.raises(UnicodeDecodeError):
        fuzz.attack("weak", 200)


def test_what_hangs_is_found_and_a_pause_is_no_hang(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzz, "LONGEST", 0.05)
    calls: list[bytes] = []

    def paused(raw: bytes) -> None:
        calls.append(raw)
        time.sleep(0.2 if len(calls) == 5 else 0)

    monkeypatch.setitem(fuzz.ENTRANCES, "paused", (paused, b"good"))
    fuzz.attack("paused", 20)
    monkeypatch.setitem(fuzz.ENTRANCES, "hangs", (lambda raw: time.sleep(0.2 if raw != b"good" else 0), b"good"))
    with pytest.raises(TimeoutError):
        fuzz.attack("hangs", 2)
