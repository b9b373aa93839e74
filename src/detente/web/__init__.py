"""The web app over an archive: server-rendered pages that work without a script, each also as JSON."""

from detente.web.app import create_app

__all__ = ["create_app"]
