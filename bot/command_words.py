"""What a person may ask for at any time, and the ways of saying it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum


class Command(Enum):
    """What a person may ask for at any time."""

    START = "start"
    HELP = "aide"
    WHY = "pourquoi"
    WHO = "qui êtes-vous"
    WHO_SEES = "qui voit mes réponses"
    ROBOT = "êtes-vous un robot"
    SOMEBODY = "appelez-moi"
    PAPER = "papier"
    HOW_LONG = "combien de temps"
    ANGRY = "vous m’énervez"
    BACK = "retour"
    SKIP = "passer"
    AGAIN = "répéter"
    PROGRESS = "où j’en suis"
    PAUSE = "pause"
    RESUME = "reprendre"
    REVIEW = "relire"
    CHANGE = "changer"
    SUBMIT = "envoyer"
    SITE = "site"
    DELEGATE = "confier"
    DECLINE = "refuser"
    REMINDERS = "rappels"
    STOP = "stop"
    UNTIE = "dissocier"
    TIE = "associer"
    THEMES = "thèmes"
    TERRITORIES = "communes"
    SAME = "pareil"
    CARD = "fiche"
    HELLO = "bonjour"
    THANKS = "merci"
    UNKNOWN = "/"  # a slash and a word that is none of ours
    ANOTHER_BOT = "/@"  # a command that names another bot


WAYS: Mapping[Command, tuple[str, ...]] = {
    Command.START: ("start", "demarrer", "commencer"),
    Command.HELP: (
        *("aide", "help", "au secours", "aidez-moi", "aide moi", "a l'aide", "besoin d'aide"),
        *("comment ca marche", "comment faire", "que faire", "je suis perdu", "je suis perdue"),
        *("commandes", "mode d'emploi", "je ne comprends pas", "je comprends pas", "pas compris"),
    ),
    Command.WHY: (
        *("pourquoi", "pourquoi cette question", "a quoi ca sert", "pour quoi faire", "pk", "pq"),
        *("a quoi sert cette question", "pourquoi vous demandez ca", "c'est pour quoi"),
    ),
    Command.WHO: (
        *("qui etes-vous", "qui etes vous", "qui es-tu", "vous etes qui", "c'est qui"),
        *("c'est quoi", "donnees", "mes donnees", "donnees personnelles", "rgpd", "cnil"),
        *("c'est officiel", "est-ce officiel", "arnaque", "c'est une arnaque", "spam"),
        *("c'est du spam", "c'est une vraie enquete", "c'est serieux", "vous etes qui au juste"),
        *("c'est obligatoire", "est-ce obligatoire", "je suis oblige", "je suis obligee"),
        *("on est oblige", "on est oblige de repondre", "que deviennent mes reponses"),
        *("qui vous envoie", "comment avez-vous eu mon numero", "a quoi ca va servir"),
    ),
    Command.WHO_SEES: (
        *("qui voit mes reponses", "qui voit ca", "qui voit nos reponses", "qui voit les reponses"),
        *("qui lit mes reponses", "qui lit les reponses", "qui va voir mes reponses"),
        *("qui va lire mes reponses", "c'est anonyme", "est-ce anonyme", "anonyme"),
        *("c'est confidentiel", "est-ce confidentiel", "confidentialite", "c'est public"),
        *("est-ce que c'est anonyme", "est-ce que c'est confidentiel", "qui aura mes reponses"),
        *("est-ce que c'est public", "mes reponses sont publiques", "vous publiez mes reponses"),
        *("le maire voit mes reponses", "le prefet voit mes reponses"),
    ),
    Command.ROBOT: (
        *("etes-vous un robot", "vous etes un robot", "t'es un robot", "tu es un robot", "robot"),
        *("c'est un robot", "je parle a un robot", "je parle a une machine", "c'est une machine"),
        *("vous etes une vraie personne", "vous etes une personne", "vous etes humain"),
        *("il y a quelqu'un", "y a quelqu'un", "etes-vous humain", "vous etes reel"),
        *("comment vous appelez-vous", "comment tu t'appelles", "quel est votre nom"),
        *("vous allez bien", "comment allez-vous", "ca va", "je vous ai deja eu au telephone"),
    ),
    Command.SOMEBODY: (
        *("appelez-moi", "rappelez-moi", "appelez moi", "rappelez moi", "m'appeler", "me rappeler"),
        *("je veux qu'on m'appelle", "je voudrais qu'on m'appelle", "qu'on m'appelle"),
        *("je veux qu'on me rappelle", "je voudrais qu'on me rappelle", "qu'on me rappelle"),
        *("etre rappele", "etre rappelee", "etre appele", "etre appelee", "vous pouvez m'appeler"),
        *("contact", "telephone", "appeler", "parler a quelqu'un", "un humain", "humain"),
        *("parler a un humain", "parler a une vraie personne", "une vraie personne"),
        *("joindre quelqu'un", "votre numero", "vous joindre"),
        *("comment vous joindre", "je prefere le telephone", "je prefere par telephone"),
    ),
    Command.PAPER: (
        *("papier", "version papier", "la version papier", "une version papier", "sur papier"),
        *("format papier", "questionnaire papier", "repondre sur papier", "repondre par courrier"),
        *("par courrier", "par la poste", "en papier", "imprimer", "pdf", "une version pdf"),
        *("la recevoir sur papier", "le recevoir sur papier", "le questionnaire sur papier"),
        *("vous avez une version papier", "recevoir une version papier", "je prefere le papier"),
        *("avoir une version papier", "avoir le questionnaire papier", "le papier"),
    ),
    Command.HOW_LONG: (
        *("combien de temps", "ca prend combien de temps", "combien de temps ca prend"),
        *("combien de temps ca va prendre", "ca dure combien de temps", "ca dure combien"),
        *("il y en a pour combien de temps", "y en a pour combien de temps", "c'est long"),
        *("combien de temps faut-il", "il faut combien de temps", "combien de minutes"),
        *("combien de temps il reste", "il reste combien de temps", "duree"),
        *("combien de temps il faut", "ca prend longtemps", "est-ce long", "est-ce que c'est long"),
        *("c'est encore long", "jusqu'a quand", "date limite", "c'est pour quand"),
        *("j'ai jusqu'a quand", "jusqu'a quand je peux repondre", "quelle est la date limite"),
    ),
    Command.ANGRY: (
        *(
            "vous m'enervez",
            "tu m'enerves",
            "ca m'enerve",
            "c'est nul",
            "nul",
            "c'est n'importe quoi",
        ),
        *("n'importe quoi", "ras le bol", "j'en ai marre", "y en a marre", "marre", "ca me saoule"),
        *("c'est penible", "vous etes penible", "vous etes penibles", "tu es penible", "penible"),
        *(
            "vous etes nul",
            "vous etes nuls",
            "tu es nul",
            "t'es nul",
            "idiot",
            "imbecile",
            "connard",
        ),
        *("abruti", "con", "t'es con", "tu es con", "merde", "et merde", "putain", "bordel"),
        *("ta gueule", "tais-toi", "va te faire voir", "allez au diable", "foutaise", "foutaises"),
        *("c'est idiot", "c'est stupide", "stupide", "quelle perte de temps", "perte de temps"),
    ),
    Command.BACK: (
        *("retour", "precedent", "precedente", "revenir", "arriere", "en arriere", "back"),
        *("question precedente", "question d'avant", "revenir en arriere", "retour arriere"),
    ),
    Command.SKIP: (
        *("passer", "suivant", "suivante", "sauter", "passe", "question suivante", "je passe"),
        *("passer la question", "passer cette question", "on passe", "skip", "suite", "la suite"),
    ),
    Command.AGAIN: (
        *("repeter", "repete", "repetez", "encore", "quelle question", "la question"),
        *("quelle etait la question", "redis", "redites", "rappelle-moi la question"),
    ),
    Command.PROGRESS: (
        *("progression", "avancement", "ou j'en suis", "ou en suis-je", "ou en suis je"),
        *("ou j'en etais", "ou en est-on", "ou on en est", "il reste combien", "combien il reste"),
        *("combien reste-t-il", "combien de questions", "reste combien", "il en reste combien"),
        *("c'est fini", "est-ce fini", "c'est termine", "est-ce que c'est fini", "on a fini"),
        *("combien de questions encore", "il reste beaucoup de questions", "c'est tout"),
    ),
    Command.PAUSE: (
        *("pause", "plus tard", "au revoir", "a plus tard", "a demain", "pas maintenant"),
        *("pas le temps", "je n'ai pas le temps", "je reviens", "bonne journee", "bonne soiree"),
        *("a bientot", "quitter", "je dois y aller", "j'arrete", "j'arrete la", "on arrete la"),
        *("je m'arrete la", "on s'arrete la", "j'arrete pour aujourd'hui"),
    ),
    Command.RESUME: (
        "reprendre",
        "continuer",
        "on continue",
        "je reprends",
        "reprise",
        "me revoila",
    ),
    Command.REVIEW: (
        *("relire", "relecture", "mes reponses", "voir mes reponses", "recapitulatif", "recap"),
        *("resume", "verifier", "relire mes reponses", "revoir mes reponses"),
    ),
    Command.CHANGE: (
        *("changer", "modifier", "corriger", "changer une reponse", "modifier une reponse"),
        *("corriger une reponse", "changer ma reponse", "modifier ma reponse", "erreur"),
        *("je me suis trompe", "je me suis trompee", "corriger ma reponse"),
    ),
    Command.SUBMIT: (
        *("envoyer", "terminer", "finir", "valider", "j'ai fini", "fini", "termine", "soumettre"),
        *("envoyer le theme", "envoyer ce theme", "envoyer mes reponses"),
    ),
    Command.SITE: (
        *("site", "le site", "site web", "sur le site", "site internet", "formulaire", "lien"),
        *("le lien", "mon lien", "ordinateur", "sur ordinateur", "continuer sur le site"),
    ),
    Command.DELEGATE: (
        "confier",
        "deleguer",
        "transmettre",
        "confier ce theme",
        "confier le theme",
    ),
    Command.DECLINE: (
        *("refuser", "je refuse", "nous refusons", "je ne veux pas repondre", "decliner"),
        *("nous ne souhaitons pas repondre", "je ne souhaite pas repondre"),
    ),
    Command.REMINDERS: (
        "rappels",
        "rappel",
        "notifications",
        "rappels ici",
        "rappels par courriel",
    ),
    # Most ways of saying it are read by `bot.stopping`; these are what a slip is compared with.
    Command.STOP: (
        *("stop", "stopper", "arreter", "arretez", "desabonner", "desinscrire", "unsubscribe"),
        *("desabonnement", "desinscription", "plus de messages", "plus aucun message"),
        *("laissez-moi tranquille", "laissez-nous tranquilles", "fichez-moi la paix"),
        *("foutez-moi la paix", "retirez-moi de la liste", "retirez-moi de vos listes"),
        *("enlevez-moi de la liste", "enlevez-moi de vos listes", "oubliez-moi"),
        *("arrete de m'ecrire", "arrete tout", "arrete ca"),
    ),
    Command.UNTIE: ("dissocier", "delier", "detacher", "deconnecter", "se deconnecter"),
    Command.TIE: (
        *("associer", "relier", "lier", "code", "ajouter une commune", "ajouter une collectivite"),
        *("associer une commune", "associer une collectivite", "associer une autre collectivite"),
    ),
    Command.THEMES: (
        *("themes", "theme", "menu", "changer de theme", "autre theme", "liste des themes"),
        *("les themes", "choisir un theme", "sommaire", "accueil"),
    ),
    Command.TERRITORIES: (
        *("communes", "commune", "changer de commune", "autre commune", "mes communes"),
        *("collectivites", "collectivite", "changer de collectivite", "autre collectivite"),
        *(
            "territoires",
            "territoire",
            "changer de territoire",
            "autre mairie",
            "changer de mairie",
        ),
    ),
    Command.SAME: (
        *("pareil", "idem", "inchange", "pas de changement", "rien n'a change", "comme avant"),
        *(
            "comme l'an dernier",
            "comme l'annee derniere",
            "meme reponse",
            "la meme",
            "c'est pareil",
        ),
        *("toujours pareil", "rien de change"),
    ),
    Command.CARD: (
        "fiche",
        "ma fiche",
        "la fiche",
        "notre fiche",
        "resultat",
        "resultats",
        "score",
    ),
    Command.HELLO: ("bonjour", "bonsoir", "salut", "coucou", "hello", "bjr", "bonjour a vous"),
    Command.THANKS: (
        *("merci", "merci beaucoup", "merci bien", "super merci", "ok merci", "mci"),
        *("parfait", "c'est parfait", "super", "tres bien", "entendu", "c'est note", "bien recu"),
        *("nickel", "genial", "impeccable", "top", "bravo", "formidable", "excellent"),
        *("merci a vous", "merci d'avance", "parfait merci", "tres bien merci", "mille mercis"),
    ),
}
"""As one says it without accents, capitals or final punctuation."""
