"""What `/metrics` tells of the database: the same figures whichever process is asked.

Counts by code only: no name, no mailbox, no territory. A wave is its number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.vocabulary.message_life import MOST_TRIES

Families = type[CounterMetricFamily] | type[GaugeMetricFamily]
_KINDS: Mapping[bool, Families] = {True: CounterMetricFamily, False: GaugeMetricFamily}


@dataclass(frozen=True, slots=True)
class Measure:
    """One family of figures: its last column is the value, the others its labels."""

    name: str
    told: str
    labels: tuple[str, ...]
    query: str
    counter: bool = False  # it never goes down

    def family(self, rows: list[Row[Any]]) -> Metric:
        made = _KINDS[self.counter](self.name, self.told, labels=self.labels)
        for row in rows:
            line: tuple[Any, ...] = tuple(row)
            made.add_metric([str(label) for label in line[:-1]], float(line[-1]))
        return made


_DUE = """tries < :most AND (state = 'queued' AND next_try_at <= :now
          OR state = 'sending' AND leased_until < clock_timestamp())"""

MEASURES = (
    Measure(
        "barometre_messages",
        "Messages, par file, étape et état.",
        ("lane", "step", "state"),
        "SELECT lane, step, state, count(*) FROM messages GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
    ),
    Measure(
        "barometre_messages_due",
        "Messages dont l’heure d’envoi est venue.",
        ("lane",),
        f"SELECT lane, count(*) FILTER (WHERE {_DUE}) FROM messages "
        "WHERE state IN ('queued', 'sending') GROUP BY 1 ORDER BY 1",
    ),
    Measure(
        "barometre_oldest_due_message_seconds",
        "Depuis quand le plus ancien message dû attend\u00a0; 0 si aucun n’attend.",
        (),
        "SELECT greatest(0, coalesce(extract(epoch FROM :now - min(next_try_at)), 0)) "
        f"FROM messages WHERE state IN ('queued', 'sending') AND {_DUE}",
    ),
    Measure(
        "barometre_messages_leased",
        "Messages qu’un processus est en train d’envoyer.",
        (),
        "SELECT count(*) FROM messages WHERE state = 'sending' "
        "AND leased_until >= clock_timestamp()",
    ),
    Measure(
        "barometre_lane_slots_leased",
        "Connexions prises, par file.",
        ("lane",),
        "SELECT lane, count(*) FILTER (WHERE holder IS NOT NULL "
        "AND leased_until >= clock_timestamp()) FROM lane_slots GROUP BY 1 ORDER BY 1",
    ),
    Measure(
        "barometre_message_events",
        "Ce qui est arrivé aux messages\u00a0: sent, deferred, refused, bounced, complained…",
        ("kind",),
        "SELECT kind, count(*) FROM message_events GROUP BY 1 ORDER BY 1",
        counter=True,
    ),
    Measure(
        "barometre_mail_reports",
        "Courriers revenus\u00a0: hard, soft, full, complaint…",
        ("kind",),
        "SELECT kind, count(*) FROM mail_reports GROUP BY 1 ORDER BY 1",
        counter=True,
    ),
    Measure(
        "barometre_sending_holds",
        "Ce qui arrête les envois\u00a0: copy, operator, domain\u00a0; 0 si rien.",
        ("reason",),
        "SELECT reason, count(live.id) "
        "FROM unnest(ARRAY['copy', 'domain', 'operator']) AS reason "
        "LEFT JOIN (SELECT id, reason FROM sending_holds WHERE lifted_at IS NULL) AS live "
        "USING (reason) GROUP BY 1 ORDER BY 1",
    ),
    Measure(
        "barometre_jobs",
        "Travaux, par file et état.",
        ("queue", "status"),
        "SELECT queue_name, status, count(*) FROM procrastinate_jobs GROUP BY 1, 2 ORDER BY 1, 2",
    ),
    Measure(
        "barometre_workers",
        "Processus de travail qui ont donné signe de vie depuis une minute.",
        (),
        "SELECT count(*) FROM procrastinate_workers "
        "WHERE last_heartbeat > clock_timestamp() - interval '1 minute'",
    ),
    Measure(
        "barometre_cases",
        "Questionnaires des vagues ouvertes, par vague, thème et issue.",
        ("wave", "theme", "disposition"),
        "SELECT wave_id, theme, disposition, count(*) FROM cases GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
    ),
    Measure(
        "barometre_responses_submitted",
        "Réponses envoyées, par vague et thème.",
        ("wave", "theme"),
        "SELECT cases.wave_id, cases.theme, count(*) FROM responses "
        "JOIN cases ON cases.id = responses.case_id WHERE submitted_at IS NOT NULL "
        "GROUP BY 1, 2 ORDER BY 1, 2",
    ),
    Measure(
        "barometre_chat_updates_waiting",
        "Messages reçus par messagerie, pas encore traités.",
        ("channel",),
        "SELECT channel, count(*) FROM chat_updates WHERE done_at IS NULL GROUP BY 1 ORDER BY 1",
    ),
)


def measured(session: Session, *, now: datetime) -> Iterator[Metric]:
    """Every family, read now."""
    values: Mapping[str, Any] = {"now": now, "most": MOST_TRIES}
    for measure in MEASURES:
        yield measure.family(list(session.execute(text(measure.query), values)))
