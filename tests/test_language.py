"""spaCy as Detente loads it: which library multiplies its matrices."""

from __future__ import annotations

import pytest
from thinc.api import get_current_ops

from detente import language


@pytest.mark.parametrize(
    ("blis", "numpy", "takes_blis"),
    [(1.0, 1.0, True), (1.0, 0.8, True), (3.0, 1.0, False), (1.0, 3.0, True)],
)
def test_the_quicker_library_multiplies(
    monkeypatch: pytest.MonkeyPatch, blis: float, numpy: float, takes_blis: bool
) -> None:
    seconds = iter([[blis, 9.0], [numpy, 9.0]])
    monkeypatch.setattr("timeit.repeat", lambda *_, **__: next(seconds))
    with language._products():
        assert get_current_ops().use_blis is takes_blis
