"""Every mapped class, in one import: a process that misses one fails on a foreign key."""

from app.models import (
    campaigns,
    cases,
    chats,
    contacts,
    database_rules,
    experiments,
    letters,
    messages,
    organisations,
    requests,
    results,
    sending,
    teams,
    territories,
)
from app.models.base import Base

# The rules name every table, so they are attached once all classes are known.
database_rules.attach()

__all__ = [
    "Base",
    "campaigns",
    "cases",
    "chats",
    "contacts",
    "experiments",
    "letters",
    "messages",
    "organisations",
    "requests",
    "results",
    "sending",
    "teams",
    "territories",
]
