"""Who may see and do what, and in whose name a thing is done."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Right(StrEnum):
    """What a member of staff may do with the territories of their scope."""

    READ = "read"
    CHASE = "chase"
    PUBLISH = "publish"
    ADMINISTER = "administer"


class Role(StrEnum):
    """Roles of the console."""

    ADMINISTRATOR = "administrator"  # DINUM or Déclic: everything, accounts included
    NATIONAL = "national"  # DINUM or Déclic: every territory
    OPSN = "opsn"  # the territories of their organisation
    READER = "reader"  # the same, without writing


RIGHTS: dict[Role, frozenset[Right]] = {
    Role.ADMINISTRATOR: frozenset(Right),
    Role.NATIONAL: frozenset({Right.READ, Right.CHASE, Right.PUBLISH}),
    Role.OPSN: frozenset({Right.READ, Right.CHASE}),
    Role.READER: frozenset({Right.READ}),
}
ROLE_LABELS: dict[Role, str] = {
    Role.ADMINISTRATOR: "Administration nationale",
    Role.NATIONAL: "Équipe nationale",
    Role.OPSN: "Opérateur (OPSN)",
    Role.READER: "Lecture seule",
}


@dataclass(frozen=True, slots=True)
class Scope:
    """What one signed-in member of staff may see: every territory, or an organisation's."""

    user_id: int
    role: Role
    organisation_id: int | None

    @property
    def national(self) -> bool:
        """Every territory: only national roles without an organisation of their own."""
        return self.role in (Role.ADMINISTRATOR, Role.NATIONAL)

    def may(self, right: Right) -> bool:
        return right in RIGHTS[self.role]

    def may_everywhere(self, right: Right) -> bool:
        """Whether they may do so with every territory: what is decided for the whole country."""
        return self.national and self.may(right)


class Channel(StrEnum):
    """By which way an answer or a message travels."""

    WEB = "web"
    EMAIL = "email"
    TERMINAL = "terminal"
    TELEGRAM = "telegram"
    MATRIX = "matrix"
    PAPER = "paper"
    PHONE = "phone"
    FILE = "file"


CHANNEL_LABELS: dict[Channel, str] = {
    Channel.WEB: "sur le site",
    Channel.EMAIL: "par courriel",
    Channel.TERMINAL: "par messagerie",
    Channel.TELEGRAM: "par Telegram",
    Channel.MATRIX: "par Tchap",
    Channel.PAPER: "sur papier",
    Channel.PHONE: "par téléphone",
    Channel.FILE: "par fichier",
}


class ActorKind(StrEnum):
    """Who did a thing: the holder of a link, a member of staff, or the house itself."""

    LINK = "link"
    USER = "user"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Author:
    """In whose name a thing is written; an opaque id, never a name or an address."""

    kind: ActorKind
    id: str | None = None

    @classmethod
    def system(cls) -> Author:
        return cls(ActorKind.SYSTEM)

    @classmethod
    def user(cls, user_id: int) -> Author:
        return cls(ActorKind.USER, str(user_id))

    @classmethod
    def link(cls, link_id: UUID) -> Author:
        return cls(ActorKind.LINK, str(link_id))


@dataclass(frozen=True, slots=True)
class Respondent:
    """Who answers: for which territory, which themes, in whose name, by which channel.

    Built from a link, a chat tie or a staff member's entry: `collect` knows none of the three.
    """

    territory_id: int
    themes: tuple[str, ...]
    author: Author
    channel: Channel
    link_id: UUID | None = None
    may_delegate: bool = True  # a delegated link cannot pass its theme on
