"""What is checked once more when a message is about to leave. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from app.messages.letters import CaseFacts, Letter
from app.vocabulary.dispositions import DISPOSITIONS, SUBMITTED, D, may_move
from app.vocabulary.message_life import MOST_A_MONTH, MOST_A_WEEK, UNASKED, EventKind
from app.vocabulary.office_hours import next_open_for_all
from app.vocabulary.scope import Channel

OF_TEAM = ("assignment", "validation", "returned")
PAUSE_LOOKED_AT_AGAIN = timedelta(hours=1)
CAP_LOOKED_AT_AGAIN = timedelta(days=1)

_OF_STATE = {
    "bouncing": "L’adresse a été rejetée par son serveur.",
    "stopped": "La personne a demandé à ne plus recevoir de messages.",
    "erased": "L’adresse a été effacée.",
}


@dataclass(frozen=True, slots=True)
class Held:
    """A message that does not leave now: never (cancelled, refused) or not yet (postponed)."""

    letter: Letter
    kind: EventKind
    reason: str  # in French, for the staff
    until: datetime | None = None


def judge_all(letters: Iterable[Letter], *, now: datetime) -> list[Letter | Held]:
    """Each letter judged; what a mailbox may get in a month counts those before it."""
    leaving: Counter[int] = Counter()
    judged: list[Letter | Held] = []
    for letter in letters:
        address, n_before = letter.address, leaving[letter.address.id]
        counted = replace(
            address,
            n_recent=address.n_recent + n_before,
            n_this_week=address.n_this_week + n_before,
        )
        judged.append(judge(replace(letter, address=counted), now=now))
        if isinstance(judged[-1], Letter) and letter.step in UNASKED:
            leaving[letter.address.id] += 1
    return judged


def judge(letter: Letter, *, now: datetime) -> Letter | Held:
    """The letter with the cases still worth speaking of, or why it is held."""
    barred = _barred(letter, now)
    if barred is not None:
        return Held(letter, EventKind.CANCELLED, barred)
    reasons = {case.id: _not_for(letter, case) for case in letter.cases}
    left = tuple(case for case in letter.cases if reasons[case.id] is None)
    if not left:
        said = [reason for reason in reasons.values() if reason is not None]
        return Held(letter, EventKind.CANCELLED, said[0] if said else "Plus rien à dire.")
    if letter.step in UNASKED:
        postponed = _not_yet(replace(letter, cases=left), now)
        if postponed is not None:
            return postponed
    return replace(letter, cases=left)


def to_mail(letter: Letter) -> tuple[int, ...]:
    """The cases of a chat's message that go by mail instead: the chat is shut, or not wanted.

    Whoever stopped everything about an authority is told nothing by mail either.
    """
    if letter.channel == Channel.EMAIL:
        return ()
    shut = letter.address.state != "good" or letter.address.suppressed
    return tuple(
        case.id
        for case in letter.cases
        if not case.contact_stopped and (shut or not case.wanted_here)
    )


def _barred(letter: Letter, now: datetime) -> str | None:
    """Why nothing of this message may leave, if so."""
    if letter.address.suppressed:
        return _OF_STATE["stopped"]
    if letter.address.state != "good":
        return _OF_STATE[letter.address.state]
    if letter.link_revoked:
        return "Le lien de ce message a été retiré."
    if letter.step in (*UNASKED, "delegation", *OF_TEAM) and letter.wave.ends_at <= now:
        return "La vague est terminée."
    if letter.step == "card" and letter.pdf is None:
        return "La fiche a été retirée."
    if letter.step == "prenotice" and _is_asked_by(letter, now):
        return "Ce préavis annonçait une invitation dont le jour est venu."
    return None


def _is_asked_by(letter: Letter, now: datetime) -> bool:
    """Held too long, a prenotice would announce what is past, beside the invitation itself."""
    asked_at = letter.details.get("asked_at")
    return asked_at is not None and datetime.fromisoformat(asked_at) <= now


def _not_for(letter: Letter, case: CaseFacts) -> str | None:
    """Why the message no longer speaks of this case, if so."""
    disposition = D(case.disposition)
    row = DISPOSITIONS[disposition]
    if case.contact_stopped:
        return _OF_STATE["stopped"]
    if not case.wanted_here:
        return "La personne veut de nouveau nos messages par courriel."
    if case.link is None or (case.stop_link is None and letter.channel == Channel.EMAIL):
        return "Le lien de ce message a été retiré."
    if letter.step == "invitation" and not _may_invite(letter, disposition):
        return _because(disposition)
    if letter.step == "prenotice" and not row.may_be_invited:
        return _because(disposition)
    if letter.step == "reminder" and not row.may_be_reminded:
        return _because(disposition)
    if letter.step == "reminder" and case.delegated and case.link.purpose == "answer":
        return "Le thème est confié à un collègue."
    if letter.step in OF_TEAM and not _may_answer(disposition):
        return _because(disposition)
    if letter.step == "delegation" and not (row.may_be_invited or row.may_be_reminded):
        return _because(disposition)
    return None


def _may_invite(letter: Letter, disposition: D) -> bool:
    """Asked for by the authority itself (a new contact), it speaks of what is begun or refused.

    Of what is begun it speaks too to a mailbox that staff put in the place of another.
    """
    if letter.details.get("asked_for"):
        return _may_answer(disposition)
    if letter.details.get("replaces") and disposition is D.STARTED:
        return True
    return DISPOSITIONS[disposition].may_be_invited or disposition is D.INVITED


def _may_answer(disposition: D) -> bool:
    """Whether answers may still be given or changed, by whoever is asked by their own authority."""
    begun = disposition is D.STARTED or may_move(disposition, D.STARTED)
    return begun and disposition not in SUBMITTED


def _because(disposition: D) -> str:
    if disposition in SUBMITTED:
        return "La réponse est arrivée avant l’envoi."
    return f"Le questionnaire est passé à «\u00a0{DISPOSITIONS[disposition].label}\u00a0»."


def _not_yet(letter: Letter, now: datetime) -> Held | None:
    if letter.wave.paused:
        until = now + PAUSE_LOOKED_AT_AGAIN
        return Held(letter, EventKind.POSTPONED, "La vague est en pause.", until)
    if letter.address.n_recent >= MOST_A_MONTH:
        reason = f"Cette boîte a déjà reçu {MOST_A_MONTH} messages en un mois."
        return Held(letter, EventKind.POSTPONED, reason, now + CAP_LOOKED_AT_AGAIN)
    if letter.address.n_this_week >= MOST_A_WEEK:
        reason = f"Cette boîte a déjà reçu {MOST_A_WEEK} messages cette semaine."
        return Held(letter, EventKind.POSTPONED, reason, now + CAP_LOOKED_AT_AGAIN)
    if letter.wave.office_hours:
        opens_at = next_open_for_all(now, [one.territory.departement_code for one in letter.cases])
        if opens_at > now:
            closed = "La mairie est fermée à cette heure."
            return Held(letter, EventKind.POSTPONED, closed, opens_at)
    return None
