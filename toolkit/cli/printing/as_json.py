"""What a command lists, as a document for programs."""

from __future__ import annotations

import json
from typing import Any

import typer


def say_json(document: Any) -> None:
    """Print one JSON document and nothing else, in UTF-8 whatever the terminal speaks, as programs expect it."""
    text = json.dumps(document, ensure_ascii=False, indent=2)
    typer.echo(text.encode(errors="replace"))
