"""Opening a wave: a case for every authority and theme, written by three statements."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from app.cases.waves import UnknownWave
from app.errors import Refused
from app.models.campaigns import Campaign, QuestionnaireVersion, Wave, WaveQuestionnaire
from app.vocabulary.themes import BY_CODE

Progress = Callable[[int, int], None]


class AlreadyOpened(Refused):
    """The wave is open: opening it again would ask everybody twice."""

    sentence = "Cette vague est déjà ouverte. Invitez maintenant un département."
    status = 409


class NoQuestionnaire(Refused):
    """A theme of the wave has no questionnaire that this campaign may use."""

    sentence = (
        "Le thème «\u00a0{theme}\u00a0» n’a pas de questionnaire utilisable. "
        "Chargez-le, ou émettez sa version, puis ouvrez de nouveau la vague."
    )


class NobodyToAsk(Refused):
    """The panel is empty."""

    sentence = "Aucune collectivité n’est à interroger. Importez d’abord la géographie."


class FrameMismatch(RuntimeError):
    """Cases and frame differ: the denominator would be wrong, so nothing may be sent."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What the opening of a wave made."""

    n_cases: int
    n_territories: int


# A contact is good when its mailbox takes mail and its holder did not ask to be left alone.
GOOD_CONTACT = """
    SELECT contacts.territory_id FROM contacts JOIN addresses ON addresses.id = contacts.address_id
     WHERE addresses.state = 'good' AND contacts.stopped_at IS NULL
       AND contacts.role <> 'colleague'
"""

_FRAME = text("SELECT count(*) FROM territories WHERE asked")
_CASES = text(f"""
    INSERT INTO cases (wave_id, territory_id, theme, disposition, moved_at, kind, population,
                       stratum)
    SELECT :wave_id, territories.id, asked.theme,
           CASE WHEN reachable.territory_id IS NULL THEN 'no_address' ELSE 'not_invited' END,
           :now, territories.kind, territories.population, territories.stratum
      FROM territories
      JOIN wave_questionnaires AS asked ON asked.wave_id = :wave_id
      LEFT JOIN (SELECT DISTINCT territory_id FROM ({GOOD_CONTACT}) AS good) AS reachable
        ON reachable.territory_id = territories.id
     WHERE territories.asked
     ORDER BY territories.id, asked.position
""")
_EVENTS = text("""
    INSERT INTO case_events (case_id, from_disposition, to_disposition, why, actor_kind, at)
    SELECT id, NULL, disposition, 'wave opened', 'system', :now
      FROM cases WHERE wave_id = :wave_id ORDER BY id
""")
_RESPONSES = text("""
    INSERT INTO responses (case_id, questionnaire_id)
    SELECT cases.id, asked.questionnaire_id
      FROM cases JOIN wave_questionnaires AS asked
        ON asked.wave_id = cases.wave_id AND asked.theme = cases.theme
     WHERE cases.wave_id = :wave_id ORDER BY cases.id
""")


def open_frame(session: Session, wave_id: int, *, now: datetime, progress: Progress) -> Opened:
    """Write cases, events and responses of the whole frame; the caller holds the wave's row."""
    frame_size = session.scalar(_FRAME) or 0
    if not frame_size:
        raise NobodyToAsk
    for done, statement in enumerate((_CASES, _EVENTS, _RESPONSES)):
        progress(done, 3)
        session.execute(statement, {"wave_id": wave_id, "now": now})
    n_cases = check_frame(session, wave_id, frame_size)
    progress(3, 3)
    return Opened(n_cases, frame_size)


@dataclass(frozen=True, slots=True)
class HeldWave:
    """A wave whose row is held until the end of the transaction."""

    opened_at: datetime | None
    frame_size: int
    simulated: bool


def lock_wave(session: Session, wave_id: int) -> HeldWave:
    """Hold the wave's row, so that nobody opens it or invites beside us; `UnknownWave`."""
    row = session.execute(
        select(Wave.opened_at, Wave.frame_size, Campaign.simulated)
        .join(Campaign, Campaign.id == Wave.campaign_id)
        .where(Wave.id == wave_id)
        .with_for_update(of=Wave, key_share=True)  # whoever writes a message may refer to it
    ).one_or_none()
    if row is None:
        raise UnknownWave
    return HeldWave(row.opened_at, row.frame_size or 0, row.simulated)


def choose_questionnaires(session: Session, wave_id: int, *, simulated: bool) -> None:
    """Give each theme that has none its newest version; a real campaign takes issued ones only."""
    themes = session.scalars(
        select(WaveQuestionnaire.theme)
        .where(WaveQuestionnaire.wave_id == wave_id, WaveQuestionnaire.questionnaire_id.is_(None))
        .order_by(WaveQuestionnaire.position)
    ).all()
    for theme in themes:
        usable = select(QuestionnaireVersion.id).where(QuestionnaireVersion.theme == theme)
        if not simulated:
            usable = usable.where(
                QuestionnaireVersion.state == "issued", QuestionnaireVersion.simulated.is_(False)
            )
        newest = session.scalar(usable.order_by(QuestionnaireVersion.version.desc()).limit(1))
        if newest is None:
            raise NoQuestionnaire(theme=BY_CODE[theme].name)
        session.execute(
            update(WaveQuestionnaire)
            .where(WaveQuestionnaire.wave_id == wave_id, WaveQuestionnaire.theme == theme)
            .values(questionnaire_id=newest)
        )


_SIZE = text("""
    SELECT (SELECT count(*) FROM cases WHERE wave_id = :wave_id) AS n_cases,
           (SELECT count(*) FROM wave_questionnaires WHERE wave_id = :wave_id) AS n_themes
""")


def check_frame(session: Session, wave_id: int, frame_size: int) -> int:
    """The count of cases, which must equal the frame's before anything is sent."""
    size = session.execute(_SIZE, {"wave_id": wave_id}).one()
    if size.n_cases != frame_size * size.n_themes:
        raise FrameMismatch(f"wave {wave_id}: {size.n_cases} cases for {frame_size} asked")
    return int(size.n_cases)
