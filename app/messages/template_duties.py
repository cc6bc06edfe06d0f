"""What every message owes its reader, and what it may not hold. Pure."""

from __future__ import annotations

import re
from typing import Any

from app.messages.template_faults import Fault, Part
from app.messages.template_reading import Seen, words_of
from app.messages.template_tried import Tried

LARGEST_HTML = 100_000  # bytes; Gmail hides what comes after 102 kB
GENUINE = (
    "Ce message est-il authentique\u00a0? Tous ses liens mènent à {{ sender.public_address }}. "
    "Nous ne demandons jamais de mot de passe ni d’argent."
)

# What the reader must be able to reach, by step; each is a name of the context.
_LEADS_TO = {
    "invitation": ("answer_url",),
    "reminder": ("answer_url",),
    "delegation": ("answer_url",),
    "renewal": ("answer_url",),
    "moved_to_chat": ("answer_url",),
    "card": ("card_url",),
    "validation": ("read_url",),
    "returned": ("read_url",),
}
_IN_EVERY_MAIL = ("stop_url", "notice_url")
# A chat's conversation answers by itself; a link that answers would open it to whoever reads it.
_NEVER_IN_A_CHAT = ("answer_url", "several_url", "card_url", "answers_url", "read_url")


def duties(one: Tried) -> list[Fault]:
    """What is missing from a mail, or must be taken out of it."""
    return [
        *_missing_parts(one, Part.TEXT, one.text),
        *_missing_parts(one, Part.HTML, one.html),
        *_elsewhere(one),
        *_active(one),
    ]


def duties_in_chat(one: Tried) -> list[Fault]:
    """A chat is told how to stop, and given no link that answers."""
    said = one.parcel.text
    faults = [
        Fault(
            Part.TEXT,
            f"Retirez {{{{ {name} }}}}\u00a0: une messagerie ne porte pas de lien qui répond.",
        )
        for name in _NEVER_IN_A_CHAT
        if (address := one.context.get(name)) and address in said
    ]
    if "stop" not in words_of(said):
        faults.append(
            Fault(
                Part.TEXT, "Dites qu’on écrit «\u00a0stop\u00a0» pour ne plus recevoir de messages."
            )
        )
    return faults


def _missing_parts(one: Tried, part: Part, seen: Seen) -> list[Fault]:
    context = one.context
    faults = [
        Fault(
            part, f"Ajoutez le lien {{{{ {name} }}}}\u00a0: chaque message de cette étape le porte."
        )
        for name in (*_LEADS_TO.get(one.sample.letter.step, ()), *_IN_EVERY_MAIL)
        if context[name] not in seen.links
    ]
    if any(
        place["answer_url"] not in seen.links for place in context["others"] if _of_several(one)
    ):
        faults.append(
            Fault(
                part,
                "Ajoutez le lien de chaque autre collectivité\u00a0: {% for place in others %}"
                "{{ place.answer_url }}{% endfor %}.",
            )
        )
    if any(task["url"] not in seen.links for task in _own_tasks(context)):
        faults.append(Fault(part, "Ajoutez le lien de chaque thème confié\u00a0: {{ task.url }}."))
    return faults + _unsaid(one, part, " ".join(seen.text.split()))


def _unsaid(one: Tried, part: Part, said: str) -> list[Fault]:
    """Words that a mail owes its reader: how to know it is ours, and their rights."""
    context = one.context
    public = re.escape(context["sender"]["public_address"])
    faults = []
    if "authentique" not in said.casefold() or not re.search(rf"{public}(?!/\w)", said):
        faults.append(
            Fault(
                part,
                f"Dites comment vérifier le message. Par exemple\u00a0: «\u00a0{GENUINE}\u00a0»",
            )
        )
    if not context["first_contact"]:
        return faults
    if " ".join(context["address_origin"].split()) not in said:
        faults.append(
            Fault(part, "Ajoutez {{ address_origin }} au premier message\u00a0: la loi le demande.")
        )
    if context["sender"]["dpo"] not in said:
        faults.append(
            Fault(part, "Ajoutez {{ sender.dpo }} au premier message\u00a0: la loi le demande.")
        )
    return faults


def _elsewhere(one: Tried) -> list[Fault]:
    """The mail promises that its links lead to us, save the chat's."""
    ours = one.context["sender"]["public_address"]
    chats = {place.get("chat_url") for place in (one.context, *one.context["others"])} - {""}
    faults = []
    for part, seen in ((Part.TEXT, one.text), (Part.HTML, one.html)):
        strange = {
            link for link in seen.links - chats if link != ours and not link.startswith(f"{ours}/")
        }
        faults += [
            Fault(part, f"Retirez le lien «\u00a0{link}\u00a0»\u00a0: tous mènent à notre site.")
            for link in sorted(strange)
        ]
    return faults


def _active(one: Tried) -> list[Fault]:
    faults = [
        Fault(
            Part.HTML,
            f"Retirez «\u00a0{what}\u00a0»\u00a0: les messageries le bloquent, et rien ne doit "
            "suivre qui lit.",
        )
        for what in sorted(one.html.active)
    ]
    size = len(one.parcel.html.encode())
    if size > LARGEST_HTML:
        faults.append(
            Fault(
                Part.HTML,
                f"Raccourcissez\u00a0: {size // 1000} ko une fois rempli, et Gmail coupe à 102.",
            )
        )
    return faults


def _of_several(one: Tried) -> bool:
    return "answer_url" in _LEADS_TO.get(one.sample.letter.step, ())


def _own_tasks(context: dict[str, Any]) -> list[dict[str, Any]]:
    """The themes of an assignment; whoever coordinates has one link for all."""
    tasks: list[dict[str, Any]] = context.get("tasks", [])
    return tasks[:1] if context.get("coordinates") else tasks
