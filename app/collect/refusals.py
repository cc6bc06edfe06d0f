"""What a respondent may be refused, and what to do then."""

from __future__ import annotations

from app.errors import Hidden, Refused
from app.links.opened import RevokedLink


class WaveEnded(Refused):
    """The wave is past its effective end: nothing may be written any more."""

    sentence = (
        "Cette vague s’est terminée le {ended_on}. Vos réponses envoyées sont gardées, "
        "et votre collectivité recevra sa fiche par courriel."
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
    """One authority wrote to many this month, through us: perhaps to bother people."""

    sentence = (
        "Nous avons déjà beaucoup écrit ce mois-ci de la part de votre collectivité. "
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


class NoWords(Refused):
    """Help was asked for, without a word."""

    sentence = "Écrivez votre question, même en quelques mots."


class LongWords(Refused):
    """Longer than anybody reads."""

    sentence = "Votre texte dépasse {longest} caractères. Gardez l’essentiel."


class NothingAskedFor(Refused):
    """Paper was asked for, of no theme."""

    sentence = "Choisissez au moins un thème."


class TooManyRequests(Refused):
    """One link has several requests waiting already."""

    sentence = (
        "Vous avez déjà {n} demandes en attente. Nous y répondons d’abord\u00a0; "
        "si c’est urgent, écrivez à l’adresse d’aide."
    )
    status = 429


class NoMailboxBehind(Refused):
    """A letter's link has no mailbox to leave alone."""

    sentence = (
        "Ce lien vient d’une lettre, pas d’un courriel. "
        "Signalez l’erreur depuis la page «\u00a0Demander de l’aide\u00a0»."
    )
    status = 409


class AlreadySettled(Refused):
    """A colleague was quicker."""

    sentence = "Cette demande est déjà réglée. Rechargez la liste pour voir ce qui reste."
    status = 409


class MayNotChangeContact(Refused):
    """A delegated link does not say whom the authority is written to by."""

    sentence = (
        "Ce thème vous a été confié\u00a0: dites à la personne qui vous l’a transmis "
        "quelle est la bonne adresse."
    )
    status = 403


class NotAName(Refused):
    """What was typed for a name holds an address, a number, or a whole sentence."""

    sentence = "Écrivez seulement un prénom et un nom, en toutes lettres, ou laissez vide."


class AddressNotReachable(Refused):
    """The mailbox asked for no more messages, or refuses them."""

    sentence = (
        "Nous ne pouvons plus écrire à cette adresse. Indiquez-en une autre, ou demandez de l’aide."
    )
    status = 409


class ChangedTooOften(Refused):
    """One authority gave many addresses this month: perhaps to bother people."""

    sentence = (
        "Votre collectivité nous a fait écrire à trop d’adresses ce mois-ci. "
        "Attendez quelques jours, ou demandez de l’aide."
    )
    status = 429


class BadReference(Refused):
    """Neither a SIREN nor a letter's code: told by its spelling alone."""

    sentence = (
        "Un numéro SIREN compte neuf chiffres, le code de la lettre neuf caractères. "
        "Vérifiez, ou laissez ce champ vide."
    )


class RenewalUsed(RevokedLink):
    """The link that takes over serves once: the new link was opened already."""

    sentence = (
        "Ce lien a déjà servi\u00a0: le nouveau lien est ouvert et vos réponses y sont. "
        "Retrouvez-le dans l’historique de votre navigateur, ou demandez-en un autre."
    )


class NothingToRenew(Refused):
    """No wave has asked anything of this authority yet: there is no link to give."""

    sentence = (
        "Aucune vague n’interroge encore cette collectivité. "
        "Attendez l’ouverture de la prochaine, puis acceptez cette demande."
    )
    status = 409


class MailboxLeftAlone(Refused):
    """Staff accept a mailbox that asked for no more messages, or refuses them."""

    sentence = (
        "Cette boîte a demandé à ne plus recevoir de messages, ou les rejette. "
        "Répondez à la personne par un autre moyen."
    )
    status = 409


class NotTheirContact(Refused):
    """The contact to replace is not one of the authority, or is the new mailbox itself."""

    sentence = "Ce contact n’est pas à remplacer. Choisissez un autre contact de la collectivité."


class AwaitsValidation(Refused):
    """The team has somebody validate before a theme is sent."""

    sentence = (
        "Dans votre équipe, la personne chargée de valider envoie ce thème. "
        "Demandez-lui la validation depuis la page «\u00a0Relire\u00a0»."
    )
    status = 409


class NobodyValidates(Refused):
    """No validation is needed from this respondent."""

    sentence = "Ce thème n’attend la validation de personne d’autre. Envoyez-le vous-même."
    status = 409


class NotTheValidator(Refused):
    """Only whoever validates may return a theme."""

    sentence = (
        "Seule la personne chargée de valider peut renvoyer ce thème. "
        "Changez plutôt vos réponses, puis demandez la validation."
    )
    status = 403


class NotAskedToValidate(Refused):
    """Nobody asks for the validation of this theme now."""

    sentence = (
        "Personne n’attend la validation de ce thème. Envoyez-le vous-même, "
        "ou attendez qu’un collègue la demande."
    )
    status = 409


class NoComment(Refused):
    """A theme is returned with a word of explanation."""

    sentence = "Écrivez ce qui est à revoir, même en quelques mots."


class TeamWritesTooOften(Refused):
    """A team's plan changed many times this month: perhaps to bother people."""

    sentence = (
        "Votre équipe a beaucoup changé ce mois-ci, et nous n’écrivons plus à de nouvelles "
        "adresses. Attendez quelques jours, ou demandez de l’aide."
    )
    status = 429


class ValidationAskedTooOften(Refused):
    """Who validates has been written to many times this month: perhaps to bother them."""

    sentence = (
        "Nous avons déjà beaucoup écrit ce mois-ci pour faire valider vos thèmes. "
        "Prévenez vous-même la personne qui valide\u00a0: son lien ouvre aussi ce thème."
    )
    status = 429


class AnswersChanged(Refused):
    """Somebody changed an answer after the page that is being sent was shown."""

    sentence = (
        "Des réponses ont changé depuis que vous avez ouvert cette page. Relisez-les, puis envoyez."
    )
    status = 409


class NothingAskedOfThem(Refused):
    """Staff open an authority that no opened wave asks."""

    sentence = (
        "Aucune vague ouverte n’interroge cette collectivité. "
        "Choisissez-en une autre, ou attendez l’ouverture de la prochaine vague."
    )
    status = 404


class WaveStillOpen(Refused):
    """Nothing comes late while the wave is open."""

    sentence = "La vague est encore ouverte. Saisissez plutôt les réponses."
    status = 409
