"""Addresses of a respondent's pages, spelt once."""

from __future__ import annotations

from flask import url_for


def of_theme(page: str, token: str, theme: str) -> str:
    """A page of one theme: `theme`, `review`, `receipt`…"""
    return url_for(f"respond.{page}", token=token, theme=theme)


def of_section(token: str, theme: str, section: str, anchor: str | None = None) -> str:
    """One section's page, at one of its questions when an anchor is given."""
    return url_for("respond.section", token=token, theme=theme, section=section, _anchor=anchor)
