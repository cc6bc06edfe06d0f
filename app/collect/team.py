"""A team without accounts: who coordinates, who answers which theme by when, who validates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.collect.refusals import (
    MayNotDelegate,
    TeamWritesTooOften,
    ValidationAskedTooOften,
    WaveEnded,
)
from app.collect.standing import look_at_all
from app.collect.team_people import (
    People,
    ensure_full_links,
    known_people,
    refused_mailboxes,
    too_many_letters,
    withdraw_full_links,
    withdraw_theme_links,
)
from app.collect.team_plan import (
    COORDINATOR,
    VALIDATOR,
    Checked,
    PlanFault,
    TeamPlan,
    check,
    colleague_field,
)
from app.collect.team_sheet import Year, assignments_of, year_of
from app.collect.team_standing import Validating, validations_of
from app.collect.validate import tell_validator
from app.db import Database
from app.messages.letterhead import Letterhead
from app.messages.team_mail import tell_colleagues, tell_coordinators
from app.models.contacts import Link
from app.models.teams import Assignment, Team
from app.vocabulary.french_dates import day_month_year
from app.vocabulary.scope import Respondent


@dataclass(frozen=True, slots=True)
class TeamSet:
    """What became of a plan. With faults nothing is kept: the page shows it again as typed."""

    faults: tuple[PlanFault, ...]
    n_messages: int = 0


def set_team(
    db: Database,
    respondent: Respondent,
    plan: TeamPlan,
    letterhead: Letterhead,
    *,
    now: datetime,
) -> TeamSet:
    """Keep the plan and tell whom it concerns, in one transaction; or say what is to mend.

    Themes of the open wave are told at once; those of a later wave when its invitations leave.
    A colleague who loses a theme loses its link, never their answers. Nobody is told twice.
    """
    if not respondent.may_delegate:
        raise MayNotDelegate
    with db.transaction() as session:
        year = year_of(session, respondent, now)
        if year.ends_at <= now:
            raise WaveEnded(ended_on=day_month_year(year.ends_at))
        kept = {row.theme: row.due_on for row in assignments_of(session, respondent, year)}
        checked = check(plan, year.themes, kept, now=now)
        faults = checked.faults + refused_mailboxes(
            session, respondent.territory_id, checked.mailboxes, letterhead.secret
        )
        if faults:
            return TeamSet(faults)
        change = _Change(session, respondent, year, letterhead, now)
        return change.make(plan, checked)


class _Change:
    """One change of plan; its first statement holds the team's row until the end."""

    def __init__(
        self,
        session: Session,
        respondent: Respondent,
        year: Year,
        letterhead: Letterhead,
        now: datetime,
    ) -> None:
        self.session = session
        self.respondent = respondent
        self.territory_id = respondent.territory_id
        self.year = year
        self.letterhead = letterhead
        self.key_id = letterhead.signer.key_id
        self.now = now

    def make(self, plan: TeamPlan, checked: Checked) -> TeamSet:
        team = self._hold_team()
        former_full = {team.coordinator_id, team.validator_id} - {None}
        former_validator = team.validator_id
        people = known_people(self.session, self.territory_id, checked.mailboxes, now=self.now)
        coordinator, validator = people.get(COORDINATOR), people.get(VALIDATOR)
        team.coordinator_id, team.validator_id = coordinator, validator
        team.changed_at = self.now
        self.session.flush()
        full = {one for one in (coordinator, validator) if one is not None}
        withdraw_full_links(self.session, former_full - full, self.respondent.link_id, now=self.now)
        ensure_full_links(self.session, self.territory_id, full, key_id=self.key_id, now=self.now)
        self._share(plan, people, checked.due)
        n_messages = self._tell(coordinator)
        if validator is not None and validator != former_validator:
            try:
                n_messages += self._hand_on_validations(validator)
            except ValidationAskedTooOften:
                raise TeamWritesTooOften from None
        if n_messages and too_many_letters(self.session, self.territory_id, now=self.now):
            raise TeamWritesTooOften
        return TeamSet((), n_messages)

    def _hold_team(self) -> Team:
        row = {
            "campaign_id": self.year.campaign_id,
            "territory_id": self.territory_id,
            "changed_at": self.now,
        }
        self.session.execute(insert(Team).values(row).on_conflict_do_nothing())
        return self.session.scalars(
            select(Team)
            .where(
                Team.campaign_id == self.year.campaign_id, Team.territory_id == self.territory_id
            )
            .with_for_update()
            .execution_options(populate_existing=True)
        ).one()

    def _share(self, plan: TeamPlan, people: People, due: Mapping[str, date]) -> None:
        """Write who has which theme; whoever has it no longer loses its link."""
        former = {
            row.theme: row for row in assignments_of(self.session, self.respondent, self.year)
        }
        for theme in (one.code for one in self.year.themes if one.code in plan.lines):
            contact_id = people.get(colleague_field(theme))
            before = former.get(theme)
            if before is not None and before.contact_id != contact_id:
                withdraw_theme_links(
                    self.session, before.contact_id, theme, self.respondent.link_id, now=self.now
                )
            if contact_id is None:
                self._take_back(theme)
            else:
                anew = before is None or before.contact_id != contact_id
                self._give(theme, contact_id, due.get(theme), anew=anew)

    def _take_back(self, theme: str) -> None:
        self.session.execute(
            delete(Assignment).where(
                Assignment.campaign_id == self.year.campaign_id,
                Assignment.territory_id == self.territory_id,
                Assignment.theme == theme,
            )
        )

    def _give(self, theme: str, contact_id: int, due_on: date | None, *, anew: bool) -> None:
        row = {
            "campaign_id": self.year.campaign_id,
            "territory_id": self.territory_id,
            "theme": theme,
            "contact_id": contact_id,
            "due_on": due_on,
            "assigned_by": self.respondent.link_id,
            "assigned_at": self.now,
        }
        changed = row if anew else {"due_on": due_on}
        self.session.execute(
            insert(Assignment)
            .values(row)
            .on_conflict_do_update(
                index_elements=["campaign_id", "territory_id", "theme"], set_=changed
            )
        )

    def _tell(self, coordinator: int | None) -> int:
        """The coordinator first: their message speaks of their own themes as well."""
        own = self.session.scalar(select(Link.contact_id).where(Link.id == self.respondent.link_id))
        n_messages = 0
        if coordinator is not None:
            n_messages += tell_coordinators(
                self.session, self.year.wave_id, [self.territory_id],
                secret=self.letterhead.secret, key_id=self.key_id, now=self.now,
                official=True, not_to=own,
            )  # fmt: skip
        return n_messages + tell_colleagues(
            self.session, self.year.wave_id, [self.territory_id],
            secret=self.letterhead.secret, key_id=self.key_id, now=self.now,
        )  # fmt: skip

    def _hand_on_validations(self, validator: int) -> int:
        """What waits for the former validator waits for this one."""
        seen = {one.response.id: one.case for one in look_at_all(self.session, self.respondent)}
        told = 0
        for response_id, standing in validations_of(self.session, list(seen)).items():
            if standing.state is not Validating.ASKED or standing.row_id is None:
                continue
            case = seen[response_id]
            told += tell_validator(
                self.session, case.id, case.wave_id, validator, case.theme, standing.row_id,
                key_id=self.key_id, now=self.now,
            )  # fmt: skip
        return told
