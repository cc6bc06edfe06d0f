"""What every view needs of its process: the house it was opened with."""

from __future__ import annotations

from typing import cast

from flask import Flask, current_app

from app.house import House

_KEY = "barometre.house"


def install(app: Flask, house: House) -> None:
    """Give the application its house, once, when it is created."""
    app.extensions[_KEY] = house


def house() -> House:
    """The house of the request being served."""
    return cast(House, current_app.extensions[_KEY])
