"""The seven steps of the demo, in their order, each with its finished line."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.campaigns.apply import plan_due
from app.campaigns.control import create_campaign, invite, open_wave
from app.cases.waves import UnknownWave
from app.cli.demo.acting import Act, live_at
from app.cli.demo.cast import Staff, authorities_of, give_addresses, hire
from app.cli.demo.crowd import Crowd, shares_of
from app.cli.demo.fresh import Finished, remember
from app.cli.demo.mails import PostOffice
from app.cli.demo.people import REMINDED_AFTER, Person, Way, people_of
from app.cli.geography import PACKAGE
from app.cli.postman import deliver, due
from app.cli.telling import Step, number, step
from app.house import House
from app.models.campaigns import Wave
from app.models.cases import Case
from app.models.results import Card
from app.now import now, paris
from app.panel.geography import import_geography
from app.questionnaires.load import load_all
from app.questionnaires.publish import load_into
from app.results.approve import approve
from app.vocabulary.dispositions import SUBMITTED, D
from app.vocabulary.scope import Author
from reports.cards.render import render_cards
from reports.cards.send import send_cards
from reports.computing import compute

MILLESIME = 2026
NAME = "Baromètre 2026, démonstration"
WAVE_AGE = timedelta(days=40)  # so that the wave is still open at the real now
A_WHILE = timedelta(hours=1)
REMINDERS = (REMINDED_AFTER, 2 * REMINDED_AFTER)  # days


@dataclass
class Demo:
    """One first run: the house, the département, the mail server."""

    house: House
    departement: str
    place: str
    office: PostOffice
    began_at: datetime  # on the business clock: when the wave opened
    processes: int = 2

    @classmethod
    def starting(cls, house: House, departement: str, place: str, office: PostOffice) -> Demo:
        """A demo whose wave opened forty days ago, in the morning."""
        opened_at = (datetime.now(UTC) - WAVE_AGE).replace(hour=7, minute=30, second=0)
        return cls(house, departement, place, office, opened_at)


def play(demo: Demo) -> Finished:
    """Steps 1 to 6; what the seventh shows."""
    live_at(demo.began_at - timedelta(days=5))
    geography(demo)
    questionnaires(demo)
    staff = hire(demo.house.db, demo.departement, demo.place, now=now())
    wave_id, people = campaign(demo)
    invitations(demo)
    answers(demo, people)
    live_at(datetime.now(UTC))
    done = cards(demo, staff, wave_id, people)
    remember(demo.house.db, done, now=now())
    return done


def geography(demo: Demo) -> None:
    """1. The real list of French authorities."""
    with step("Géographie") as said:
        report = import_geography(
            demo.house.db, PACKAGE, MILLESIME, now=now(), progress=said.progress
        )
        said.said = f"1. {number(report.n_asked)} collectivités à interroger"
    for sentence in report.sentences()[1:]:
        click.echo(f"     {sentence}")


def questionnaires(demo: Demo) -> None:
    """2. The nine themes; the first wave asks three of them."""
    with step("Questionnaires") as said:
        loaded = load_into(demo.house.db, load_all(), now=now())
        first = ", ".join(f"{v.title} ({v.n_questions} questions)" for v in loaded[:3])
        said.said = (
            f"2. {len(loaded)} questionnaires chargés\u00a0; "
            f"la première vague en pose trois\u00a0: {first}"
        )


def campaign(demo: Demo) -> tuple[int, list[Person]]:
    """3. A campaign, its first wave opened on the whole frame, one département invited."""
    db = demo.house.db
    with db.reading() as session:
        authorities = authorities_of(session, demo.departement)
    people = people_of(authorities)
    demo.office.unknown = {person.email for person in people if person.bounces}
    give_addresses(db, people, now=now())
    live_at(demo.began_at)
    with step("Ouverture de la vague") as said:
        campaign_id = create_campaign(
            db,
            NAME,
            millesime=MILLESIME,
            simulated=True,
            first_opens_at=demo.began_at,
            now=now(),
        )
        with db.reading() as session:
            wave_id = _first_wave(session, campaign_id)
        opened = open_wave(db, wave_id, now=now(), progress=said.progress)
        said.said = (
            f"3. Vague 1 sur 3 ouverte\u00a0: {number(opened.n_cases)} questionnaires attendus de "
            f"{number(opened.n_territories)} collectivités"
        )
    with step("Invitations") as said:
        invited = invite(
            db, wave_id, demo.departement, demo.house.letterhead, by=Author.system(), now=now()
        )
        said.said = (
            f"   {demo.place}\u00a0: {number(invited.n_territories)} collectivités invitées, "
            f"dont {number(invited.n_without_address)} sans adresse"
        )
    return wave_id, people


def invitations(demo: Demo) -> None:
    """4. By real SMTP, to a mail server of this machine."""
    with step("Envoi des invitations") as said:
        n_sent = deliver(demo.house, progress=said.progress)
        said.said = (
            f"4. {number(n_sent)} invitations envoyées par SMTP, "
            f"{number(len(demo.office.unknown))} boîtes inexistantes"
        )


def answers(demo: Demo, people: list[Person]) -> None:
    """5. Respondents at work; a reminder after fifteen days, a last one after thirty."""
    shares = shares_of(
        people,
        demo.processes,
        public_url=demo.house.letterhead.public_url,
        mails=demo.office.mails.folder,
        began_at=demo.began_at,
    )
    reminded: list[int] = []
    with step("Réponses") as said, Crowd(shares) as crowd:
        tick = _counting(said, sum(person.n_acts for person in people))
        for day in REMINDERS:
            reminder_at = timedelta(days=day) + A_WHILE
            crowd.play(reminder_at, tick)
            live_at(demo.began_at + reminder_at)
            reminded.append(_remind(demo))
        played = crowd.play(WAVE_AGE - 2 * A_WHILE, tick)
        n_requests = sum(one.n_requests for one in played)
        n_turns = sum(one.n_turns for one in played)
        said.said = _told(Counter(p.way for p in people), n_requests, n_turns, reminded)


def _remind(demo: Demo) -> int:
    planned = plan_due(demo.house.db, demo.house.letterhead, now=now())
    deliver(demo.house)
    return planned.n_messages


def _told(ways: Counter[Way], n_requests: int, n_turns: int, reminded: list[int]) -> str:
    on_the_site = ways[Way.ALL_ON_THE_SITE] + ways[Way.AFTER_THE_REMINDER]
    return (
        f"5. {on_the_site} collectivités répondent sur le site ({number(n_requests)} pages), "
        f"{ways[Way.ALL_IN_A_CHAT]} par messagerie ({number(n_turns)} échanges), "
        f"{ways[Way.RESUMES_IN_A_CHAT]} passent de l’un à l’autre, "
        f"{ways[Way.STOPS_MIDWAY]} s’arrêtent en route, "
        f"{ways[Way.HANDS_ONE_OVER]} confient un thème, {ways[Way.DECLINES]} refusent\u00a0; "
        f"{' puis '.join(str(n) for n in reminded)} relances aux seules silencieuses"
    )


def _counting(said: Step, total: int) -> Act:
    done = 0

    def tick() -> None:
        nonlocal done
        done += 1
        said.progress(min(done, total), total)

    return tick


def cards(demo: Demo, staff: Staff, wave_id: int, people: list[Person]) -> Finished:
    """6. Scores, two approvals, report cards drawn and sent."""
    db, letterhead = demo.house.db, demo.house.letterhead
    with step("Calcul des résultats") as said:
        title = f"Point d’étape du {paris(now()):%d/%m/%Y}"
        publication = compute(db, wave_id, title=title, now=now())
        for scope in (staff.first, staff.second):
            approve(db, publication, scope, by=scope.user_id, now=now())
        said.said = "6. Scores calculés, publication approuvée par deux personnes"
    with step("Fiches") as said:
        drawn = render_cards(
            db,
            publication,
            letterhead,
            now=now(),
            processes=demo.processes,
            progress=said.progress,
        )
        said.said = f"   {number(drawn.n_rendered)} fiches de deux pages (page et PDF)"
    with step("Envoi des fiches") as said:
        send_cards(db, publication, letterhead, now=now())
        n_sent = deliver(demo.house, progress=said.progress)
        left = sum(due(db).values())
        said.said = f"   {number(n_sent)} fiches envoyées, {number(left)} en attente"
    with db.reading() as session:
        return Finished(
            demo.departement,
            wave_id,
            publication,
            _still_silent(session, wave_id, people),
            _with_a_card(session, wave_id, publication, people),
        )


def _first_wave(session: Session, campaign_id: int) -> int:
    found = session.scalar(
        select(Wave.id).where(Wave.campaign_id == campaign_id).order_by(Wave.number).limit(1)
    )
    if found is None:
        raise UnknownWave
    return found


def _still_silent(session: Session, wave_id: int, people: list[Person]) -> int | None:
    """The largest commune that was invited and has not begun: its link remains to be tried.

    Another authority where there is none; nobody in a département of very few.
    """
    ids = [p.authority.territory_id for p in people if p.way is Way.SILENT and not p.bounces]
    return session.scalars(
        select(Case.territory_id)
        .where(
            Case.wave_id == wave_id,
            Case.territory_id.in_(ids),
            Case.disposition == D.INVITED,
        )
        .order_by((Case.kind == "commune").desc(), Case.population.desc(), Case.territory_id)
        .limit(1)
    ).one_or_none()


def _with_a_card(
    session: Session, wave_id: int, publication: int, people: list[Person]
) -> int | None:
    """The largest commune that has its card, or else another authority; nobody if there is none."""
    ids = [p.authority.territory_id for p in people]
    return session.scalars(
        select(Card.territory_id)
        .join(Case, (Case.territory_id == Card.territory_id) & (Case.wave_id == wave_id))
        .where(
            Card.publication_id == publication,
            Card.territory_id.in_(ids),
            Case.disposition.in_(SUBMITTED),
        )
        .group_by(Card.territory_id, Case.kind, Case.population)
        .order_by((Case.kind == "commune").desc(), Case.population.desc(), Card.territory_id)
        .limit(1)
    ).one_or_none()
