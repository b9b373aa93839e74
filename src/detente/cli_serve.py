"""`detente serve`: the archive in the browser."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import secrets
import socket

import click

from detente.cli_common import with_db
from detente.errors import InputError

#: A token that strangers can try has so many characters at least.
SHORTEST = 16
#: Heaps that all threads share, and what glibc's `mallopt` calls that setting.
HEAPS, M_ARENA_MAX = 2, -8


@click.command(name="serve", short_help="Open the archive in the browser.")
@with_db
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Where to listen; beyond this machine with a token."
)
@click.option("--port", type=click.IntRange(1, 65535), default=8620, show_default=True, help="The port to listen on.")
@click.option(
    "--token", metavar="WORDS", envvar="DETENTE_TOKEN",
    help='What visitors must know; "new" makes one and prints it. DETENTE_TOKEN sets it without showing it.',
)  # fmt: skip
@click.option(
    "--name", "names", multiple=True, metavar="HOST", help="A name under which the app is reached; repeatable."
)
@click.option("--https", is_flag=True, help="It stands behind HTTPS: cookies are for HTTPS alone.")
@click.option("--proxy-header", default="", metavar="NAME", help="A header in which a proxy names who has signed in.")
@click.option("--proxy", "proxies", multiple=True, metavar="IP", help="The address of that proxy; repeatable.")
def serve(
    db: str, host: str, port: int, token: str | None, names: tuple[str, ...], https: bool, proxy_header: str,
    proxies: tuple[str, ...],
) -> None:  # fmt: skip
    """Open the archive in the browser: the talks, the table, the promises, and every report behind them.

    Listens on this machine only, unless --host says otherwise; then a token is needed, or a proxy that signs
    people in. Stop it with Ctrl-C.

    \b
    Examples:
      detente serve
      detente serve --db talks.db --port 8000
      detente serve --host 0.0.0.0 --name talks.example.org --token new
    """
    import uvicorn

    from detente.web import create_app
    from detente.web.guard import LOOPBACK, Policy
    from detente.web.patience import Patient

    beyond = host not in LOOPBACK
    if beyond and not (token or (proxy_header and proxies)):
        raise InputError(
            "is beyond this machine and needs a token", name=f"--host {host}",
            remedy='give --token new, or --proxy-header with --proxy',
        )  # fmt: skip
    if proxy_header and not proxies:
        raise InputError("needs the address of the proxy", name="--proxy-header", remedy="give --proxy IP")
    if token == "new":
        token = secrets.token_urlsafe(24)
        click.echo(f"Token: {token}", err=True)
    if beyond and token and len(token) < SHORTEST:
        raise InputError(
            f"has fewer than {SHORTEST} characters, which can be guessed", name="--token", remedy="give --token new"
        )
    hosts = None if beyond and not names else frozenset(n.lower() for n in names) | LOOPBACK
    policy = Policy(token or "", hosts, proxy_header.lower(), frozenset(proxies), https)
    # a page makes tens of thousands of objects that all go with it: looking for rings among them took a fifth of its time
    gc.set_threshold(50_000, 20, 20)
    _share_heaps()
    _check_free(host, port)
    click.echo(f"Detente listens at http://{host}:{port} (Ctrl-C stops it)", err=True)
    uvicorn.run(
        create_app(db, policy), host=host, port=port, http=Patient, ws="none", log_level="warning", proxy_headers=False,
        server_header=False,
    )  # fmt: skip


def _check_free(host: str, port: int) -> None:
    """Raises InputError where nobody can listen there, before it is said that somebody does."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind((host, port))
    except OSError as error:
        raise InputError(
            f"can't be listened at: {error.strerror}", name=f"{host}:{port}", remedy="give another --host or --port"
        ) from None


def _share_heaps() -> None:
    """Lets threads share their heaps where the C library is glibc: each on its own keeps what its largest page took."""
    with contextlib.suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, HEAPS)


COMMANDS = (serve,)
