"""A chat is tied once, by what was shown to one person; whoever has nothing learns nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text, update

from app.db import Database
from app.errors import Hidden, NotAllowed
from app.links.chats import Untied, chat_of, chats_of_link, untie
from app.links.guesses import ALLOWANCES, What, purge_guesses
from app.links.make import Wanted, ensure_links, revoke
from app.links.signed import Signer
from app.links.tie_codes import DIGITS_LIVE, DigitsExhausted, read_digits
from app.links.tying import NotTied, hash_of_chat, new_codes, tie_with, untie_by_staff
from app.models.chats import Chat, ChatCode, ChatTie
from app.models.contacts import Link
from app.models.organisations import AuditEntry, Organisation, OrganisationTerritory
from app.vocabulary.scope import Author, Channel, Role, Scope
from tests.links.chats import AJAIN, CHAT, GUERET, digits, link_of, opens, tied, token, writes
from tests.world import World

ALLOWED = ALLOWANCES[What.CHAT_CODE]


def refused(world: World, typed: str, chat: str = CHAT) -> str:
    """The sentence that this gets."""
    with pytest.raises(NotTied) as said:
        writes(world, typed, chat)
    return str(said.value)


def another_than(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def test_a_deep_link_ties_a_chat_to_its_link(world: World) -> None:
    link_id = link_of(world)

    link = writes(world, token(world, link_id))

    assert (link.id, link.territory.name) == (link_id, "Guéret")
    with world.db.reading() as session:
        chat_id = chat_of(session, Channel.TELEGRAM, CHAT)
    assert chat_id is not None
    assert opens(world, chat_id) == [link_id]


@pytest.mark.parametrize("spelt", ["{}", " {} ", "{0:.3} {1}", "{0:.3}-{1}", "{0:.3}\u00a0{1}"])
def test_six_digits_tie_a_chat_however_they_are_typed(world: World, spelt: str) -> None:
    link_id = link_of(world)
    code = digits(world, link_id).code

    assert writes(world, spelt.format(code, code[3:])).id == link_id


def test_six_digits_are_shown_as_they_are_read(world: World) -> None:
    made = digits(world, link_of(world))

    assert made.shown == f"{made.code[:3]}\u00a0{made.code[3:]}"
    assert read_digits(made.shown) == made.code
    assert made.expires_at - world.now == timedelta(minutes=15)


@given(st.text(max_size=80))
def test_whatever_is_typed_is_six_digits_or_none(typed: str) -> None:
    read = read_digits(typed)

    assert read is None or (len(read) == 6 and read.isascii() and read.isdigit())


def test_making_a_deep_link_again_makes_the_same(world: World) -> None:
    link_id = link_of(world)

    assert token(world, link_id) == token(world, link_id)
    assert token(world, link_of(world, AJAIN)) != token(world, link_id)


def test_the_deep_link_is_not_the_answer_link(world: World) -> None:
    link_id, answer = world.link("answer", GUERET)

    assert token(world, link_id) != answer
    refused(world, answer)


def forged(world: World, link_id: UUID) -> str:
    return Signer({1: "la clé d’un voleur"}).token(link_id, "chat", 1)


def used_token(world: World, link_id: UUID) -> str:
    made = token(world, link_id)
    writes(world, made, "another chat")
    return made


def revoked_token(world: World, link_id: UUID) -> str:
    made = token(world, link_id)
    with world.db.transaction() as session:
        revoke(session, link_id, because="staff", now=world.now)
    return made


def unknown_token(world: World, link_id: UUID) -> str:
    return world.signer.token(uuid4(), "chat", world.signer.key_id)


def used_digits(world: World, link_id: UUID) -> str:
    code = digits(world, link_id).code
    writes(world, code, "another chat")
    return code


def revoked_digits(world: World, link_id: UUID) -> str:
    code = digits(world, link_id).code
    with world.db.transaction() as session:
        revoke(session, link_id, because="staff", now=world.now)
    return code


def expired_digits(world: World, link_id: UUID) -> str:
    code = digits(world, link_id).code
    world.now += DIGITS_LIVE
    return code


def former_digits(world: World, link_id: UUID) -> str:
    code = digits(world, link_id).code
    while digits(world, link_id).code == code:
        continue
    return code


@pytest.mark.parametrize(
    "dead",
    [
        *(forged, used_token, revoked_token, unknown_token),
        *(used_digits, revoked_digits, expired_digits, former_digits),
    ],
)
def test_what_ties_nothing_is_told_like_a_hello(
    world: World, dead: Callable[[World, UUID], str]
) -> None:
    """Forged, used, expired, revoked: an untied chat learns not even that something existed."""
    typed = dead(world, link_of(world))

    assert refused(world, typed) == refused(world, "Bonjour") == refused(world, "")
    with world.db.reading() as session:
        assert chat_of(session, Channel.TELEGRAM, CHAT) is None


def test_six_digits_serve_until_their_last_second(world: World) -> None:
    code = digits(world, link_of(world)).code
    world.now += DIGITS_LIVE - timedelta(seconds=1)

    assert writes(world, code)


def test_a_thousand_wrong_codes_open_nothing_and_the_good_one_opens_after_the_wait(
    world: World,
) -> None:
    link_id = link_of(world)
    good = digits(world, link_id).code
    wrong = [f"{number:06}" for number in range(1_001) if f"{number:06}" != good][:1_000]

    assert len({refused(world, code) for code in wrong}) == 1
    assert refused(world, good) == refused(world, wrong[0])

    assert world.counts()["guesses"][0] == ALLOWED.from_one
    world.now += ALLOWED.within
    assert writes(world, digits(world, link_id).code).id == link_id


def test_a_crowd_is_slowed_and_a_deep_link_still_opens(world: World) -> None:
    link_id = link_of(world)
    good = digits(world, link_id).code
    for number in range(ALLOWED.in_all):
        refused(world, another_than(good), f"robot {number}")

    refused(world, good, "neighbour")
    assert writes(world, token(world, link_id), "neighbour").id == link_id


def test_talk_is_no_guess(world: World) -> None:
    for said in ("Bonjour", "12345", "1234567", forged(world, link_of(world))):
        refused(world, said)

    assert world.counts()["guesses"][0] == 0


def test_tries_are_forgotten_like_the_others(world: World) -> None:
    refused(world, "123456")
    world.days_pass(1.1)

    assert purge_guesses(world.db, now=world.now) == 1


def test_a_chat_s_tries_are_counted_under_a_name_that_tells_nothing(world: World) -> None:
    one = hash_of_chat(world.letterhead.secret, Channel.TELEGRAM, CHAT)

    assert CHAT not in one
    assert one != hash_of_chat(world.letterhead.secret, Channel.MATRIX, CHAT)
    assert one != hash_of_chat("another secret", Channel.TELEGRAM, CHAT)


def test_the_database_holds_no_digits(world: World) -> None:
    code = digits(world, link_of(world)).code

    with world.db.reading() as session:
        kept = session.scalars(select(ChatCode)).one()
    assert code not in kept.code_hash
    with pytest.raises(NotTied):
        tie_with(
            *(world.db, Signer({1: "la clé d’un voleur de la base"}), Channel.TELEGRAM, CHAT),
            *(code, "somewhere"),
            now=world.now,
        )


def test_digits_that_are_taken_give_way_to_others(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = iter([123_456, 123_456, 7])
    monkeypatch.setattr("secrets.randbelow", lambda _: next(drawn))
    first, second = link_of(world), link_of(world, AJAIN)

    assert digits(world, first).code == "123456"
    assert digits(world, second).code == "000007"
    assert writes(world, "123456").id == first
    assert writes(world, "000007").id == second


def test_digits_that_never_come_free_are_a_bug(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("secrets.randbelow", lambda _: 5)
    digits(world, link_of(world))

    with pytest.raises(DigitsExhausted):
        digits(world, link_of(world, AJAIN))


def test_expired_digits_are_thrown_away_and_serve_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("secrets.randbelow", lambda _: 5)
    digits(world, link_of(world))
    world.now += DIGITS_LIVE

    assert digits(world, link_of(world, AJAIN)).code == "000005"
    assert world.counts()["chat_codes"][0] == 1


def test_codes_made_before_a_new_key_still_open(world: World) -> None:
    link_id = link_of(world)
    codes = new_codes(world.db, world.signer, link_id, now=world.now)
    world.signer = Signer({**world.settings.link_keys, 2: "la clé de cette année"})

    assert writes(world, codes.digits.code).id == link_id
    assert writes(world, codes.token).id == link_id


@pytest.mark.parametrize("with_token", [True, False], ids=["deep link", "digits"])
def test_of_two_chats_at_once_with_one_code_one_is_tied(world: World, with_token: bool) -> None:
    link_id = link_of(world)
    codes = new_codes(world.db, world.signer, link_id, now=world.now)
    typed = codes.token if with_token else codes.digits.code
    together = threading.Barrier(8)
    outcomes: list[UUID | None] = []

    def writes_it(chat: str) -> None:
        db = Database(world.app_url, pool_size=1)
        where = hash_of_chat(world.letterhead.secret, Channel.TELEGRAM, chat)
        together.wait()
        try:
            tie = tie_with(db, world.signer, Channel.TELEGRAM, chat, typed, where, now=world.now)
            outcomes.append(tie.id)
        except NotTied:
            outcomes.append(None)
        finally:
            db.close()

    threads = [threading.Thread(target=writes_it, args=(f"chat {n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (outcomes.count(link_id), outcomes.count(None)) == (1, 7)
    assert world.counts()["chat_ties"][0] == 1


def test_the_same_person_asking_for_two_codes_at_once_gets_them(world: World) -> None:
    link_id = link_of(world)
    other = Database(world.app_url, pool_size=1)
    made: list[str] = []

    def asks(db: Database) -> None:
        for _ in range(10):
            made.append(new_codes(db, world.signer, link_id, now=world.now).token)

    threads = [threading.Thread(target=asks, args=(db,)) for db in (world.db, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.close()

    assert len(made) == 20
    assert len(set(made)) == 1


def delegated(world: World) -> UUID:
    """The link of a colleague who was handed one theme."""
    own = link_of(world)
    colleague = world.contact(GUERET, "julie@gueret.invalid")
    wanted = Wanted("delegate", world.territory(GUERET).id, colleague, ("inclusion",), own)
    with world.db.transaction() as session:
        made = ensure_links(session, [wanted], key_id=world.signer.key_id, now=world.now)
    return made[wanted]


def test_a_colleague_s_chat_gets_the_colleague_s_theme_and_no_more(world: World) -> None:
    world.contact(GUERET, "mairie@gueret.invalid")
    link = writes(world, token(world, delegated(world)))

    assert (link.purpose, link.themes) == ("delegate", ["inclusion"])


def test_a_colleague_who_is_withdrawn_ties_nothing(world: World) -> None:
    world.contact(GUERET, "mairie@gueret.invalid")
    made = token(world, delegated(world))
    with world.db.transaction() as session:
        revoke(session, link_of(world), because="withdrawn", now=world.now)

    refused(world, made)


def test_a_code_never_leads_to_somebody_else_s_link(world: World) -> None:
    """Whatever a withdrawn colleague had made is given to who withdraws them: not their codes."""
    own = link_of(world)
    colleague = world.contact(GUERET, "julie@gueret.invalid")
    wanted = Wanted("answer", world.territory(GUERET).id, colleague)
    with world.db.transaction() as session:
        theirs = ensure_links(session, [wanted], key_id=world.signer.key_id, now=world.now)[wanted]
    made = token(world, theirs)
    with world.db.transaction() as session:
        session.execute(update(Link).where(Link.delegated_by == theirs).values(delegated_by=own))

    refused(world, made)


def test_a_new_deep_link_takes_the_place_of_one_that_leads_nowhere(world: World) -> None:
    world.contact(GUERET, "mairie@gueret.invalid")
    first = link_of(world)
    dead = token(world, first)
    with world.db.transaction() as session:
        session.execute(
            update(Link)
            .where(Link.id == first)
            .values(revoked_at=world.now, revoked_because="replaced")
        )
    second = link_of(world)

    assert writes(world, token(world, second)).id == second
    refused(world, dead)


def test_one_chat_holds_several_authorities_and_one_authority_several_chats(world: World) -> None:
    gueret, ajain = link_of(world), link_of(world, AJAIN)
    writes(world, token(world, gueret))
    world.now += timedelta(minutes=1)
    writes(world, token(world, ajain))
    writes(world, token(world, gueret), "a colleague’s")

    with world.db.reading() as session:
        chat_id = chat_of(session, Channel.TELEGRAM, CHAT)
        assert len(chats_of_link(session, gueret)) == 2
    assert chat_id is not None
    assert opens(world, chat_id) == [ajain, gueret]


def test_what_is_untied_opens_nothing_until_it_is_tied_anew(world: World) -> None:
    link_id = link_of(world)
    chat_id = tied(world, link_id)
    with world.db.transaction() as session:
        assert untie(session, chat_id, because=Untied.CHAT, now=world.now) == 1
        assert untie(session, chat_id, because=Untied.CHAT, now=world.now) == 0

    assert opens(world, chat_id) == []
    writes(world, token(world, link_id))
    assert opens(world, chat_id) == [link_id]


def scope_of(world: World, role: Role, *codes: str) -> Scope:
    """A member of staff whose organisation has these communes."""
    with world.db.transaction() as session:
        organisation = Organisation(name=f"{role} {codes}", national=False)
        session.add(organisation)
        session.flush()
        for code in codes:
            session.add(
                OrganisationTerritory(
                    organisation_id=organisation.id,
                    territory_id=world.territory(code).id,
                    may_chase=True,
                )
            )
        return Scope(7, role, organisation.id)


def test_the_staff_unties_what_is_theirs_and_it_is_written_down(world: World) -> None:
    chat_id = tied(world, link_of(world))
    territory = world.territory(GUERET).id
    by = Author.user(7)

    for scope, refusal in (
        (scope_of(world, Role.OPSN, AJAIN), Hidden),
        (scope_of(world, Role.READER, GUERET), NotAllowed),
    ):
        with pytest.raises(refusal):
            untie_by_staff(world.db, scope, by, territory, chat_id, now=world.now)
    assert opens(world, chat_id) == [link_of(world)]

    bruno = scope_of(world, Role.OPSN, GUERET)
    assert untie_by_staff(world.db, bruno, by, territory, chat_id, now=world.now) == 1
    assert untie_by_staff(world.db, bruno, by, territory, chat_id, now=world.now) == 0
    assert opens(world, chat_id) == []
    with world.db.reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "chat_untied")).one()
        tie = session.scalars(select(ChatTie)).one()
    assert (entry.actor_id, entry.subject) == ("7", f"chat:{chat_id}")
    assert entry.details == {"territory": territory, "ties": 1}
    assert tie.untied_because == "console"


def test_the_staff_unties_one_authority_and_not_the_others_of_a_chat(world: World) -> None:
    chat_id = tied(world, link_of(world))
    tied(world, link_of(world, AJAIN))
    bruno = scope_of(world, Role.OPSN, GUERET)

    untie_by_staff(
        *(world.db, bruno, Author.user(7), world.territory(GUERET).id, chat_id), now=world.now
    )

    assert opens(world, chat_id) == [link_of(world, AJAIN)]


def test_a_chat_that_is_forgotten_is_tied_to_nothing(world: World) -> None:
    world.contact(GUERET, "mairie@gueret.invalid")
    link_id = link_of(world)
    chat_id = tied(world, link_id)
    digits(world, link_id)
    with world.db.transaction() as session:
        session.execute(
            text(
                "SELECT forget(address_id, :now) FROM contacts JOIN links"
                " ON links.contact_id = contacts.id WHERE links.id = :link"
            ),
            {"now": world.now, "link": link_id},
        )

    assert opens(world, chat_id) == []
    with world.db.reading() as session:
        assert CHAT not in str(session.execute(text("SELECT chats::text FROM chats")).all())
        assert session.scalars(select(Chat)).one().external_id.startswith("erased:")
    assert world.counts()["chat_codes"][0] == 0
