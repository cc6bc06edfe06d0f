"""Whatever a form is made to send, nothing breaks, and only answers to our questions are kept."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.collect.open import opened
from app.interview.kinds import registry
from app.interview.values import SPECIAL_CODES
from app.now import now
from app.questionnaires.load import load_all
from app.respond.forms import KEEP, MINE, SEEN
from tests.collect.answers import every_answer_kept
from tests.respond.browser import Browser
from tests.respond.conftest import GUERET
from tests.world import FIRST_THEMES, World

FORMS = {one.theme: one for one in load_all() if one.theme in FIRST_THEMES}
SECTIONS = [(theme, section) for theme, form in FORMS.items() for section in form.sections]
NEAR = ("yes", "no", "other", "none", "-1", "101", "1e9", "٣", "NaN", "0,5\0", "mine", "\ud800")
ODD = st.sampled_from((*NEAR, *sorted(SPECIAL_CODES))) | st.text(max_size=30)
NONCES = st.from_regex(r"[A-Za-z0-9_-]{8,20}", fullmatch=True)
QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
ACTS = (
    *("/confier", "/refuser", "/equipe", "/inclusion/demander", "/inclusion/renvoyer"),
    *("/inclusion/envoyer", "/inclusion/rouvrir", "/inclusion/retirer"),
)
NAMES = (
    *("theme", "email", "reason", "comment", "coordinator", "validator", "nonce"),
    *("colleague-inclusion", "due-inclusion", "colleague-strategie", "due-strategie"),
)


@st.composite
def sendings(draw: st.DrawFn) -> tuple[str, dict[str, list[str]]]:
    """The address of a section, and fields that its page, or another's, could have sent."""
    theme, section = draw(st.sampled_from(SECTIONS))
    questions = [*section.questions, *FORMS[draw(st.sampled_from(FIRST_THEMES))].questions]
    fields = {"nonce": [draw(NONCES)], "go": [draw(ODD)], "shown": [draw(ODD)]}
    for question in draw(st.lists(st.sampled_from(questions), max_size=6)):
        codes = st.sampled_from([one.code for one in question.options] or ["12"])
        fields[question.code] = draw(st.lists(codes | ODD, max_size=4))
        fields[f"{question.code}{SEEN}"] = [draw(st.just("") | st.sampled_from("019") | ODD)]
        for name in draw(st.sets(st.sampled_from((KEEP, MINE)))):
            fields[f"{question.code}{name}"] = [draw(ODD)]
    for code in draw(st.lists(ODD, max_size=2)):
        fields[f"{code}{SEEN}"] = [draw(ODD)]
    act = draw(st.sampled_from(("", "/reponse", "/inchange")))
    return f"/{theme}/section/{section.code}{act}", fields


def sent(browser: Browser, path: str, fields: dict[str, list[str]]) -> int:
    """Its status; characters that no browser can send are replaced, as browsers do."""
    clean = {
        name.encode(errors="replace").decode(): [v.encode(errors="replace").decode() for v in them]
        for name, them in fields.items()
    }
    return browser.client.post(f"/r/{browser.token}{path}", data=clean).status_code


def every_answer_is_one_of_ours(world: World) -> bool:
    """The current answers, and every answer ever kept."""
    who = world.respondent(GUERET)
    with world.db.reading() as session:
        for theme, form in FORMS.items():
            for code, one in opened(session, who, theme, now=now()).answers.items():
                assert one.value is None or registry.check(form.question(code), one.value) is None
    for question, value in every_answer_kept(world):
        assert value is None or registry.from_json(question, value) is not None
    return True


@settings(max_examples=80, deadline=None, suppress_health_check=QUIET)
@given(sending=sendings())
def test_a_forged_page_of_questions_keeps_only_answers_to_its_questions(
    secretary: Browser, world: World, sending: tuple[str, dict[str, list[str]]]
) -> None:
    path, fields = sending

    assert sent(secretary, path, fields) < 500
    assert every_answer_is_one_of_ours(world)


@settings(max_examples=80, deadline=None, suppress_health_check=QUIET)
@given(act=st.sampled_from(ACTS), fields=st.dictionaries(st.sampled_from(NAMES), ODD))
def test_a_forged_form_about_the_link_breaks_nothing(
    secretary: Browser, world: World, act: str, fields: dict[str, str]
) -> None:
    assert sent(secretary, act, {name: [value] for name, value in fields.items()}) < 500
    assert every_answer_is_one_of_ours(world)
