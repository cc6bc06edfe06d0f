"""The words by which mail servers and people say why a mail came back, in seven languages.

Matched on text that `plain` has made alike: lower case, no accent, no address, no host name, one
space between words. Every gap is bounded: what is read here was written by strangers.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST = 20_000  # characters looked at of what a mail says
_NAMES = re.compile(
    r"<?[^\s<>]{1,200}@[^\s<>]{1,200}>?|https?://\S{1,500}|\b[\w-]{1,63}(?:\.[\w-]{1,63}){1,10}\b"
)
_SPACES = re.compile(r"\s+")


def plain(text: str) -> str:
    """The same words as every pattern here is written, names and addresses left out.

    A server called `antispam.example` says nothing about spam.
    """
    bare = text[:LONGEST].replace("’", "'").replace("`", "'").replace("ß", "ss")
    apart = unicodedata.normalize("NFKD", bare)
    lowered = "".join(sign for sign in apart if not unicodedata.combining(sign)).lower()
    return _SPACES.sub(" ", _NAMES.sub(" ", lowered))


def _any(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{one})" for one in alternatives))


FULL = _any(
    r"(?:mail ?box|inbox|account|user|recipient)\b.{0,40}\b(?:is )?full\b",
    r"(?:mailbox|account|user|recipient)\b.{0,60}(?:over|exceed\w{0,3}).{0,30}(?:quota|limit|storage)",
    r"(?:over|exceed\w{0,3}|out of).{0,30}(?:quota|storage allocation|storage space)",
    r"quota.{0,30}(?:exceeded|depasse|uberschritten|superad|superat|overschreden|excedid|plein)",
    r"overquota|out of storage",
    r"(?:boite|bal|messagerie)\b.{0,60}(?:pleine|saturee|remplie|quota)",
    r"espace de stockage.{0,40}(?:insuffisant|sature|plein)",
    r"(?:postfach|mailbox|konto)\b.{0,40}\b(?:voll|uberfullt)\b",
    r"(?:buzon|bandeja|cuenta)\b.{0,40}llen[oa]",
    r"casella\b.{0,40}piena",
    r"(?:mailbox|postvak|postbus|inbox)\b.{0,30}\bvol\b",
    r"caixa\b.{0,40}(?:cheia|lotada)",
)
NOBODY = _any(
    r"unknown (?:user|recipient|address|mailbox|account|local part|or illegal alias)",
    r"(?:user|recipient|mailbox|account|address|alias)\b.{0,60}(?:unknown|not known|not found)",
    r"no such (?:user|recipient|mailbox|address|person|account|domain)",
    r"(?:user|recipient|mailbox|account|address|alias|domain)\b.{0,60}"
    r"(?:does ?n.t exist|does not exist|doesn't have|not exist|no longer (?:exists|active|valid))",
    r"(?:user|account|mailbox|recipient|address)\b.{0,40}"
    r"(?:disabled|inactive|closed|terminated|deactivated|suspended|discontinued)",
    r"(?:no|not a valid|invalid) (?:mailbox|recipient|user|address)",
    r"couldn't be found|wasn't found|could not be found",
    r"not listed in (?:the )?(?:domino|public)",
    r"mailbox unavailable|recipient address rejected: access denied",
    r"(?:host|domain)\b.{0,40}(?:not found|unknown)|domain does not (?:exist|accept mail)|null ?mx",
    r"(?:adresse|boite|bal|destinataire|utilisateur|compte|domaine)\b.{0,80}"
    r"(?:inexistant|n'existe (?:pas|plus)|inconnu|introuvable|invalide|desactive|supprime|"
    r"n'est plus (?:active|valide|utilisee?)|n'a pas ete trouve)",
    r"(?:empfanger|benutzer|adresse|e-mail-adresse|postfach|konto)\b.{0,80}"
    r"(?:unbekannt|existiert nicht|nicht gefunden|nicht vorhanden|ungultig|deaktiviert)",
    r"(?:usuario|destinatario|direccion|buzon|cuenta)\b.{0,80}"
    r"(?:desconocid|no existe|no encontrad|no se (?:ha )?encontr|inexistente|no valid)",
    r"(?:utente|destinatario|indirizzo|casella)\b.{0,80}"
    r"(?:sconosciut|inesistente|non esiste|non trovat|non e stat[oa] trovat|non valid)",
    r"(?:gebruiker|geadresseerde|ontvanger|adres|e-mailadres|postvak)\b.{0,80}"
    r"(?:onbekend|bestaat niet|niet gevonden|ongeldig)",
    r"(?:usuario|utilizador|destinatario|endereco|caixa|conta)\b.{0,80}"
    r"(?:desconhecid|nao existe|nao (?:foi )?encontrad|inexistente|invalid)",
)
# About us, the text or the moment: whatever the code, the mailbox may well exist.
NOT_NOW = _any(
    r"\bspam\b|spamhaus|black ?list|block ?list|\bblocked\b|reputation|grey ?list|gr[ae]ylist",
    r"polic(?:y|ies)|\bdmarc\b|\bspf\b|\bdkim\b|virus|content rejected|rate limit|at a rate",
    r"too (?:many|large|big|quickly|fast)|message size|sender.{0,40}(?:rejected|denied|limit)",
    r"temporar|try again|timed? ?out|indesirable|temporairement|reessayer|vorubergehend",
)
# The mailbox is elsewhere now; what follows may say where.
MOVED = _any(
    r"(?:user|recipient|mailbox|he|she|i) (?:has|have) (?:been )?moved",
    r"(?:my|our|the|new) (?:new )?(?:e-?mail )?address (?:is now|has changed|is changing|is:)",
    r"user not local; please try|please use .{0,20}new (?:e-?mail )?address|moved to",
    r"change d'adresse|changement d'adresse|nouvelle adresse|adresse (?:\w+ ){0,2}a change",
    r"a ete (?:deplacee?|transferee?) vers|remplacee? par (?:l'adresse|la boite)",
    r"neue (?:e-?mail-?)?adresse|(?:e-?mail-?)?adresse hat sich geandert",
    r"nueva direccion|ha cambiado de direccion",
    r"nuovo indirizzo|ha cambiato indirizzo",
    r"nieuwe? (?:e-?mail-?)?adres|is verhuisd naar",
    r"novo endereco|mudou de endereco",
)
# Said by a mailbox itself: it takes mail, and nobody reads it.
CLOSED = _any(
    r"n'est (?:donc |desormais )?plus (?:relevee?|consultee?|lue?|utilisee?|en service)",
    r"ne sera (?:donc |desormais )?plus (?:relevee?|consultee?|lue?|utilisee?|en service)",
    r"(?:is|will be) no longer (?:monitored|read|checked|in use|used)",
    r"wird nicht mehr (?:gelesen|abgerufen|genutzt)|ya no (?:se usa|se lee|esta en uso)",
    r"non e piu (?:letta|in uso|attiva)|wordt niet meer (?:gelezen|gebruikt)",
)
LATER = _any(
    r"(?:delivery|message|mail).{0,60}(?:delayed|deferred|still trying|will be retried|warning)",
    r"warning: message still undelivered|will (?:continue|keep) (?:to )?try|no action is required",
    r"retarde|differe|(?:nous|le serveur) (?:continu|reessay)|tentatives? (?:se|vont) poursuiv",
    r"verzogert|zustellung.{0,40}versucht",
    r"retrasad|se seguira intentando",
    r"ritardat|ritardo|continuer.{0,20}tenta",
    r"vertraagd|atrasad",
)
# Subjects, from their first word.
AWAY = re.compile(
    r"\W{0,5}(?:automatic reply|auto(?:matic)?[- ]?(?:reply|response|respond)|autoreply|auto:|"
    r"out of (?:the )?office|vacation|away from|i am away|reponse automatique|"
    r"(?:message|notification|avis) d'absence|absence\b|absent|absente|en conges?\b|conges?\b|"
    r"automatische antwort|abwesenheit|abwesend|respuesta automatica|fuera de (?:la )?oficina|"
    r"ausente|ausencia|risposta automatica|fuori (?:sede|ufficio)|assente|"
    r"automatisch antwoord|afwezig|resposta automatica|mairie fermee|fermeture)"
)
CAME_BACK = re.compile(
    r"\W{0,5}(?:undeliver|undelivered|mail delivery|delivery (?:status|failure|notification|has)|"
    r"failure notice|returned mail|mail system error|message non (?:distribue|remis)|non remis|"
    r"echec de (?:la )?(?:remise|livraison|distribution)|notification d'etat|non distribuable|"
    r"unzustellbar|fehler bei der zustellung|no se puede entregar|no entregado|"
    r"impossibile recapitare|mancato recapito|onbestelbaar|nao e possivel entregar|"
    r"nao entregue|warning: (?:message|could not)|(?:message|mail|delivery) delayed|delayed|"
    r"remise (?:retardee|differee)|message en attente)"
)
PROVE_YOURSELF = _any(
    r"mailinblack|boxbe|spam ?arrest|captcha|challenge",
    r"(?:authentifi|identifi)\w{0,6}.{0,80}(?:expediteur|envoi|message|courriel|mail)",
    r"(?:confirm|verify|validate).{0,80}(?:sender|you are human|your e-?mail|your message)",
    r"(?:cliqu|valid|confirm)\w{0,5}.{0,80}(?:debloquer|autoriser|delivrer|soit remis|remettre)",
    r"(?:bestatig|absender).{0,60}(?:freischalt|freigeben)",
)
