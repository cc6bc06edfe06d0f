"""What happened to messages lately."""

from __future__ import annotations

LATELY = """
    SELECT id, message_id, kind, detail, tries, at FROM message_events WHERE at > :since
"""
