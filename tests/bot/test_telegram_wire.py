"""What a Telegram update says, and how a message is written there: no network."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.channel import Button, Heard, Say, Thing
from bot.channels.telegram_wire import heard_in, parts, payloads_of, pressed_in

ME = "barometre_bot"
ODILE = {"id": 4411, "is_bot": False, "first_name": "Odile"}
CHAT = {"id": 4411, "type": "private", "first_name": "Odile"}
GROUP = {"id": -100_200, "type": "supergroup", "title": "Mairies de la Creuse"}


def message(**what: Any) -> dict[str, Any]:
    return {"message_id": 7, "date": 1, "from": ODILE, "chat": CHAT, **what}


def heard(**update: Any) -> Heard | None:
    return heard_in({"update_id": 99, **update}, ME)


# --- Reading ------------------------------------------------------------------------------------


def test_words_are_heard_with_the_names_of_the_chat_and_of_the_message() -> None:
    assert heard(message=message(text="environ 12")) == Heard(
        "environ 12", "tg:99", "4411", "7", number=7
    )


def test_a_button_is_a_reply_to_its_own_message() -> None:
    query = {"id": "5", "from": ODILE, "data": "2", "message": message(message_id=31)}

    one = heard(callback_query=query)

    assert one == Heard("2", "tg:99", "4411", reply_to="31", thing=Thing.BUTTON)
    assert pressed_in({"callback_query": query}) == "5"


def test_a_button_of_a_message_too_old_to_be_shown_still_counts() -> None:
    old = {"chat": CHAT, "message_id": 31, "date": 0}

    one = heard(callback_query={"id": "5", "from": ODILE, "data": "2", "message": old})

    assert one is not None
    assert one.reply_to == "31"


def test_a_reply_names_the_message_it_answers() -> None:
    one = heard(message=message(text="oui", reply_to_message=message(message_id=30)))

    assert one is not None
    assert one.reply_to == "30"


def test_an_edit_names_the_message_that_was_changed() -> None:
    one = heard(edited_message=message(text="13", edit_date=2))

    assert one == Heard("13", "tg:99", "4411", "7", number=7, edited=True)


@pytest.mark.parametrize(
    ("said", "understood"),
    [
        ("/start abc_DEF-1", "/start abc_DEF-1"),
        ("/start@barometre_bot abc_DEF-1", "/start abc_DEF-1"),
        ("/AIDE@Barometre_Bot", "/AIDE"),
        ("/aide@another_bot", "/aide@another_bot"),
        ("secretariat@gueret.example", "secretariat@gueret.example"),
    ],
)
def test_our_own_name_is_taken_off_a_command(said: str, understood: str) -> None:
    one = heard(message=message(text=said))

    assert one is not None
    assert one.text == understood


@pytest.mark.parametrize(
    ("what", "thing"),
    [
        ("sticker", Thing.STICKER),
        ("voice", Thing.VOICE),
        ("audio", Thing.VOICE),
        ("video_note", Thing.VOICE),
        ("photo", Thing.PHOTO),
        ("video", Thing.FILE),
        ("animation", Thing.FILE),
        ("document", Thing.FILE),
        ("contact", Thing.CONTACT),
        ("location", Thing.PLACE),
        ("venue", Thing.PLACE),
        ("poll", Thing.OTHER),
        ("dice", Thing.OTHER),
        ("game", Thing.OTHER),
    ],
)
def test_what_is_not_text_is_told_apart_and_none_of_it_kept(what: str, thing: Thing) -> None:
    one = heard(message=message(**{what: {"file_id": "x"}, "caption": "mon numéro"}))

    assert one == Heard("", "tg:99", "4411", "7", number=7, thing=thing)


def test_stop_under_a_picture_is_said_as_if_typed() -> None:
    picture = message(photo=[{"file_id": "x"}], caption="STOP")

    assert heard(message=picture) == Heard("STOP", "tg:99", "4411", "7", number=7)
    assert heard(edited_message=picture) == Heard(
        "STOP", "tg:99", "4411", "7", number=7, edited=True
    )


def test_stop_under_a_picture_of_another_bot_is_not_the_person_s() -> None:
    by_way_of = {"id": 1, "is_bot": True, "first_name": "Gif"}

    one = heard(message=message(photo=[{"file_id": "x"}], caption="stop", via_bot=by_way_of))

    assert one == Heard("", "tg:99", "4411", "7", number=7, thing=Thing.PHOTO)


def test_words_that_another_bot_wrote_are_not_the_person_s() -> None:
    by_way_of = {"id": 1, "is_bot": True, "first_name": "Gif"}

    one = heard(message=message(text="une blague", via_bot=by_way_of))

    assert one == Heard("", "tg:99", "4411", "7", number=7, thing=Thing.OTHER)


@pytest.mark.parametrize(
    "update",
    [
        {"message": message(text="bonjour", **{"from": {"id": 2, "is_bot": True}})},
        {"message": message(pinned_message=message(text="x"))},
        {"message": message(new_chat_photo=[])},
        {"edited_message": message(location={"latitude": 46, "longitude": 2})},
        {"edited_message": message(caption="x", photo=[])},
        {"my_chat_member": {"chat": CHAT, "new_chat_member": {"status": "member"}}},
        {"my_chat_member": {"chat": GROUP, "new_chat_member": {"status": "left"}}},
        {"callback_query": {"id": "5", "data": "2", "inline_message_id": "z"}},
        {"poll": {"id": "1"}},
        {},
    ],
    ids=lambda update: next(iter(update), "nothing"),
)
def test_what_waits_for_no_answer_is_left_alone(update: dict[str, Any]) -> None:
    assert heard(**update) is None


def test_whoever_blocks_us_shuts_the_door() -> None:
    one = heard(my_chat_member={"chat": CHAT, "new_chat_member": {"status": "kicked"}})

    assert one == Heard("", "tg:99", "4411", thing=Thing.BLOCKED)


@pytest.mark.parametrize("kind", ["group", "supergroup", "channel"])
def test_a_group_is_known_as_one_whatever_happens_there_and_its_words_are_not_kept(
    kind: str,
) -> None:
    chat = {**GROUP, "type": kind}
    told = Heard("", "tg:group -100200", "-100200", thing=Thing.GROUP)

    assert heard(message=message(chat=chat, text="qui vient samedi ?")) == told
    assert heard(my_chat_member={"chat": chat, "new_chat_member": {"status": "member"}}) == told
    pressed = {"id": "5", "data": "2", "message": message(chat=chat)}
    assert heard(callback_query=pressed) == told


def test_signs_that_no_database_keeps_are_taken_out() -> None:
    one = heard(message=message(text="do\0uze \ud83d"))

    assert one is not None
    assert one.text == "douze ?"


NAMES = (
    *("update_id", "message", "edited_message", "callback_query", "my_chat_member", "chat", "id"),
    *("from", "type", "text", "data", "message_id", "reply_to_message", "status", "is_bot"),
    *("new_chat_member", "photo", "via_bot", "caption"),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6)
    ),
    max_leaves=20,
)
MANGLED = st.fixed_dictionaries(
    {"update_id": st.integers()},
    optional={
        "message": JSON
        | st.builds(
            lambda more: {**message(text="12"), **more},
            st.dictionaries(
                st.sampled_from(
                    ["text", "chat", "from", "message_id", "reply_to_message", "via_bot"]
                ),
                JSON,
                max_size=3,
            ),
        ),
        "edited_message": JSON,
        "callback_query": JSON,
        "my_chat_member": JSON,
    },
)


@given(MANGLED)
def test_any_update_is_heard_or_left_alone(update: dict[str, Any]) -> None:
    one = heard_in(update, ME)

    assert one is None or (one.external_id.lstrip("-").isdigit() and one.source.startswith("tg:"))
    assert pressed_in(update) is None or pressed_in(update)


# --- Writing ------------------------------------------------------------------------------------


def units(text: str) -> int:
    """Characters as Telegram counts them."""
    return len(text.encode("utf-16-le")) // 2


SAYS = st.builds(
    Say,
    st.text(max_size=9_000) | st.text(st.sampled_from("a é\n🙂"), min_size=3_900, max_size=9_000),
    st.lists(st.builds(Button, st.text(max_size=90), st.text(max_size=40)), max_size=120).map(
        tuple
    ),
)


@given(SAYS)
def test_whatever_is_said_keeps_to_telegram_s_limits(say: Say) -> None:
    payloads = payloads_of("4411", say)

    for payload in payloads:
        assert 0 < units(payload["text"]) <= 4096
        assert payload["text"].strip()
        assert payload["chat_id"] == 4411
        assert payload["link_preview_options"] == {"is_disabled": True}
        assert "parse_mode" not in payload
        json.dumps(payload, ensure_ascii=False).encode()
    assert all("reply_markup" not in payload for payload in payloads[:-1])
    rows = payloads[-1].get("reply_markup", {"inline_keyboard": []})["inline_keyboard"]
    keys = [key for row in rows for key in row]
    assert len(keys) <= 100
    assert all(0 < len(row) <= 8 for row in rows)
    assert all(0 < len(key["callback_data"].encode()) <= 64 for key in keys)
    assert all(key["text"] and len(key["text"]) <= 60 for key in keys)
    assert {key["callback_data"] for key in keys} <= {one.reply for one in say.buttons}


@given(st.text(st.sampled_from("mot\n "), max_size=9_000))
def test_no_word_is_lost_where_a_text_is_cut(text: str) -> None:
    assert "".join("".join(parts(text)).split()) in ("".join(text.split()), "…")


def test_a_long_text_is_cut_at_a_line_and_its_buttons_come_last() -> None:
    lines = [f"{number}. " + "x" * 60 for number in range(1, 100)]

    first, last = payloads_of("1", Say("\n".join(lines), (Button("1", "1"),)))

    assert first["text"].split("\n") + last["text"].split("\n") == lines
    assert "reply_markup" not in first
    assert last["reply_markup"]["inline_keyboard"] == [[{"text": "1", "callback_data": "1"}]]


def test_markup_of_people_is_written_as_they_typed_it() -> None:
    said = "*gras* _trait_ <b>x</b> [ici](http://a.example) &amp; `code`"

    [payload] = payloads_of("1", Say(said))

    assert payload["text"] == said
    assert "entities" not in payload


@pytest.mark.parametrize(
    ("labels", "a_row"),
    [
        (("Oui", "Non"), [2]),
        (("1", "2", "3", "4", "5"), [4, 1]),
        (("Oui, en partie", "Je ne sais pas", "Non"), [2, 1]),
        (("Oui, pour tous les agents", "Non"), [1, 1]),
        (tuple("123456789"), [1] * 9),
    ],
)
def test_short_choices_share_a_row_and_long_or_many_have_their_own(
    labels: tuple[str, ...], a_row: list[int]
) -> None:
    [payload] = payloads_of("1", Say("?", tuple(Button(label, label[:1]) for label in labels)))

    assert [len(row) for row in payload["reply_markup"]["inline_keyboard"]] == a_row


def test_a_long_label_is_cut_between_two_words() -> None:
    label = "Oui, une personne de la collectivité y consacre une partie de son temps de travail"

    [payload] = payloads_of("1", Say("?", (Button(label, "1"),)))

    [[key]] = payload["reply_markup"]["inline_keyboard"]
    assert key["text"] == "Oui, une personne de la collectivité y consacre une partie…"


def test_a_button_that_carries_too_much_is_left_to_the_text() -> None:
    [payload] = payloads_of("1", Say("?", (Button("A", "é" * 33), Button("B", "2"))))

    assert payload["reply_markup"]["inline_keyboard"] == [[{"text": "B", "callback_data": "2"}]]
