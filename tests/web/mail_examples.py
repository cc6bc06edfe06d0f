"""What the composer gives the mail templates, for Bonnat."""

from __future__ import annotations

from types import SimpleNamespace as Thing

COMMON: dict[str, object] = {
    "territory": Thing(
        name="Bonnat",
        the_name="Bonnat",
        of_name="de Bonnat",
        kind_label="Commune",
        departement="Creuse",
    ),
    "sender": Thing(
        name="Baromètre Collectivités & numérique",
        public_address="https://barometre.example",
        help_email="aide@barometre.example",
        help_phone="05 36 49 12 34",
        dpo="dpd@barometre.example",
    ),
    "others": [],  # further authorities of a shared mailbox
    "several_url": "",  # their common page
    "chat_url": "",  # Telegram, where it is configured
    "wave_label": "Vague d’automne 2026",
    "ends_on": "vendredi 18 décembre 2026",
    "stop_url": "https://barometre.example/s/stop-token-of-forty-three-characters-000000",
    "first_contact": True,
    "address_origin": "Votre adresse vient de l’annuaire de la DILA.",
    "may_delegate": True,
    "notice_url": "https://barometre.example/donnees-personnelles",
    "simulated": True,
}

THEMES = [
    Thing(name="Inclusion numérique", number=1, minutes=8, state="started"),
    Thing(name="Cybersécurité", number=2, minutes=7, state="submitted"),
    Thing(name="Communication avec les administrés", number=3, minutes=8, state="todo"),
]

ANSWER = "https://barometre.example/r/answer-token-of-forty-three-characters-0000"
DECLINE = f"{ANSWER}/refuser"

MAILS: dict[str, dict[str, object]] = {
    "invitation": {
        **COMMON,
        "themes": THEMES,
        "days_left": 24,
        "answer_url": ANSWER,
        "decline_url": DECLINE,
    },
    "reminder": {
        **COMMON,
        "first_contact": False,
        "themes": THEMES,
        "days_left": 9,
        "answer_url": ANSWER,
        "decline_url": DECLINE,
    },
    **{
        words: {
            **COMMON,
            "first_contact": False,
            "themes": THEMES,
            "days_left": days_left,
            "answer_url": ANSWER,
            "decline_url": DECLINE,
        }
        for words, days_left in (("reminder_2", 5), ("last_call", 3))
    },
    "prenotice": {
        **COMMON,
        "asked_on": "lundi 21 septembre 2026",
        "signed_by": "Creuse numérique",
        "signed_words": "Votre syndicat numérique s’associe à cette enquête.",
    },
    "delegation": {
        **COMMON,
        "theme": THEMES[0],
        "by_label": "Marc Perrot",
        "days_left": 9,
        "answer_url": ANSWER,
    },
    "receipt": {
        **COMMON,
        "first_contact": False,
        "theme": THEMES[0],
        "number": "23-0418",
        "answered": 13,
        "asked": 14,
        "answer_url": ANSWER,
        "answers_url": f"{ANSWER}/inclusion/reponses.pdf",
    },
    "card": {
        **COMMON,
        "first_contact": False,
        "themes": THEMES,
        "card_url": f"{ANSWER}/fiche",
        "pdf_attached": True,
    },
    "renewal": {
        **COMMON,
        "theme": THEMES[0],
        "days_left": 9,
        "answer_url": "https://barometre.example/nouveau/token-of-forty-three-characters-00000",
    },
    "moved_to_chat": {
        **COMMON,
        "messenger": "Telegram",
        "answer_url": ANSWER,
    },
    "assignment": {
        **COMMON,
        "days_left": 9,
        "coordinates": False,
        "tasks": [
            Thing(
                name="Inclusion numérique",
                minutes=8,
                due_on="4 décembre 2026",
                url=f"{ANSWER}1",
            ),
            Thing(name="Cybersécurité", minutes=7, due_on="", url=f"{ANSWER}2"),
        ],
        "later": [
            Thing(name="Service public local de la donnée", due_on="12 février 2027"),
            Thing(name="Stratégie numérique", due_on=""),
        ],
    },
    "validation": {
        **COMMON,
        "theme": THEMES[0],
        "days_left": 9,
        "read_url": f"{ANSWER}/inclusion/relire",
    },
    "returned": {
        **COMMON,
        "theme": THEMES[0],
        "days_left": 9,
        "read_url": f"{ANSWER}/inclusion/relire",
    },
}
