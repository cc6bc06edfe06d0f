"""One line a request, with the route's rule: the path holds a token, the query may hold a name."""

from __future__ import annotations

import logging
from time import perf_counter

from flask import Flask, Response, g, request

log = logging.getLogger("app.requests")


def install(app: Flask) -> None:
    """Time and log every request; a server's own access log must stay off."""
    app.before_request(start)
    app.after_request(write)


def start() -> None:
    """Remember when the request came."""
    g.request_started = perf_counter()


def write(response: Response) -> Response:
    """Say what was asked, by its rule, and how long it took, in milliseconds."""
    took = 1000 * (perf_counter() - g.get("request_started", perf_counter()))
    log.info(
        "%s %s %s",
        request.method,
        request.url_rule.rule if request.url_rule else "no rule",
        response.status_code,
        extra={"took_ms": round(took, 1)},
    )
    return response
