"""The letters as one PDF: an A4 page each, to be folded in three behind a window.

Where the address stands: the window of a French DL (110 × 220 mm) or C5/6 (114 × 229 mm)
envelope is 35 or 45 × 100 mm, 20 mm from its right and its lower edge. Whichever way a sheet
folded in three slides in it, what lies from 110 to 190 mm across and from 55 to 79 mm down the
page is seen, and nothing else may be written from 34 to 94 mm down that half. This is the frame
that French mail houses give (8.5 × 3.3 cm, 5.5 cm from the top, 11 cm from the left). Folds at 99
and 198 mm.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import segno

from reports.post.content import Letter, Mailing, Office
from reports.press import Press

_PRESS: Final = Press(Path(__file__).parent / "templates", "letter")


def letters_pdf(
    office: Office, mailing: Mailing, letters: Sequence[Letter], *, blank_backs: bool
) -> bytes:
    """One page a letter, in this order; `blank_backs`: and an empty one, to print on both sides."""
    drawn: str = segno.make_qr(office.code_url, error="m").svg_data_uri(border=0)
    return _PRESS.pdf(
        office=office, mailing=mailing, letters=letters, blank_backs=blank_backs, drawn_code=drawn
    )
