"""What the views give the respondent's pages, for Bonnat, one autumn evening."""

from __future__ import annotations

from types import SimpleNamespace as Thing

from markupsafe import Markup

from app.interview.kinds.scale import scale_choices
from app.interview.questionnaire import Choice, Question

BONNAT = Thing(
    name="Bonnat",
    the_name="Bonnat",
    kind_label="Commune",
    full_name="Commune de Bonnat",
    departement="Creuse",
    population_text="1 300 habitants",
)

FRAME: dict[str, object] = {"territory": BONNAT, "link_url": "/r/token", "simulated": True}

INCLUSION = Thing(code="inclusion", number=1, title="Inclusion numérique")

WAVE = Thing(
    label="Vague d’automne 2026",
    season="de l’automne",
    opens_on="3 novembre",
    ends_on="vendredi 18 décembre 2026",
    ends_short="18 décembre",
    today="24 novembre",
    days_left=24,
    elapsed_share=0.478,
)


def theme(number: int, title: str, state: str, **more: object) -> Thing:
    """A theme as the link's page lists it."""
    given: dict[str, object] = {
        "code": f"theme{number}",
        "number": number,
        "title": title,
        "state": state,
        "answered": 0,
        "asked": 14,
        "minutes_left": 8,
        "after": "",
        "facts": [],
        "answer_url": f"/r/token/theme{number}/1",
        "reopen_url": "",
        "pdf_url": "",
        "withdraw_url": "",
        "delegate_name": "",
    }
    return Thing(**{**given, **more})


THEMES = [
    theme(
        1,
        "Inclusion numérique",
        "started",
        answered=9,
        minutes_left=3,
        facts=[
            "Vous avez répondu à 6 questions, hier à 16 h 40.",
            "Marc Perrot a répondu à 3 questions, le 20 novembre.",
        ],
    ),
    theme(
        2,
        "Cybersécurité",
        "submitted",
        asked=0,
        after="le 12 novembre, par Marc Perrot",
        answer_url="",
        reopen_url="/r/token/theme2/rouvrir",
        facts=[
            "Accusé de réception nº 23-0418, envoyé à la mairie.",
            "Ces réponses ne s’affichent plus, pour personne. Rouvrir repart d’une page blanche.",
        ],
    ),
    theme(
        3,
        "Communication avec les administrés",
        "delegated",
        asked=16,
        delegate_name="Julie Lamy",
        withdraw_url="/r/token/theme3/retirer",
        facts=["Julie Lamy n’a pas encore commencé. Vous pouvez répondre à sa place."],
    ),
]

LINK: dict[str, object] = {
    **FRAME,
    "wave": WAVE,
    "themes": THEMES,
    "saved": "",
    "delegate": Thing(
        url="/r/token/confier",
        options=[("theme1", "Inclusion numérique"), ("theme3", "Communication")],
        theme="theme1",
        email="julie.lamy",
        error="Il manque le signe @. Vous avez écrit « julie.lamy ».",
    ),
    "decline_url": "/r/token/refuser",
    "stop_url": "/s/token",
    "sent_to": "mairie@bonnat.example",
    "given_by": "",
    "left_alone": True,
    "ways": [
        Thing(label="Demander de l’aide", address="/r/token/aide"),
        Thing(label="Répondre sur papier", address="/r/token/papier"),
    ],
    "stranger": Thing(not_ours_url="/r/token/pas-nous", contact_url="/r/token/contact"),
    "help": Thing(
        name="Votre syndicat numérique",
        hours="du lundi au vendredi, de 9 h à 17 h",
        phone="05 36 49 12 34",
        email="aide@barometre.example",
    ),
    "minutes": 8,
}

QUESTIONS = {
    "scale": Question(
        "lieu",
        "scale",
        "La commune a-t-elle un lieu où l’on aide les habitants à se servir du numérique ?",
        "Lieu d’aide",
        help="Par exemple un espace France services, une médiathèque, une permanence en mairie.",
        why="Un habitant sur quatre a besoin d’aide pour une démarche en ligne.",
        choices=scale_choices({}),
    ),
    "multiple": Question(
        "publics",
        "multiple",
        "Qui peut y être accueilli ?",
        "Publics",
        choices=(
            Choice("tous", "Tous les habitants"),
            Choice("ages", "Les personnes âgées"),
            Choice("emploi", "Les personnes en recherche d’emploi"),
        ),
    ),
    "single": Question(
        "quand",
        "single",
        "À quel moment ce lieu est-il ouvert ?",
        "Ouverture",
        choices=(Choice("semaine", "En semaine"), Choice("samedi", "Le samedi aussi")),
        not_concerned=True,
    ),
    "percentage": Question(
        "formes",
        "percentage",
        "Quelle part de vos agents a été formée à aider les usagers en ligne ?",
        "Agents formés",
        help="Depuis deux ans. Une estimation suffit. Aucun agent : mettez 0.",
        minimum=0,
        maximum=100,
    ),
    "integer": Question(
        "postes",
        "integer",
        "Combien d’ordinateurs prêtez-vous ?",
        "Ordinateurs",
        unit="postes",
        minimum=0,
        dont_know=False,
    ),
    "text": Question("site", "text", "Quelle est l’adresse de votre site ?", "Site"),
}


def item(kind: str, number: int, **more: object) -> Thing:
    """One question of a section's page."""
    given: dict[str, object] = {
        "question": QUESTIONS[kind],
        "number": number,
        "entered": [],
        "seen": "",
        "saved": "",
        "error": "",
        "conflict": None,
        "suggestion": None,
    }
    return Thing(**{**given, **more})


CONFLICT = Thing(
    counted="Prévu dans les 12 mois",
    counted_by="Marc Perrot, à 10 h 41, par Tchap",
    mine="Le samedi aussi",
    mine_by="Vous, à 10 h 42, sur cette page",
    mine_raw=["samedi"],
    note="Sans choix de votre part, c’est la réponse de Marc Perrot qui compte.",
    opening="Marc Perrot vient de répondre",
)

ITEMS = [
    item("scale", 6, entered=["yes"], seen="41", saved="Enregistrée par vous, à 10 h 42"),
    item(
        "multiple",
        7,
        entered=["ages", "emploi"],
        seen="38",
        saved="Enregistrée par Marc Perrot, le 20 novembre, par Tchap",
    ),
    item("single", 8, seen="44", conflict=CONFLICT),
    item(
        "percentage",
        9,
        entered=["120"],
        error="Indiquez un nombre entre 0 et 100. Vous avez écrit : « 120 ».",
    ),
    item("integer", 10, entered=["12"], seen="45"),
    item("text", 11, entered=["dont_know"]),
]

SECTION: dict[str, object] = {
    **FRAME,
    "theme": INCLUSION,
    "section": Thing(title="Accompagner les habitants", rank=2, count=4),
    "answered": 9,
    "asked": 14,
    "items": ITEMS,
    "sections": [
        Thing(
            title="Vos habitants",
            url="/r/token/1/1",
            state="submitted",
            after="5 questions sur 5",
            current=False,
        ),
        Thing(
            title="Accompagner les habitants",
            url="/r/token/1/2",
            state="started",
            after="2 questions sur 3",
            current=True,
        ),
        Thing(
            title="Vos projets",
            url="/r/token/1/3",
            state="todo",
            after="2 questions",
            current=False,
        ),
    ],
    "save_url": "/r/token/1/2",
    "unchanged_url": "",
    "live": Thing(
        script="/assets/scripts/answer.js?v=1",
        steady="/assets/scripts/steady.js?v=1",
        answer_url="/r/token/1/2/reponse",
        state_url="/r/token/1/2/etat",
        mark="m4rk",
        kept_under="barometre:1",
    ),
    "nonce": "n0nce",
    "saved_count": 2,
    "has_previous": True,
    "is_last": False,
}

REVIEW: dict[str, object] = {
    **FRAME,
    "theme": INCLUSION,
    "sections": [
        Thing(
            title="Vos habitants",
            url="/r/token/1/1",
            answers=[
                Thing(number=1, text="Combien d’habitants aidez-vous par mois ?", said="120"),
                Thing(number=2, text="Prêtez-vous des ordinateurs ?", said=""),
            ],
        ),
        Thing(
            title="Accompagner les habitants",
            url="/r/token/1/2",
            answers=[
                Thing(
                    number=3,
                    text="Qui peut y être accueilli ?",
                    said="Les personnes âgées ; les personnes en recherche d’emploi",
                ),
            ],
        ),
    ],
    "n_blank": 1,
    "submit_url": "/r/token/1/envoyer",
    "nonce": "n0nce",
    "seen": "0123abcd",
    "changed": "Des réponses ont changé depuis que vous avez ouvert cette page. Relisez-les.",
    "back_url": "/r/token/1/2",
    "sent_to": "mairie@bonnat.example",
    "script": "/assets/scripts/forget.js?v=1",
    "kept_under": "barometre:1",
    "secret": False,
    "checking": Thing(
        mode="validate",
        state="asked",
        at="hier à 16 h 40",
        remarks=[],
        untold=False,
        ask_url="/r/token/inclusion/demander",
        return_url="/r/token/inclusion/renvoyer",
        comment="",
        error="Écrivez ce qui est à revoir, même en quelques mots.",
    ),
}

RECEIPT: dict[str, object] = {
    **FRAME,
    "theme": INCLUSION,
    "receipt": Thing(
        number="23-0418",
        progress=Thing(answered=13, asked=14),
        sent_on="le 24 novembre à 10 h 42",
        sent_to="mairie@bonnat.example",
    ),
    "wave": WAVE,
    "script": "/assets/scripts/forget.js?v=1",
    "kept_under": "barometre:1",
    "next_theme": Thing(title="Cybersécurité", url="/r/token/theme2/1"),
    "secret": False,
    "answers_url": "/r/token/inclusion/reponses.pdf",
}

DELEGATE: dict[str, object] = {
    **FRAME,
    "theme": INCLUSION,
    "delegate_name": "julie.lamy@bonnat.example",
    "done": True,
    "withdraw_url": "/r/token/theme1/retirer",
}

DECLINE: dict[str, object] = {
    **FRAME,
    "done": False,
    "decline_url": "/r/token/refuser",
    "themes": [("inclusion", "Inclusion numérique"), ("cyber", "Cybersécurité")],
    "theme": "all",
    "reasons": [
        ("not_ours", "Ce n’est pas de notre ressort"),
        ("no_time", "Nous n’avons pas le temps"),
    ],
    "reason": "",
    "error": "Choisissez une raison.",
    "wave": WAVE,
}

STOP: dict[str, object] = {
    "done": False,
    "address": "mai…@bonnat.example",
    "about": "de Bonnat et de Genouillac",
    "choices": [("12", "Bonnat"), ("13", "Genouillac")],
    "stopped_before": "de Ladapeyre",
    "going_on": "",
    "error": "",
    "messengers": "Telegram",
    "stop_url": "/s/token",
    "simulated": True,
}

HELP: dict[str, object] = {
    **FRAME,
    "done": False,
    "help_url": "/r/token/aide",
    "themes": [
        ("", "Aucun en particulier"),
        ("inclusion", "Inclusion numérique"),
        ("cyber", "Cybersécurité"),
    ],
    "theme": "cyber",
    "words": "",
    "error": "Écrivez votre question, même en quelques mots.",
    "sent_to": "mairie@bonnat.example",
    "help": LINK["help"],
}

CONTACT: dict[str, object] = {
    **FRAME,
    "done": "",
    "given": "",
    "contact_url": "/r/token/contact",
    "sent_to": "mairie@bonnat.example",
    "email": "julie.lamy",
    "name": "Julie Lamy",
    "how": "ajoute",
    "error": "Il manque le signe @.",
    "name_error": "",
}

PAPER: dict[str, object] = {
    **FRAME,
    "done": False,
    "paper_url": "/r/token/papier",
    "themes": [
        Thing(code="inclusion", name="Inclusion", address="/r/token/1.pdf", chosen=True),
        Thing(code="cyber", name="Cybersécurité", address="", chosen=False),
    ],
    "words": "À l’attention de Madame Lamy",
    "error": "",
    "theme_error": "Choisissez au moins un thème.",
    "return_address": ["Baromètre", "20 avenue de Ségur", "75007 Paris"],
    "wave": WAVE,
}

TEAM: dict[str, object] = {
    **FRAME,
    "team_url": "/r/token/equipe",
    "done": True,
    "refusal": "",
    "coordinator": Thing(email="claire.faure@bonnat.example", error=""),
    "validator": Thing(email="maire", error="Il manque le signe @."),
    "lines": [
        Thing(
            code="inclusion",
            number=1,
            title="Inclusion numérique",
            ends_on="vendredi 18 décembre 2026",
            colleague="julie.lamy@bonnat.example",
            due="2026-12-20",
            colleague_error="",
            due_error="Ce thème se termine le 18 décembre 2026. Indiquez une date d’ici là.",
        ),
    ],
    "later": [
        Thing(
            code="donnee",
            number=6,
            title="Service public local de la donnée",
            ends_on="vendredi 19 mars 2027",
            colleague="",
            due="",
            colleague_error="",
            due_error="",
        ),
    ],
    "errors": [
        ("validator", "Il manque le signe @."),
        ("due-inclusion", "Ce thème se termine le 18 décembre 2026. Indiquez une date d’ici là."),
    ],
}

NOT_OURS: dict[str, object] = {
    **FRAME,
    "not_ours_url": "/r/token/pas-nous",
    "contact_url": "/r/token/contact",
    "sent_to": "mairie@bonnat.example",
    "given_by": "",
    "theme": "Inclusion numérique",
}

TURNED_AWAY: dict[str, object] = {
    "territory_name": "Bonnat",
    "address": "mai…@bonnat.example",
    "given_back": False,
    "simulated": True,
}

CLOSED: dict[str, object] = {
    "heading": "Cette vague s’est terminée le 18 décembre 2026",
    "sentence": "Vos réponses envoyées sont gardées.",
    "card_url": "/r/token/fiche",
    "card_name": "Lire la fiche de Bonnat",
    "simulated": True,
    "script": "/assets/scripts/forget.js?v=1",
    "kept_under": "barometre:1 barometre:2",
}

ERROR: dict[str, object] = {
    "code": 404,
    "heading": "Cette page n’existe pas",
    "sentence": "L’adresse est peut-être incomplète : reprenez le lien reçu par courriel.",
    "next_label": "Revenir à l’accueil",
    "next_url": "/",
}

SITE: dict[str, object] = {
    "contact": Thing(
        email="aide@barometre.example",
        phone="05 36 49 12 34",
        dpo="dpd@barometre.example",
        host="l’hébergeur choisi par l’éditeur",
        publication_director="la directrice ou le directeur de la DINUM",
    ),
    "served": [("Accueil", "/"), ("Demander un nouveau lien", "/nouveau-lien"), ("Aide", "/aide")],
}

CODE: dict[str, object] = {
    "code_url": "/code",
    "new_link_url": "/nouveau-lien",
    "typed": "7kq4 m2xp",
    "error": "Ce code n’ouvre rien. Vérifiez ses neuf caractères.",
}

NEW_LINK: dict[str, object] = {
    "done": False,
    "new_link_url": "/nouveau-lien",
    "code_url": "/code",
    "reference": "1234",
    "email": "claire",
    "errors": {"reference": "Un numéro SIREN compte neuf chiffres."},
}

RENEWAL: dict[str, object] = {
    "territory": BONNAT,
    "mailbox": "cla…@bonnat.example",
    "former": ["mai…@bonnat.example"],
    "chats_that_go_on": "Telegram",
    "chats_that_end": "Tchap",
    "renewal_url": "/nouveau/token",
    "simulated": True,
}

CHAT: dict[str, object] = {
    **FRAME,
    "names": ["Telegram", "Tchap"],
    "code_url": "/r/token/messagerie",
    "ways": [
        Thing(
            kind="telegram",
            name="Telegram",
            handle="@barometre_bot",
            address="https://t.me/barometre_bot?start=token",
            drawing=Markup('<svg width="4" height="4"></svg>'),
        ),
        Thing(
            kind="matrix", name="Tchap", handle="@barometre:agent.example", address="", drawing=""
        ),
    ],
    "digits": "123\u00a0456",
    "expires": "10\u00a0h\u00a042",
    "tied": [Thing(chat_id=1, name="Telegram", said="Associée hier à 10\u00a0h.")],
    "untie_url": "/r/token/messagerie/dissocier",
    "untied": True,
    "new_link_url": "/nouveau-lien",
    "confidential": ["Cybersécurité"],
}

CONTINUE: dict[str, object] = {
    "territory": BONNAT,
    "continue_url": "/continuer/token",
    "simulated": True,
}

NOT_KEPT: dict[str, object] = {
    "sentence": "Cette vague s’est terminée le 18 décembre 2026.",
    "lost": [
        {"question": "Combien d’agents avez-vous formés cette année\u00a0?", "said": "12"},
        {"question": "", "said": "Une maison France services"},
    ],
    "next_label": "Revenir à vos thèmes",
    "next_url": "/r/token",
}

PAGES: dict[str, dict[str, object]] = {
    "link.html": LINK,
    "section.html": SECTION,
    "review.html": REVIEW,
    "receipt.html": RECEIPT,
    "delegate.html": DELEGATE,
    "decline.html": DECLINE,
    "stop.html": STOP,
    "closed.html": CLOSED,
    "not_kept.html": NOT_KEPT,
    "code.html": CODE,
    "chat.html": CHAT,
    "continue.html": CONTINUE,
    "new_link.html": NEW_LINK,
    "renewal.html": RENEWAL,
    "contact.html": CONTACT,
    "help.html": HELP,
    "not_ours.html": NOT_OURS,
    "paper.html": PAPER,
    "team.html": TEAM,
    "turned_away.html": TURNED_AWAY,
    "error.html": ERROR,
    "pages/accueil.html": SITE,
    "pages/aide.html": SITE,
    "pages/accessibilite.html": SITE,
    "pages/donnees-personnelles.html": SITE,
    "pages/mentions-legales.html": SITE,
    "pages/plan-du-site.html": SITE,
}
