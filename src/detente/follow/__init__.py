"""Follows talks across reports: processes, issues, positions, what became of promises, what hangs on what.

`follow()` takes dated records and gives a `Following`; no database is needed and no text is read anew.
"""

from __future__ import annotations

from detente.follow.filed import Filed, Quote, Told
from detente.follow.filing import attach
from detente.follow.following import Following, follow
from detente.follow.followup import FollowUp
from detente.follow.issues import Issue
from detente.follow.linkage import Linkage, Node, would_move
from detente.follow.positions import Position, Table
from detente.follow.processes import Attachment, Decision, Process, Processes
from detente.follow.rounds import Mention, Round
from detente.follow.tellings import Telling
from detente.follow.timeline import Event

#: Goes up when reports are followed by other rules, so that archives follow theirs anew.
RULES = 4

__all__ = [
    "RULES", "Attachment", "Decision", "Event", "Filed", "FollowUp", "Following", "Issue", "Linkage", "Mention", "Node",
    "Position", "Process", "Processes", "Quote", "Round", "Table", "Telling", "Told", "attach", "follow", "would_move",
]  # fmt: skip
