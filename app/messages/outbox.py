"""The outbox, by the names the other rooms use: queue, claim, record, give back."""

from __future__ import annotations

from app.messages.claiming import Handful, claim, claim_handful
from app.messages.drafts import Draft, RealAddress, queue_many, queue_one, wake_lanes
from app.messages.recording import give_back, record

__all__ = [
    "Draft",
    "Handful",
    "RealAddress",
    "claim",
    "claim_handful",
    "give_back",
    "queue_many",
    "queue_one",
    "record",
    "wake_lanes",
]
