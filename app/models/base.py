"""The base of every mapped class, its naming, and how a class says who may see its rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, DateTime, MetaData, Select, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

# Given the SELECT of the territory ids that a scope may see, the condition on the class's rows.
ScopeRule = Callable[[Select[int]], ColumnElement[bool]]


class Everyone:
    """Reference rows that every member of staff may read: campaigns, questionnaires…"""


class NationalOnly:
    """Rows that only national staff may read: accounts, the audit, suppressions."""


class Base(DeclarativeBase):
    """Plain typed models; `scoped` is obligatory and a house test refuses a class without it."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: DateTime(timezone=True),
        str: Text(),
        int: BigInteger(),
        UUID: Uuid(),
        dict[str, Any]: JSONB(),
    }
    scoped: ClassVar[ScopeRule | type[Everyone] | type[NationalOnly]]
