"""RFC 8058: how a mail program says that its owner wants no more of a list."""

from __future__ import annotations

from flask import request

ONE_CLICK = [("List-Unsubscribe", "One-Click")]


def is_one_click() -> bool:
    """Whether the request is a mail program's own: that one field, posted either way, no other.

    It comes from the provider's machines or from a webmail's page, without a cookie or a token of
    ours: what makes it good is the signed address it is sent to.
    """
    if request.method != "POST":
        return False
    return list(request.form.items(multi=True)) == ONE_CLICK and not request.files
