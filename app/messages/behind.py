"""Whose message it is: the contact behind a mailbox or a chat, and where they want it.

SQL fragments, so that planning, inviting and claiming cannot disagree. A chat is written to in the
name of the contact whose link it is tied to: their preference, their caps, their stop.
"""

from __future__ import annotations

from datetime import timedelta

PATIENCE = timedelta(days=3)
"""A chat that says nothing for so long after a message is silent: the next goes by mail."""

# `messages` and `cases` are in scope; at most one row, named `contacts`. Whoever was told in a chat
# was told, even if they since asked for mail or untied it: where the next goes is another question.
CONTACT = """
    LEFT JOIN LATERAL (
        SELECT contacts.* FROM contacts
         WHERE messages.channel = 'email' AND contacts.territory_id = cases.territory_id
           AND contacts.address_id = messages.address_id
        UNION ALL
        (SELECT contacts.* FROM chats
           JOIN chat_ties ON chat_ties.chat_id = chats.id
           JOIN links ON links.id = chat_ties.link_id AND links.revoked_at IS NULL
           JOIN contacts ON contacts.id = links.contact_id
          WHERE messages.channel <> 'email' AND chats.address_id = messages.address_id
            AND links.territory_id = cases.territory_id
            AND (links.id = messages.link_id
                 OR messages.link_id IS NULL AND links.purpose = 'answer')
          ORDER BY chat_ties.preferred_at DESC NULLS LAST, links.id LIMIT 1)
    ) AS contacts ON true
"""

# Whether this very message still goes where `contacts` wants it.
WANTED_HERE = """
    (messages.channel = 'email' OR EXISTS (
        SELECT FROM chats
          JOIN chat_ties ON chat_ties.chat_id = chats.id
          JOIN links ON links.id = chat_ties.link_id
         WHERE chats.address_id = messages.address_id AND links.contact_id = contacts.id
           AND links.revoked_at IS NULL
           AND chat_ties.preferred_at IS NOT NULL AND chat_ties.untied_at IS NULL))
"""


# Whether whoever is behind `contacts` may be written to at all; a mailbox that bounces may not
# receive, its person may.
MAY_BE_TOLD = """
    EXISTS (SELECT FROM addresses AS mailbox
             WHERE mailbox.id = contacts.address_id AND mailbox.state IN ('good', 'bouncing'))
"""


def chosen_chat(link: str) -> str:
    """The chat where `contacts` wants its messages, as `chosen`; `link`: the one of a delegation.

    A chat that was shut, or whose tie was taken back, is none; and so is any where their mailbox
    is never to be written to again: it was a person who asked, not a mailbox.
    """
    return f"""
    LEFT JOIN LATERAL (
        SELECT chats.address_id, chats.last_heard_at
          FROM links
          JOIN chat_ties ON chat_ties.link_id = links.id
          JOIN chats ON chats.id = chat_ties.chat_id
          JOIN addresses AS held ON held.id = chats.address_id AND held.state = 'good'
         WHERE links.contact_id = contacts.id AND links.revoked_at IS NULL
           AND chat_ties.preferred_at IS NOT NULL AND chat_ties.untied_at IS NULL
           AND (links.purpose = 'answer' OR links.id = {link})
           AND {MAY_BE_TOLD}
         ORDER BY chat_ties.preferred_at DESC, links.id LIMIT 1
    ) AS chosen ON true
"""


def got_at(message: str) -> str:
    """When its person got this message, or will: what waits counts from when it may leave.

    Held for days, it does not count from the day it was decided: two would come one on the other.
    """
    return f"""
    coalesce({message}.sent_at,
             CASE WHEN {message}.state IN ('queued', 'sending')
                  THEN greatest({message}.next_try_at, :now) ELSE {message}.created_at END)
    """


def holder_reached(link: str) -> str:
    """Whether our mails reach the colleague whom this link hands a theme to.

    Else the theme is asked of its authority again: it would be asked of nobody.
    """
    return f"""EXISTS (
        SELECT FROM contacts AS holder JOIN addresses AS held_at ON held_at.id = holder.address_id
         WHERE holder.id = {link}.contact_id AND holder.stopped_at IS NULL
           AND held_at.state = 'good')"""


# All the addresses of the person behind `contacts`: one cap, whatever the way.
ADDRESSES_OF_CONTACT = """
    ARRAY(SELECT contacts.address_id
          UNION
          SELECT chats.address_id FROM links
            JOIN chat_ties ON chat_ties.link_id = links.id
            JOIN chats ON chats.id = chat_ties.chat_id
           WHERE links.contact_id = contacts.id AND chats.address_id IS NOT NULL)
"""

# The same, of whoever is behind `addresses`, a mailbox or a chat, for all their authorities.
ADDRESSES_OF_PERSON = """
    ARRAY(SELECT addresses.id
          UNION
          SELECT chats.address_id FROM contacts
            JOIN links ON links.contact_id = contacts.id
            JOIN chat_ties ON chat_ties.link_id = links.id
            JOIN chats ON chats.id = chat_ties.chat_id
           WHERE contacts.address_id = addresses.id AND chats.address_id IS NOT NULL
          UNION
          SELECT contacts.address_id FROM chats
            JOIN chat_ties ON chat_ties.chat_id = chats.id
            JOIN links ON links.id = chat_ties.link_id
            JOIN contacts ON contacts.id = links.contact_id
           WHERE chats.address_id = addresses.id)
"""

# The same where `person.ids` holds the addresses of `contacts`, who is behind `addresses`: most
# mailboxes are of one contact, and need no other look.
ADDRESSES_EVERYWHERE = f"""
    CASE WHEN addresses.channel <> 'email' OR EXISTS (
              SELECT FROM contacts AS also
               WHERE also.address_id = addresses.id AND also.id <> contacts.id)
         THEN {ADDRESSES_OF_PERSON} ELSE person.ids END
"""

# Of whom `everywhere.ids` holds the addresses: those, if they are several; and when they got what
# nobody asked for, in the last month.
PERSON = "CASE WHEN cardinality(everywhere.ids) > 1 THEN everywhere.ids END AS person"
WRITTEN = f"""
    CROSS JOIN LATERAL (
        SELECT coalesce(array_agg({got_at("sent")} ORDER BY {got_at("sent")}), '{{}}') AS written
          FROM messages AS sent
         WHERE sent.address_id = ANY(everywhere.ids) AND {got_at("sent")} > :month_ago
           AND sent.step = ANY(:unasked) AND sent.state <> 'cancelled') AS recent
"""
