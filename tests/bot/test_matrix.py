"""What is read in a Matrix event, and how a message is written there."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.channel import Button, Heard, Say, Thing
from bot.channels.matrix_place import is_between, place_of, place_of_all, room_of
from bot.channels.matrix_wire import (
    LONGEST,
    allowed,
    heard_in,
    parts,
    text_content,
    texts_of,
    without_quote,
)

ROOM = "!room:tchap.example"
ANNE = "@anne:tchap.example"
PLACE = place_of(ROOM, ANNE)


def message(content: dict[str, Any], kind: str = "m.room.message") -> dict[str, Any]:
    return {"type": kind, "event_id": "$said", "sender": ANNE, "content": content}


def heard(content: dict[str, Any], kind: str = "m.room.message") -> Heard:
    found = heard_in(message(content, kind), ROOM)
    assert found is not None
    return found


def words(text: str, **more: Any) -> dict[str, Any]:
    return {"msgtype": "m.text", "body": text, **more}


def under(event_id: str, key: str) -> dict[str, Any]:
    return {"m.relates_to": {"rel_type": "m.annotation", "event_id": event_id, "key": key}}


def test_words_are_heard_under_the_name_of_their_event() -> None:
    assert heard(words("oui")) == Heard("oui", "mx:$said", PLACE, "$said")


def test_an_edit_names_the_message_that_it_corrects() -> None:
    relation = {"rel_type": "m.replace", "event_id": "$first"}
    edit = words("* non", **{"m.new_content": words("non"), "m.relates_to": relation})

    assert heard(edit) == Heard("non", "mx:$said", PLACE, "$first", edited=True)


def test_a_reply_leaves_out_the_words_that_it_quotes() -> None:
    quoted = "> <@bot:tchap.example> Question 1 sur 12.\n> 1. Oui\n\n2"
    reply = words(quoted, **{"m.relates_to": {"m.in_reply_to": {"event_id": "$asked"}}})

    assert heard(reply) == Heard("2", "mx:$said", PLACE, "$said", "$asked")


def test_words_by_themselves_answer_our_message_before_them() -> None:
    reply = words("2", **{"m.relates_to": {"m.in_reply_to": {"event_id": "$older"}}})
    edit = words("3", **{"m.relates_to": {"rel_type": "m.replace", "event_id": "$first"}})

    def answered(content: dict[str, Any]) -> str | None:
        found = heard_in(message(content), ROOM, after="$asked")
        return found.reply_to if found else None

    assert answered(words("1")) == "$asked"
    assert answered(reply) == "$older"
    assert answered({**edit, "m.new_content": words("3")}) is None


def test_a_sign_that_begins_an_answer_is_no_quote() -> None:
    assert heard(words("> 50 %")).text == "> 50 %"


@pytest.mark.parametrize(
    ("thread", "replied"),
    [
        ({"is_falling_back": True, "m.in_reply_to": {"event_id": "$last"}}, "$root"),
        ({"is_falling_back": False, "m.in_reply_to": {"event_id": "$one"}}, "$one"),
    ],
)
def test_in_a_thread_the_message_it_hangs_from_is_answered(
    thread: dict[str, Any], replied: str
) -> None:
    relation = {"rel_type": "m.thread", "event_id": "$root", **thread}

    assert heard(words("oui", **{"m.relates_to": relation})).reply_to == replied


@pytest.mark.parametrize(
    ("key", "pressed"),
    [
        *[(f"{number}\ufe0f\u20e3", str(number)) for number in range(1, 10)],
        ("3\u20e3", "3"),
        ("🔟", "10"),
        ("✅", "oui"),
        ("✔️", "oui"),
        ("👍🏽", "oui"),
        ("❌", "non"),
        ("👎", "non"),
    ],
)
def test_a_reaction_under_a_message_is_its_button(key: str, pressed: str) -> None:
    expected = Heard(pressed, "mx:$said", PLACE, "$said", "$asked", Thing.BUTTON)

    assert heard(under("$asked", key), "m.reaction") == expected


@pytest.mark.parametrize("key", ["❤️", "🎉", "", "0️⃣", "12", "oui"])
def test_another_reaction_waits_for_no_answer(key: str) -> None:
    assert heard_in(message(under("$asked", key), "m.reaction"), ROOM) is None


@pytest.mark.parametrize(
    ("kind", "thing"),
    [
        ("m.image", Thing.PHOTO),
        ("m.audio", Thing.VOICE),
        ("m.video", Thing.FILE),
        ("m.file", Thing.FILE),
        ("m.location", Thing.PLACE),
        ("example.unheard.of", Thing.OTHER),
    ],
)
def test_what_is_not_words_is_named_and_its_caption_left_out(kind: str, thing: Thing) -> None:
    file = {"msgtype": kind, "body": "signatures.pdf", "url": "mxc://tchap.example/a"}
    captioned = heard({**file, "body": "Les signatures", "filename": "signatures.pdf"})

    assert (heard(file).thing, heard(file).text) == (thing, "")
    assert (captioned.thing, captioned.text) == (thing, "")


def test_stop_under_a_picture_is_said_as_if_typed() -> None:
    picture = {"msgtype": "m.image", "body": "STOP", "filename": "mairie.jpg"}

    assert heard(picture) == Heard("STOP", "mx:$said", PLACE, "$said")


@pytest.mark.parametrize("more", [{}, {"filename": "stop"}], ids=["older", "newer"])
def test_a_picture_that_is_only_named_stop_says_nothing(more: dict[str, Any]) -> None:
    found = heard({"msgtype": "m.image", "body": "stop", **more})

    assert (found.thing, found.text) == (Thing.PHOTO, "")


def test_two_people_of_one_room_are_two_conversations() -> None:
    bob = heard_in({**message(words("oui")), "sender": "@bob:tchap.example"}, ROOM)

    assert bob is not None
    assert bob.external_id != heard(words("oui")).external_id
    assert room_of(bob.external_id) == room_of(PLACE) == ROOM


def test_the_name_of_a_conversation_does_not_tell_whose_it_is() -> None:
    assert "anne" not in PLACE


@pytest.mark.parametrize(
    ("place", "members", "alone"),
    [
        (PLACE, [ANNE], True),
        (PLACE, ["@bob:tchap.example"], False),
        (PLACE, [ANNE, "@bob:tchap.example"], False),
        (PLACE, [], False),
        (place_of("!other:tchap.example", ANNE), [ANNE], True),
        (ROOM, [ANNE], False),  # of before a conversation was a person's: nobody knows whose
        (place_of_all(ROOM), [ANNE, "@bob:tchap.example"], True),
        (place_of_all(ROOM), [], False),
    ],
    ids=["hers", "his", "both", "nobody", "elsewhere", "unknown", "all", "all gone"],
)
def test_a_conversation_is_with_one_person_alone_in_a_room(
    place: str, members: list[str], *, alone: bool
) -> None:
    assert is_between(place, members) is alone


@pytest.mark.parametrize(
    ("kind", "thing"),
    [
        ("m.sticker", Thing.STICKER),
        ("m.poll.start", Thing.OTHER),
        ("org.matrix.msc3381.poll.start", Thing.OTHER),
        ("m.call.invite", Thing.OTHER),
    ],
)
def test_other_events_that_wait_for_an_answer(kind: str, thing: Thing) -> None:
    assert heard({"body": "Merci"}, kind).thing is thing


def test_messages_of_one_lost_key_are_one_thing_to_tell() -> None:
    sealed = {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "…", "session_id": "key"}
    first = heard_in({**message(sealed, "m.room.encrypted"), "event_id": "$a"}, ROOM)
    second = heard_in({**message(sealed, "m.room.encrypted"), "event_id": "$b"}, ROOM)

    assert first == second
    assert first is not None
    assert first.thing is Thing.UNREADABLE


@pytest.mark.parametrize(
    "event",
    [
        message(words("Je suis un robot.") | {"msgtype": "m.notice"}),
        message({"msgtype": "m.key.verification.request", "body": "vérifier"}),
        message({}),  # taken back before we read it
        message({"redacts": "$first"}, "m.room.redaction"),
        message({"name": "Baromètre"}, "m.room.name"),
        message({"membership": "join"}, "m.room.member"),
    ],
    ids=["notice", "verification", "redacted", "redaction", "name", "member"],
)
def test_what_waits_for_no_answer_is_not_heard(event: dict[str, Any]) -> None:
    assert heard_in(event, ROOM) is None


def test_what_no_database_keeps_is_left_out() -> None:
    assert heard(words("ou\0i \ud83d")).text == "oui ?"


NAMES = st.sampled_from(
    [
        "msgtype",
        "body",
        "m.relates_to",
        "m.new_content",
        "m.in_reply_to",
        "rel_type",
        "event_id",
        "key",
        "is_falling_back",
        "session_id",
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=6),
    max_leaves=12,
)
KINDS = st.sampled_from(
    ["m.room.message", "m.reaction", "m.sticker", "m.room.encrypted", "m.room.topic", ""]
)
CONTENTS = st.dictionaries(
    NAMES,
    JSON | st.sampled_from(["m.text", "m.image", "m.replace", "m.annotation", "m.thread", "1️⃣"]),
)


BY = {"event_id": st.just("$said") | JSON, "sender": st.just(ANNE) | JSON}


@given(kind=KINDS | JSON, content=CONTENTS | JSON, by=st.fixed_dictionaries(BY))
def test_no_event_breaks_the_reading(kind: Any, content: Any, by: dict[str, Any]) -> None:
    found = heard_in({"type": kind, "content": content, **by}, ROOM)

    if found is not None:
        assert room_of(found.external_id) == ROOM
        assert found.source.startswith("mx:")
        assert found.source != "mx:"
        assert found.text == "" or found.thing in (Thing.TEXT, Thing.BUTTON)
        assert "\0" not in found.text
        found.text.encode("utf-8")


@given(st.text())
def test_words_come_as_they_were_typed(text: str) -> None:
    assert heard(words(text)).text == text.replace("\0", "")


@given(st.text(alphabet="abc \n", max_size=60))
def test_a_quote_is_left_out_and_nothing_else(text: str) -> None:
    quoted = f"> <@bot:tchap.example> Question 1\n> 1. Oui\n\n{text}"

    assert without_quote(quoted) == text.strip("\n")


def test_choices_that_the_text_does_not_list_follow_it() -> None:
    listed = Say("Lequel ?\n1. Guéret\n2. Ussel", (Button("Guéret", "1"), Button("Ussel", "2")))
    bare = Say("Et ensuite ?", (Button("Guéret", "1"), Button("Changer de thème", "thèmes")))

    assert texts_of(listed) == (listed.text,)
    assert texts_of(bare) == (
        "Et ensuite ?\n1. Guéret\n«\u00a0thèmes\u00a0»\u00a0: Changer de thème",
    )


@given(st.text(alphabet="aé😀\n", max_size=400), st.integers(1, 50))
def test_a_long_message_is_cut_and_loses_nothing(text: str, longest: int) -> None:
    cut = parts(text, longest)

    assert all(len(part) <= longest for part in cut)
    assert len(cut) >= 1
    assert "".join(cut).replace("\n", "") == text.replace("\n", "")


def test_a_message_is_cut_between_lines() -> None:
    assert parts("un\ndeux\ntrois", 8) == ("un\ndeux", "trois")


def test_the_longest_message_fits_in_one_event() -> None:
    """64 KiB, once encrypted (a third more) and with what goes around it."""
    whole = json.dumps(text_content("😀" * LONGEST), ensure_ascii=False).encode()

    assert len(whole) * 4 / 3 + 4_096 < 65_536


@given(st.text(alphabet="<b>&*_`[](a)", max_size=200))
def test_markup_stays_words(text: str) -> None:
    """There is no formatted body, which alone is read as HTML."""
    said = Say(f"Noté : {text}.")

    assert [text_content(one) for one in texts_of(said)] == [
        {"msgtype": "m.text", "body": said.text}
    ]


@pytest.mark.parametrize(
    ("user", "domains", "expected"),
    [
        ("@anne:tchap.example", ("tchap.example",), True),
        ("@anne:TCHAP.example", ("tchap.example",), True),
        ("@anne:ville.tchap.example", ("tchap.example",), False),
        ("@anne:ville.tchap.example", (".tchap.example",), True),
        ("@anne:tchap.example", (".tchap.example",), False),
        ("@anne:faux-tchap.example", (".tchap.example",), False),
        ("@anne:tchap.example.faux", ("tchap.example", ".tchap.example"), False),
        ("@anne:autre.example", ("tchap.example", "autre.example"), True),
        ("@anne", ("tchap.example",), False),
        ("", (".tchap.example",), False),
        ("@anne:tchap.example", (), False),
    ],
)
def test_who_may_start_a_conversation(user: str, domains: tuple[str, ...], expected: bool) -> None:
    assert allowed(user, domains) is expected
