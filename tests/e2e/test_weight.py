"""A first visit is light, even on a village's line: everything a browser fetches, compressed."""

from __future__ import annotations

import gzip

import pytest
from playwright.sync_api import Response

from tests.e2e.conftest import Site

pytestmark = pytest.mark.slow

MOST = 200_000  # bytes
COMPRESSED_ALREADY = (".woff2", ".png", ".ico")


def weight(body: bytes, url: str) -> int:
    """What travels, once the server in front has compressed what can be."""
    bare = url.partition("?")[0]
    return len(body) if bare.endswith(COMPRESSED_ALREADY) else len(gzip.compress(body, 6))


@pytest.mark.parametrize("page_path", ["", "/inclusion/section/places"])
def test_a_first_visit_is_light(site: Site, page_path: str) -> None:
    fetched: list[Response] = []
    with site.device(scripts=True, strict=True) as page:
        page.on("response", lambda response: fetched.append(response))
        page.goto(f"{site.link}{page_path}", wait_until="networkidle")
        weights = {one.url: weight(one.body(), one.url) for one in fetched if one.ok}

    assert len(weights) > 3
    assert all(url.startswith(site.address) for url in weights)
    assert sum(weights.values()) < MOST, weights
