"""Probabilities and their log-odds."""

from __future__ import annotations

import math


def probability(odds: float) -> float:
    """The probability that log-odds stand for; beyond 30 either way it no longer changes."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))


def log_odds(p: float, least: float = 1e-6) -> float:
    """The log-odds of a probability, taken to be no nearer to 0 and 1 than `least`."""
    p = min(max(p, least), 1 - least)
    return math.log(p / (1 - p))
