"""How long a connection may keep the server waiting for what it asks."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

#: The head of a request has come whole after so many seconds.
LONGEST = 20.0


class Patient(H11Protocol):
    """A connection that is closed where no request has come whole in LONGEST seconds, however steadily its bytes trickle.

    The server itself sets a bound only to the time between two requests, and forgets it with the first byte.
    """

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begins to wait for the first request."""
        super().connection_made(transport)
        self._wait()

    def on_response_complete(self) -> None:
        """Begins to wait for the next request, unless it is here already."""
        answered = self.cycle
        super().on_response_complete()
        if self.cycle is answered:
            self._wait()

    def _wait(self) -> None:
        self.loop.call_later(LONGEST, self._give_up, self.cycle)

    def _give_up(self, answered: RequestResponseCycle | None) -> None:
        if self.cycle is answered and not self.transport.is_closing():
            self.transport.close()
