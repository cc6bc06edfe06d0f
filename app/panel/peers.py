"""With whom an authority is compared: same kind, same size, same région."""

from __future__ import annotations

from app.models.territories import Territory


def peer_code(territory: Territory) -> str:
    """The peer group within a kind, "<région>|<stratum>"; a région has the whole country's."""
    region = "*" if territory.kind == "region" else territory.region_code or "*"
    return f"{region}|{territory.stratum}"
