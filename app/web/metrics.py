"""`/metrics`, for Prometheus: the database's figures, and how long this site's requests take."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import cast

from flask import Blueprint, Flask, Response, abort, current_app, g, request
from prometheus_client import CollectorRegistry, Histogram, generate_latest, values
from prometheus_client.core import Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from app.now import now
from app.web.app_state import house
from app.web.measures import measured

blueprint = Blueprint("metrics", __name__)
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_KEY = "barometre.durations"


class Durations:
    """How long requests took, by rule: never by path, which holds a token."""

    def __init__(self, shared: Path | None) -> None:
        self.registry = CollectorRegistry()
        registry: CollectorRegistry | None = self.registry
        if shared is not None:
            # Each process counts in a file of its own; whichever is asked adds them all up.
            values.ValueClass = values.MultiProcessValue()  # type: ignore[no-untyped-call]
            MultiProcessCollector(self.registry, path=str(shared))  # type: ignore[no-untyped-call]
            registry = None
        self.took = Histogram(
            "barometre_request_seconds",
            "Durée des requêtes du site, par règle et réponse.",
            ("method", "rule", "status"),
            buckets=BUCKETS,
            registry=registry,
        )


def install(app: Flask, shared: Path | None) -> None:
    """Time every request. `shared`: the folder where the processes of one site count together."""
    app.extensions[_KEY] = Durations(shared)
    app.before_request(_start)
    app.after_request(_count)


@blueprint.get("/metrics")
def metrics() -> Response:
    """The figures, for whoever shows the token; without a token in the settings, no such page."""
    token = house().settings.metrics_token
    if not token:
        abort(404)
    shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not hmac.compare_digest(shown.encode(), token.encode()):
        return Response(status=401, headers={"WWW-Authenticate": "Bearer"})
    told = generate_latest(_durations().registry) + generate_latest(_of_database())
    return Response(told, content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})


@dataclass(frozen=True, slots=True, eq=False)
class _Read(Collector):
    """Figures already read, as a registry wants them."""

    families: tuple[Metric, ...]

    def collect(self) -> tuple[Metric, ...]:
        return self.families


def _of_database() -> CollectorRegistry:
    with house().db.snapshot() as session:
        families = tuple(measured(session, now=now()))
    registry = CollectorRegistry()
    registry.register(_Read(families))
    return registry


def _durations() -> Durations:
    return cast(Durations, current_app.extensions[_KEY])


def _start() -> None:
    g.metrics_started = perf_counter()


def _count(response: Response) -> Response:
    rule = request.url_rule.rule if request.url_rule else "none"
    took = perf_counter() - g.get("metrics_started", perf_counter())
    _durations().took.labels(request.method, rule, response.status_code).observe(took)
    return response
