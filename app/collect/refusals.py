"""What a respondent may be refused, and what to do then."""

from __future__ import annotations

from app.errors import Hidden, Refused


class WaveEnded(Refused):
    """The wave is past its effective end: nothing may be written any more."""

    sentence = (
        "Cette vague s’est terminée le {ended_on}. Vos réponses envoyées sont gardées, "
        "et vous recevrez votre fiche par courriel."
    )
    status = 410


class NothingAsked(Refused):
    """No opened wave asks anything of this territory."""

    sentence = (
        "Aucun questionnaire n’est ouvert pour votre collectivité. "
        "Gardez ce lien\u00a0: il servira à la prochaine vague."
    )
    status = 404


class NotYourTheme(Hidden):
    """The link does not open this theme, or there is no such theme."""

    sentence = "Ce lien n’ouvre pas ce thème. Revenez à la page de vos thèmes."


class NoLongerAsked(Refused):
    """The case left the frame: merged, or in double."""

    sentence = (
        "Votre collectivité n’est plus interrogée sur ce thème. "
        "Écrivez à l’adresse d’aide si c’est une erreur."
    )
    status = 409


class AlreadySubmitted(Refused):
    """A submitted theme takes no answer: reopen it first."""

    sentence = (
        "Ce thème est déjà envoyé. Pour changer une réponse, rouvrez-le depuis la page "
        "de vos thèmes."
    )
    status = 409


class NothingToSubmit(Refused):
    """Blanks are accepted, an empty questionnaire is not an answer."""

    sentence = "Répondez à une question au moins avant d’envoyer ce thème."
    status = 409


class UnknownQuestion(Refused):
    """The question is not of this questionnaire: a form of another theme, or forged."""

    sentence = "Cette page ne correspond plus au questionnaire. Rouvrez-la depuis vos thèmes."


class MayNotDelegate(Refused):
    """A delegated link cannot pass its theme on."""

    sentence = (
        "Ce thème vous a été confié, vous ne pouvez pas le confier à votre tour. "
        "Demandez-le à la personne qui vous l’a transmis."
    )
    status = 403


class MayNotDecline(Refused):
    """A delegated link does not speak for the whole authority."""

    sentence = (
        "Ce thème vous a été confié : dites à la personne qui vous l’a transmis que vous ne "
        "répondrez pas."
    )
    status = 403


class HandedOverTooOften(Refused):
    """One link handed themes over many times this month: perhaps to bother people."""

    sentence = (
        "Trop de thèmes ont été confiés avec ce lien ce mois-ci. "
        "Répondez vous-même, ou écrivez à l’adresse d’aide."
    )
    status = 429


class ColleagueNotReachable(Refused):
    """The colleague asked for no more messages, or the mailbox refuses them."""

    sentence = (
        "Nous ne pouvons plus écrire à cette adresse. Choisissez-en une autre, "
        "ou répondez vous-même à ce thème."
    )
    status = 409


class UnknownReason(Refused):
    """The reason is none of the table's."""

    sentence = "Choisissez une raison."


class NothingToDecline(Refused):
    """Every theme named is submitted: there is nothing left to refuse."""

    sentence = (
        "Ces thèmes sont déjà envoyés. Rouvrez-les depuis la page de vos thèmes "
        "pour changer vos réponses."
    )
    status = 409
