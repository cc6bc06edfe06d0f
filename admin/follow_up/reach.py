"""What reminding some cases would send: messages, mailboxes, authorities, and who is left alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from admin import french
from admin.console import console, scope_with
from app.campaigns.plan import Sending, asked_reminders
from app.campaigns.rules import rules_of
from app.campaigns.silents import silents_of_cases
from app.cases.read import chased
from app.cases.waves import open_waves
from app.now import now
from app.vocabulary.scope import Right
from app.vocabulary.territory_kinds import LABELS, PLURALS, TerritoryKind


@dataclass(frozen=True, slots=True)
class Reach:
    """Counted before anything is sent; sending checks all of it again."""

    n_messages: int
    n_mailboxes: int
    by_kind: tuple[tuple[str, int], ...]
    n_chosen: int
    n_left_alone: int  # answered, refused, not reached, or reminded enough already

    @property
    def sentence(self) -> str:
        """5 messages à 4 boîtes, pour 5 communes."""
        if not self.n_messages:
            return "Aucun message\u00a0: personne parmi ces dossiers ne peut être relancé."
        whom = " et ".join(
            french.several(n, LABELS[TerritoryKind(kind)].lower(), PLURALS[TerritoryKind(kind)])
            for kind, n in self.by_kind
        )
        return (
            f"{french.several(self.n_messages, 'message')} à "
            f"{french.several(self.n_mailboxes, 'boîte')}, pour {whom}."
        )


def reach(case_ids: Sequence[int]) -> Reach:
    """What reminding these cases now would send: the same choice as the sending itself makes."""
    house, scope, moment = console().house, scope_with(Right.CHASE), now()
    with house.db.reading() as session:
        running = open_waves(session, moment)
        theirs = chased(session, scope, case_ids, running)
        rules = rules_of(session, running)
        silents = silents_of_cases(
            session, list(theirs), secret=house.letterhead.secret, now=moment
        )
    planned = asked_reminders(silents, rules, request="", now=moment)
    return counted(planned, theirs, n_chosen=len(case_ids))


def counted(
    planned: Sequence[Sending], cases: Mapping[int, tuple[int, str]], *, n_chosen: int
) -> Reach:
    """The messages in words; `cases` gives each case's authority and its kind."""
    spoken = {case_id for one in planned for case_id in one.case_ids}
    kinds = Counter(kind for _, kind in {cases[case_id] for case_id in spoken})
    order = [kind.value for kind in TerritoryKind]
    return Reach(
        n_messages=len(planned),
        n_mailboxes=len({one.address_id for one in planned}),
        by_kind=tuple(sorted(kinds.items(), key=lambda pair: order.index(pair[0]))),
        n_chosen=n_chosen,
        n_left_alone=n_chosen - len(spoken),
    )
