"""What a person can mend."""

from __future__ import annotations

from typing import ClassVar


class Refused(Exception):
    """Something was refused, and the person it is told to can mend it.

    A subclass gives `sentence`, in French, which says what to do and ends with a full stop;
    the words in braces are filled from the keyword arguments. Anything that is not a
    `Refused` is a bug: let it rise.
    """

    sentence: ClassVar[str] = "Cette demande n’a pas pu aboutir. Revenez en arrière et réessayez."
    status: ClassVar[int] = 400  # the HTTP status a rim answers with

    def __init__(self, **details: object) -> None:
        self.details = details
        super().__init__(self.sentence.format(**details))


class Hidden(Refused):
    """The thing does not exist for this person: absent or out of their scope, never told which."""

    sentence = "Cette page n’existe pas, ou vous n’y avez pas accès. Vérifiez l’adresse."
    status = 404


class NotAllowed(Refused):
    """Known person, missing right."""

    sentence = "Votre compte ne permet pas cette action. Demandez-la à votre administrateur."
    status = 403
