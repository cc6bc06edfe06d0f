"""The mails as their readers get them: text and HTML say the same, and the law is obeyed."""

from __future__ import annotations

import re
from types import SimpleNamespace as Thing

import pytest
from jinja2 import Environment, StrictUndefined, UndefinedError

from tests.web.mail_examples import ANSWER, COMMON, DECLINE, MAILS, THEMES
from tests.web.rendering import APP, Page

FOLDER = APP / "messages" / "templates"
EVERY = pytest.mark.parametrize("name", sorted(MAILS))
NOTICE = ("DINUM", "Déclic", "intérêt public", "facultatif", "trois ans", "CNIL", "opposer")


def source(name: str, part: str) -> str:
    return (FOLDER / f"{name}.{part}").read_text()


def rendered(name: str, part: str, **changes: object) -> str:
    """One part of a mail, rendered as its row will be: from its text alone, no loader."""
    env = Environment(undefined=StrictUndefined, autoescape=part == "html")
    return env.from_string(source(name, part)).render({**MAILS[name], **changes})


@EVERY
def test_lines_of_text_are_under_72_except_addresses(name: str) -> None:
    long = Thing(
        name="Saint-Germain-de-Tallevende-la-Lande-Vaumont",
        the_name="Saint-Germain-de-Tallevende-la-Lande-Vaumont",
        kind_label="Commune",
        departement="Calvados",
    )
    lines = rendered(name, "txt", territory=long).splitlines()

    assert [line for line in lines if len(line) > 71 and not line.startswith("https://")] == []


@EVERY
def test_a_subject_is_one_line_that_names_the_authority(name: str) -> None:
    subject = rendered(name, "subject.txt")

    assert "\n" not in subject
    assert "Bonnat" in subject
    assert len(subject) < 90


@EVERY
def test_both_parts_carry_the_same_links_and_one_button(name: str) -> None:
    html, text = rendered(name, "html"), rendered(name, "txt")
    links = set(re.findall(r'href="([^"]+)"', html))

    assert {line for line in text.splitlines() if line.startswith("https://")} == links
    assert html.count('class="bt"') == 1


@EVERY
def test_one_may_always_stop_the_messages(name: str) -> None:
    assert str(COMMON["stop_url"]) in rendered(name, "txt")


@EVERY
@pytest.mark.parametrize("part", ["html", "txt"])
def test_the_first_message_carries_the_notice_the_law_asks_for(name: str, part: str) -> None:
    first = " ".join(rendered(name, part, first_contact=True).split())
    later = rendered(name, part, first_contact=False)

    assert [word for word in NOTICE if word not in first] == []
    assert "dpd@barometre.example" in first
    assert "dpd@barometre.example" not in later
    assert str(COMMON["notice_url"]) in later


@EVERY
@pytest.mark.parametrize("part", ["html", "txt"])
def test_the_notice_says_where_the_address_comes_from(name: str, part: str) -> None:
    given = "Votre adresse nous a été donnée par Zoé."
    told = " ".join(rendered(name, part, first_contact=True, address_origin=given).split())

    assert given in told
    assert told.count("Votre adresse") == 1


@EVERY
@pytest.mark.parametrize("part", ["html", "txt"])
def test_a_simulated_campaign_says_so_and_a_real_one_does_not(name: str, part: str) -> None:
    assert "démonstration" in rendered(name, part, simulated=True).lower()
    assert "démonstration" not in rendered(name, part, simulated=False).lower()


@EVERY
@pytest.mark.parametrize("part", ["subject.txt", "html", "txt"])
def test_a_missing_value_fails(name: str, part: str) -> None:
    env = Environment(undefined=StrictUndefined, autoescape=True)
    with pytest.raises(UndefinedError):
        env.from_string(source(name, part)).render({})


@EVERY
def test_html_is_well_formed_and_loads_nothing(name: str) -> None:
    page = Page(rendered(name, "html"))

    assert {"img", "script", "link"} & set(page.tags) == set()
    assert page.tags.count("h1") == 1


@EVERY
def test_dark_and_light_are_the_same_in_every_mail(name: str) -> None:
    style = re.compile(r"<style>.*?</style>", re.S)

    assert style.findall(source(name, "html")) == style.findall(source("invitation", "html"))


def test_a_name_cannot_break_the_html() -> None:
    odd = Thing(
        name="Bourg <b>& Cie",
        the_name="Bourg <b>& Cie",
        kind_label="Commune",
        departement="",
    )
    html = rendered("invitation", "html", territory=odd)

    assert "Bourg &lt;b&gt;&amp; Cie" in html
    assert "Bourg <b>& Cie" in rendered("invitation", "txt", territory=odd)


def test_a_receipt_gives_number_and_counts() -> None:
    text = rendered("receipt", "txt")

    assert "23-0418" in text
    assert "Rempli\u00a0: 13 questions sur 14" in text
    assert "Rempli\u00a0: 1 question sur 14" in rendered("receipt", "txt", answered=1)


@pytest.mark.parametrize("part", ["html", "txt"])
def test_the_receipt_of_a_confidential_theme_has_no_counts(part: str) -> None:
    env = Environment(undefined=StrictUndefined, autoescape=True)
    given = {k: v for k, v in MAILS["receipt"].items() if k not in ("answered", "asked")}
    written = env.from_string(source("receipt", part)).render(given | {"answers_url": ""})

    assert "23-0418" in written
    assert "Rempli" not in written
    assert "PDF" not in written
    assert "ni jointes ni rappelées" in " ".join(written.split())


def test_a_reminder_tells_each_theme_apart() -> None:
    text = rendered("reminder", "txt")

    assert "- Inclusion numérique\u00a0:\n  en cours, 8 minutes au plus" in text
    assert "- Cybersécurité\u00a0:\n  envoyé, merci" in text
    assert "Il reste 1 jour, " in rendered("reminder", "txt", days_left=1)
    assert "Dernier jour" in rendered("reminder", "txt", days_left=0)


@pytest.mark.parametrize("part", ["html", "txt"])
def test_a_colleague_is_offered_only_what_a_colleague_may_do(part: str) -> None:
    town_hall = {
        "territory": Thing(name="Ajain", the_name="Ajain"),
        "themes": THEMES,
        "answer_url": f"{ANSWER}2",
        "decline_url": f"{DECLINE}2",
    }
    mine = [{**town_hall, "may_delegate": True}]
    text = rendered("reminder", part, may_delegate=False, others=mine)

    assert "Un collègue vous a confié un thème" in " ".join(text.split())
    assert f"{DECLINE}2" in text
    assert DECLINE not in text.replace(f"{DECLINE}2", "")
    assert "confiez un thème" not in text


def test_a_card_says_whether_the_pdf_is_attached() -> None:
    assert "joint à ce message" in " ".join(rendered("card", "txt").split())
    assert "joint à ce" not in rendered("card", "txt", pdf_attached=False)


def test_an_invitation_leads_to_answer_and_to_decline() -> None:
    text = rendered("invitation", "txt")

    assert f"RÉPONDRE POUR BONNAT\n{ANSWER}\n" in text
    assert f"Nous ne répondrons pas\u00a0:\n{DECLINE}\n" in text


@pytest.mark.parametrize("name", ["invitation", "reminder"])
@pytest.mark.parametrize("part", ["html", "txt"])
def test_a_mailbox_of_several_authorities_is_told_of_their_common_page(
    name: str, part: str
) -> None:
    page = "https://barometre.example/communes/token-of-forty-three-characters-000000000000"

    assert "/communes/" not in rendered(name, part)
    written = rendered(name, part, several_url=page)
    assert page in written
    assert "elle les ouvre toutes" in written
    if part == "txt":
        lines = [line for line in written.splitlines() if not line.startswith("https://")]
        assert max(map(len, lines)) < 72
