"""Letters: print a pile, take some out of it, and mark it as posted."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.campaigns.letters_made import make_pile
from app.campaigns.letters_noted import note_letters
from app.campaigns.letters_read import LetterFilter, gone_since, whom_to_write
from app.campaigns.letters_runs import may_handle
from app.campaigns.opening import lock_wave
from app.cases.waves import is_paused, open_waves
from app.db import Database
from app.errors import Hidden, NotAllowed, Refused
from app.models.letters import PostedLetter, PrintRun
from app.models.organisations import AuditEntry
from app.models.territories import Place
from app.now import PARIS, paris
from app.vocabulary.letters import REASONS_IN_SHORT, LetterReason, NoLetter
from app.vocabulary.scope import Author, Right, Scope

MOST = 1_000
NOON = time(12, tzinfo=PARIS)


class NobodyToWriteTo(Refused):
    """The filters leave nobody with an address."""

    sentence = "Personne à qui écrire avec ces filtres. Élargissez-les, ou complétez les adresses."


class TooManyLetters(Refused):
    """More than one pile may hold."""

    sentence = "Un tirage compte {most} lettres au plus. Choisissez un département."


class WaveNotRunning(Refused):
    """No letter leaves for a wave that is not open, or is paused."""

    sentence = "Cette vague n’est pas en cours, ou elle est en pause. Aucun courrier n’est préparé."
    status = 409


class AlreadyPosted(Refused):
    """What is in the post is in the post."""

    sentence = "Ce tirage est déjà marqué comme posté. Rechargez la page pour le revoir."
    status = 409


class PileChanged(Refused):
    """Somebody answered after the list was shown."""

    sentence = (
        "{n} de plus à retirer de la pile\u00a0: des réponses sont arrivées depuis. "
        "Revenez au tirage, retirez ces lettres, puis marquez-le comme posté."
    )
    status = 409


class BadPostingDay(Refused):
    """A day before the printing, or to come."""

    sentence = "Indiquez le jour où le tirage a été posté, entre son impression et aujourd’hui."


@dataclass(frozen=True, slots=True)
class Posted:
    """What was put in the post."""

    n_posted: int
    n_left_out: int


def print_letters(
    db: Database, scope: Scope, by: Author, wave_id: int, wanted: LetterFilter, *, now: datetime
) -> int:
    """Make a pile of letters, one an authority; the run's id. Nothing is posted by that.

    Whoever was chosen by a colleague a moment before is not chosen again.
    """
    _check(scope)
    with db.transaction() as session:
        lock_wave(session, wave_id)
        if wave_id not in open_waves(session, now) or is_paused(session, wave_id):
            raise WaveNotRunning
        chosen = whom_to_write(session, scope, wave_id, wanted, now=now).ready
        if not chosen:
            raise NobodyToWriteTo
        if len(chosen) > MOST:
            raise TooManyLetters(most=MOST)
        ids = [one.territory_id for one in chosen]
        label = _label(session, wanted)
        return make_pile(session, wave_id, label, ids, by, made_by=scope.user_id, now=now)


def take_out(
    db: Database,
    scope: Scope,
    by: Author,
    run_id: int,
    territory_ids: Collection[int],
    *,
    now: datetime,
) -> int:
    """Of a pile that is not posted yet, exactly these are taken out by hand; how many.

    Those that were taken out before and are not among these are put back.
    """
    _check(scope)
    with db.transaction() as session:
        _hold(session, scope, run_id)
        letters = update(PostedLetter).where(PostedLetter.run_id == run_id)
        session.execute(
            letters.where(PostedLetter.left_out_because == NoLetter.BY_HAND).values(
                left_out_because=None
            )
        )
        taken = session.scalars(
            letters.where(PostedLetter.territory_id.in_(list(territory_ids)))
            .values(left_out_because=NoLetter.BY_HAND)
            .returning(PostedLetter.territory_id)
        ).all()
        session.add(_audit("letters_taken_out", run_id, by, now, n=len(taken)))
        return len(taken)


def mark_posted(
    db: Database,
    scope: Scope,
    by: Author,
    run_id: int,
    *,
    on: date,
    shown: Collection[int],
    now: datetime,
) -> Posted:
    """The pile is in the post since that day, without those that answered or refused meanwhile.

    `shown`: the authorities that were listed as to be taken out; whoever answered since then is
    still in the pile, and nothing is marked (`PileChanged`). Each authority that was written to
    gets a note, so that whoever calls knows; a call that was promised stays promised.
    """
    _check(scope)
    with db.transaction() as session:
        run = _hold(session, scope, run_id)
        posted_at = _posting(run, on, now)
        pile = _in_pile(session, run_id)
        gone = gone_since(session, run.wave_id, pile)
        if unseen := gone.keys() - set(shown):
            raise PileChanged(n=len(unseen))
        _leave_out(session, run_id, gone)
        run.posted_at, run.posted_by = posted_at, scope.user_id
        written = [territory_id for territory_id in pile if territory_id not in gone]
        note_letters(session, run, written, on=on, user_id=scope.user_id, now=now)
        session.add(_audit("letters_posted", run_id, by, now, n=len(written)))
        return Posted(len(written), _n_left_out(session, run_id))


def _check(scope: Scope) -> None:
    if not scope.may(Right.CHASE):
        raise NotAllowed


def _hold(session: Session, scope: Scope, run_id: int) -> PrintRun:
    """The run, held until the end, if it is theirs and not posted yet."""
    run = session.get(PrintRun, run_id, with_for_update=True)
    if run is None or not may_handle(session, scope, run_id):
        raise Hidden
    if run.posted_at is not None:
        raise AlreadyPosted
    return run


def _posting(run: PrintRun, on: date, now: datetime) -> datetime:
    """That day at noon, or now if it is today."""
    today = paris(now).date()
    if not paris(run.made_at).date() <= on <= today:
        raise BadPostingDay
    return now if on == today else max(datetime.combine(on, NOON), run.made_at)


def _in_pile(session: Session, run_id: int) -> Sequence[int]:
    return session.scalars(
        select(PostedLetter.territory_id)
        .where(PostedLetter.run_id == run_id, PostedLetter.left_out_because.is_(None))
        .order_by(PostedLetter.rank)
    ).all()


def _leave_out(session: Session, run_id: int, gone: Mapping[int, NoLetter]) -> None:
    for because in sorted(set(gone.values())):
        theirs = [territory_id for territory_id, why in gone.items() if why is because]
        session.execute(
            update(PostedLetter)
            .where(PostedLetter.run_id == run_id, PostedLetter.territory_id.in_(theirs))
            .values(left_out_because=because)
        )


def _n_left_out(session: Session, run_id: int) -> int:
    left_out = PostedLetter.left_out_because.is_not(None)
    return session.scalar(select(func.count()).where(PostedLetter.run_id == run_id, left_out)) or 0


def _label(session: Session, wanted: LetterFilter) -> str:
    """`Creuse : sans réponse`: where, then why, as the list of runs shows it."""
    place = session.get(Place, ("departement", wanted.departement)) if wanted.departement else None
    where = place.name if place else "Tous les départements"
    why = [REASONS_IN_SHORT[reason] for reason in LetterReason if reason in wanted.reasons]
    return f"{where}\u00a0: {', ou '.join(why)}"


def _audit(action: str, run_id: int, by: Author, now: datetime, **details: object) -> AuditEntry:
    return AuditEntry.of(by, action, f"print_run:{run_id}", details, at=now)
