"""The drawings templates may ask for, as the Jinja global `svg`.

Each returns SVG text whose words are already escaped: a template writes `svg.sign("done")|safe`.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final

from app.charts import bars, card_bars, cells, days, masked, signs

# Few different ones, on every page: drawing them anew took a tenth of a section's time.
_kept = lru_cache(maxsize=512)

DRAWINGS: Final[Mapping[str, Callable[..., str]]] = {
    "campaign_line": days.campaign_line,
    "card_axis": card_bars.card_axis,
    "card_bar": card_bars.card_bar,
    "card_key_bar": card_bars.card_key_bar,
    "card_key_peers": card_bars.card_key_peers,
    "cell_bar": bars.cell_bar,
    "cells": _kept(cells.cells),
    "interval_line": bars.interval_line,
    "key_bar": bars.key_bar,
    "key_dot": bars.key_dot,
    "logo": _kept(signs.logo),
    "masked_swatch": masked.masked_swatch,
    "sign": _kept(signs.sign),
}
