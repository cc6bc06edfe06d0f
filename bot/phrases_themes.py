"""What is said around a theme: the first words, the choice, the sending, the way to the site."""

from __future__ import annotations

from app.collect.open import Submission
from app.collect.overview import Overview, Standing, ThemeStanding
from app.collect.team_standing import Validating
from app.interview.french import NBSP
from app.interview.path import Path
from app.messages.letterhead import Letterhead
from app.vocabulary.articles import the_place
from app.vocabulary.french_dates import day_month

CHOOSE_A_THEME = "Choisissez d’abord un thème."
HELLO = f"Bonjour{NBSP}! Nous en étions là."
THANKS = "Avec plaisir. Continuez quand vous voulez."
NOTHING_LEFT = "Merci à vous, et bonne journée."
WHENEVER = "Très bien. Choisissez un thème quand vous voulez, par son numéro ou par son nom."


def welcome(seen: Overview, letterhead: Letterhead, *, several: bool, confidential: bool) -> str:
    """The first words: who we are, for whom, until when, how long, what becomes of the answers.

    `confidential`: all may be told here, of every theme.
    """
    left = sum(one.minutes_left for one in _told_of(seen, confidential=confidential))
    themes = f"{len(seen.themes)} {plural('thème', len(seen.themes))}"
    if left:
        how_long = (
            f"{themes}, {left} {plural('minute', left)} environ, en plusieurs fois si vous voulez"
        )
    elif _waits_on_the_site(seen, confidential=confidential):
        how_long = f"{themes}, à remplir sur le site"
    else:
        how_long = f"{themes}, et tout est rempli"
    lines = [
        _who(letterhead),
        f"Vous répondez pour {_the(seen)}, jusqu’au {day_month(seen.wave.ends_at)}"
        f"{NBSP}: {how_long}.",
        _becomes(letterhead),
        _HELP_AT_HAND,
    ]
    if several:
        lines.append(f"Pour une autre collectivité, écrivez «{NBSP}communes{NBSP}».")
    if seen.wave.simulated:
        lines.insert(1, f"Campagne de démonstration{NBSP}: personne n’est réellement interrogé.")
    return "\n".join(lines)


def welcome_to_several(letterhead: Letterhead, n: int) -> str:
    """The first words of a chat that speaks for several authorities, before one is chosen."""
    return "\n".join(
        [
            _who(letterhead),
            f"Vous répondez ici pour {n} collectivités, l’une après l’autre.",
            _becomes(letterhead),
            _HELP_AT_HAND,
        ]
    )


def _the(seen: Overview) -> str:
    return the_place(seen.authority.name, seen.authority.kind)


def _who(letterhead: Letterhead) -> str:
    return f"Bonjour, ici le {letterhead.sender_name}, l’enquête de la DINUM et de Déclic."


def _becomes(letterhead: Letterhead) -> str:
    return (
        "Vos réponses servent à votre fiche et à des moyennes. Rien n’est publié au nom de votre "
        f"collectivité sans son accord{NBSP}: {letterhead.notice_url}"
    )


_HELP_AT_HAND = f"À tout moment, écrivez «{NBSP}aide{NBSP}»."


def now_for(seen: Overview) -> str:
    """The chat speaks for another authority from now on."""
    ends = day_month(seen.wave.ends_at)
    return f"Vous répondez maintenant pour {_the(seen)}, jusqu’au {ends}."


def themes(seen: Overview, place: str, *, confidential: bool) -> str:
    """The choice of a theme, numbered; nothing is counted of those that stay on the site."""
    asked = f"Quel thème voulez-vous remplir{NBSP}?"
    return "\n".join([f"{place}. {asked}" if place else asked, *_standings(seen, confidential)])


def progress(seen: Overview, *, confidential: bool) -> str:
    """Where everything stands."""
    ends = day_month(seen.wave.ends_at)
    return "\n".join(
        [f"{seen.authority.name}, jusqu’au {ends}{NBSP}:", *_standings(seen, confidential)]
    )


def how_long(seen: Overview, *, confidential: bool) -> str:
    """What is left to do here, in minutes, and until when."""
    each = [one for one in _told_of(seen, confidential=confidential) if one.minutes_left]
    left = sum(one.minutes_left for one in each)
    ends = day_month(seen.wave.ends_at)
    if not left and _waits_on_the_site(seen, confidential=confidential):
        return (
            f"Le reste se remplit sur le site, jusqu’au {ends}{NBSP}: écrivez «{NBSP}site{NBSP}»."
        )
    if not left:
        return f"Tout est rempli. Vous pouvez encore changer une réponse jusqu’au {ends}."
    least = min(one.minutes_left for one in each)
    share = f", et {least} pour le thème le plus court" if len(each) > 1 else ""
    return (
        f"Il reste {left} {plural('minute', left)} environ{share}. Rien ne presse{NBSP}: "
        f"vous avez jusqu’au {ends}, en plusieurs fois si vous voulez."
    )


def _told_of(seen: Overview, *, confidential: bool) -> list[ThemeStanding]:
    """The themes of which one may say here how far they are filled in."""
    return [one for one in seen.themes if confidential or not one.theme.confidential]


def _waits_on_the_site(seen: Overview, *, confidential: bool) -> bool:
    """Whether a theme that may not be asked here is not sent."""
    return not confidential and any(
        one.theme.confidential and one.standing is not Standing.SUBMITTED for one in seen.themes
    )


def _standings(seen: Overview, confidential: bool) -> list[str]:
    return [
        f"{number}. {one.theme.name}{NBSP}: {_standing(one, confidential)}"
        for number, one in enumerate(seen.themes, start=1)
    ]


def _standing(one: ThemeStanding, confidential: bool) -> str:
    if one.standing is Standing.SUBMITTED:
        return "envoyé"
    if one.theme.confidential and not confidential:
        return "sur le site"
    if one.declined:
        return "refusé, mais on peut encore répondre"
    if one.standing is Standing.STARTED:
        asked = ", validation demandée" if one.validation.state is Validating.ASKED else ""
        return f"{one.answered} {plural('question', one.answered)} sur {one.asked}{asked}"
    return f"à commencer, {one.minutes_left} minutes"


def before_sending(path: Path, place: str, *, to_validate: bool) -> str:
    """Ready to send, or to be read by whoever validates, with what is left blank."""
    blank = len(path.missing)
    if not blank:
        told = "Vous avez répondu à toutes les questions."
    else:
        told = f"Il reste {blank} {plural('question', blank)} sans réponse."
    do = "demander sa validation" if to_validate else "envoyer ce thème"
    whose = f"{place}. " if place else ""
    return f"{whose}{told} Voulez-vous {do}{NBSP}? Répondez par oui ou par non."


def receipt(handed_in: Submission) -> str:
    """Thanks and a number; never a value."""
    told = f"Merci, c’est envoyé. Accusé de réception nº{NBSP}{handed_in.number}."
    if handed_in.theme.confidential:
        return f"{told} Ces réponses ne s’affichent plus, pour personne."
    return told


def all_sent(seen: Overview, *, several: bool, whole: bool) -> str:
    """Nothing is left to answer. `whole`: they answer for all of the authority's themes."""
    what = "Tout" if whole else "Tout ce qui vous était confié"
    others = f" Pour une autre collectivité, écrivez «{NBSP}communes{NBSP}»." if several else ""
    return (
        f"{what} est envoyé pour {_the(seen)}. Pour changer une réponse avant le "
        f"{day_month(seen.wave.ends_at)}, écrivez «{NBSP}thèmes{NBSP}».{others}"
    )


def reopen(one: ThemeStanding) -> str:
    """A theme that was handed in: open it again?"""
    blank = " Il repartira vide." if one.theme.confidential else ""
    return (
        f"«{NBSP}{one.theme.name}{NBSP}» est déjà envoyé. Voulez-vous le rouvrir pour changer une "
        f"réponse{NBSP}?{blank} Répondez par oui ou par non. Pour le faire sur le site, écrivez "
        f"«{NBSP}site{NBSP}»."
    )


def reopened(theme: str) -> str:
    """It is a draft again."""
    return f"«{NBSP}{theme}{NBSP}» est rouvert. Pensez à l’envoyer de nouveau."


def elsewhere(theme: str, url: str) -> str:
    """A confidential theme, on a messenger that is not the State's own."""
    return (
        f"«{NBSP}{theme}{NBSP}» ne se remplit pas sur cette messagerie, par prudence. "
        f"Continuez sur le site{NBSP}: {url}\n{ONCE}"
    )


ONCE = "Ce lien sert une seule fois, pendant quinze minutes."


def on_the_site(url: str) -> str:
    """The way to the form, where the answers given here are."""
    return (
        f"Vos réponses vous attendent sur le site{NBSP}: {url}\n"
        f"{ONCE} Revenez ici quand vous voulez, en écrivant «{NBSP}reprendre{NBSP}»."
    )


def farewell(seen: Overview) -> str:
    """The person stops there for now."""
    return (
        f"À bientôt. Tout est gardé jusqu’au {day_month(seen.wave.ends_at)}{NBSP}: reprenez ici en "
        f"écrivant «{NBSP}reprendre{NBSP}», ou par le lien de notre courriel."
    )


def plural(noun: str, n: int) -> str:
    return noun if n < 2 else f"{noun}s"
