"""Prints the letters of a pile: the authorities, their codes, our office, on paper."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.campaigns.letters_runs import Sheet, pile_of
from app.db import Database
from app.house import House
from app.links.codes import code_of
from app.links.make import Wanted, ensure_links
from app.links.signed import Signer
from app.now import now as present
from app.settings import Settings
from app.vocabulary.scope import Scope
from reports.post.content import Office, letter_of, mailing_of
from reports.post.paper import letters_pdf


def part_pdf(
    db: Database,
    signer: Signer,
    settings: Settings,
    scope: Scope,
    run_id: int,
    part: int,
    *,
    blank_backs: bool,
    now: datetime,
) -> bytes:
    """The letters of one part of a pile, 100 at most: drawing takes 40 ms each.

    Printed again, it is the same, in the same order, those taken out included: each letter tells
    its place, by which it is found in the pile. Only an address that was mended since, or a wave
    that was extended, is told as it is now. `part` counts from 1; past the last, an empty pile is
    refused as absent (`Hidden`).
    """
    with db.transaction() as session:
        pile = pile_of(session, scope, run_id)
        sheets = pile.part(part)
        codes = _codes(session, signer, sheets, now=now)
    letters = [letter_of(one, codes[one.territory_id], len(pile.sheets)) for one in sheets]
    return letters_pdf(_office(settings), mailing_of(pile), letters, blank_backs=blank_backs)


def printer(house: House) -> Callable[[Scope, int, int, bool], bytes]:
    """What the console prints letters with: of which run (id) and part, with blank backs or not."""

    def print_part(scope: Scope, run_id: int, part: int, blank_backs: bool) -> bytes:
        signer = house.letterhead.signer
        return part_pdf(
            house.db,
            signer,
            house.settings,
            scope,
            run_id,
            part,
            blank_backs=blank_backs,
            now=present(),
        )

    return print_part


def _codes(
    session: Session, signer: Signer, sheets: Sequence[Sheet], *, now: datetime
) -> dict[int, str]:
    """The code of each authority's letter link, made if missing; the same at each printing."""
    wanted = {one.territory_id: Wanted("answer", one.territory_id, None) for one in sheets}
    links = ensure_links(session, list(wanted.values()), key_id=signer.key_id, now=now)
    return {
        territory_id: code_of(session, signer, links[one], now=now)
        for territory_id, one in wanted.items()
    }


def _office(settings: Settings) -> Office:
    lines = (line.strip() for line in settings.return_address.split("|"))
    return Office(
        sender=settings.sender_name,
        return_address=tuple(line for line in lines if line),
        code_url=f"{settings.public_url}/code",
        site=settings.public_url,
        help_phone=settings.help_phone,
        help_address=settings.help_address,
        dpo_address=settings.dpo_address,
    )
