"""The server beneath the app: how long it waits for a request."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import uvicorn

from detente.web import patience


async def _slow(scope: Any, receive: Any, send: Any) -> None:
    """Answers after a while, in two pieces."""
    import asyncio

    await asyncio.sleep(1.2)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"at ", "more_body": True})
    await asyncio.sleep(1.2)
    await send({"type": "http.response.body", "body": b"last"})


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Where a server listens that waits for a second."""
    monkeypatch.setattr(patience, "LONGEST", 1.0)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        found = int(free.getsockname()[1])
    config = uvicorn.Config(_slow, port=found, http=patience.Patient, ws="none", lifespan="off", log_level="critical")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield found
    server.should_exit = True
    thread.join(10)


def _trickle(connection: socket.socket) -> float:
    """Sends one header after the other until the other side hangs up; the seconds it took."""
    began = time.monotonic()
    connection.settimeout(0.1)
    while time.monotonic() - began < 8:
        try:
            connection.sendall(b"X-More: yes\r\n")
            if connection.recv(1000) == b"":
                break
        except TimeoutError:
            continue
        except OSError:
            break
    return time.monotonic() - began


def test_a_head_that_trickles_in_is_not_waited_for(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: here\r\n")
        assert 0.5 < _trickle(connection) < 5


def test_nor_is_that_of_a_second_request(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
        told = b""
        while b"last" not in told:
            told += connection.recv(1000)
        connection.sendall(b"GET / HTTP/1.1\r\nHost: here\r\n")
        assert 0.5 < _trickle(connection) < 5


def test_an_answer_may_take_longer(port: int) -> None:
    with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        assert [client.get("/").text for _ in range(2)] == ["at last", "at last"]
