"""`detente serve`: the archive in the browser."""

from __future__ import annotations

import click

from detente import cli_archive


@click.command(name="serve", short_help="Open the archive in the browser.")
@cli_archive._db
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option("--port", type=click.IntRange(0, 65535), default=8620, show_default=True, help="0 takes a free one.")
def serve(db: str, host: str, port: int) -> None:
    """Opens the archive in the browser: the talks, the table, the promises, and every report behind them.

    Listens on this machine only. Stop it with Ctrl-C.

    \b
    Examples:
      detente serve
      detente serve --db talks.db --port 8000
    """
    import uvicorn

    from detente.web import create_app

    click.echo(f"Detente listens at http://{host}:{port} (Ctrl-C stops it)", err=True)
    uvicorn.run(create_app(db), host=host, port=port, log_level="warning")


COMMANDS = (serve,)
