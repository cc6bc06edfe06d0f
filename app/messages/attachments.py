"""What may leave with a message and is made only then: declared here, made by a higher room.

`scheduler/worker.py` puts one maker a step in a dictionary, as it does for carriers.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final, Protocol

from app.messages.carriers import Attachment, Parcel

log = logging.getLogger(__name__)


class AttachmentMaker(Protocol):
    """Makes the files of one step's messages. No transaction is open when it is called."""

    def attachments(self, parcel: Parcel) -> tuple[Attachment, ...]:
        """The files that go with this parcel; nothing of them is kept."""
        ...


Makers = Mapping[str, AttachmentMaker]
"""Step → what makes its attachments."""

NO_MAKERS: Final[Makers] = MappingProxyType({})


def completed(parcel: Parcel, makers: Makers) -> Parcel:
    """The parcel with the files of its step; as it was when they cannot be made.

    A message is worth more than its attachment: whatever goes wrong, it leaves without.
    """
    maker = makers.get(parcel.step)
    if maker is None:
        return parcel
    try:
        made = maker.attachments(parcel)
    except Exception as error:
        # The class alone: an error's words may quote what the file was about to say.
        log.warning("message %s leaves without its file: %s", parcel.message_id, _name(error))
        return parcel
    return replace(parcel, attachments=(*parcel.attachments, *made))


def _name(error: Exception) -> str:
    return type(error).__name__
