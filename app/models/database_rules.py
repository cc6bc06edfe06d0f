"""What PostgreSQL itself enforces: append-only tables, frozen rows, forgetting, and rights.

Attached to the metadata, so that `create_all` and the migrations can be compared by `pg_dump`.
A migration repeats what it needs: it must not change when this file does.
"""

from __future__ import annotations

from sqlalchemy import Connection, MetaData, event, text

from app.models.base import Base

APP = "barometre_app"
READER = "barometre_published"

# Rows that may be blanked by forget(), and what may become null in them.
ERASABLE = {
    "answer_events": ("value", "actor_id"),
    "case_events": ("actor_id",),
    "validations": ("comment", "actor_id"),
}
APPEND_ONLY = (*ERASABLE, "audit_entries", "access_log", "message_events", "wave_changes")
FROZEN = ("published.publications", "published.results", "case_scores")

_REFUSE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
"""

_ERASE_ONLY = """
CREATE FUNCTION allow_erasure_only() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    kept jsonb := to_jsonb(OLD) - 'erased_at';
    proposed jsonb := to_jsonb(NEW) - 'erased_at';
    field text;
BEGIN
    FOREACH field IN ARRAY TG_ARGV LOOP
        IF proposed -> field <> 'null'::jsonb THEN
            RAISE EXCEPTION '%.% may only be blanked', TG_TABLE_NAME, field
                USING ERRCODE = 'restrict_violation';
        END IF;
        kept := kept - field;
        proposed := proposed - field;
    END LOOP;
    IF OLD.erased_at IS NOT NULL OR NEW.erased_at IS NULL OR kept <> proposed THEN
        RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""

_FORGET = """
CREATE FUNCTION forget(forgotten_address bigint, forgotten_at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    their_links text[];
    their_chats bigint[];
BEGIN
    SELECT coalesce(array_agg(links.id::text), '{}') INTO their_links
      FROM links JOIN contacts ON contacts.id = links.contact_id
     WHERE contacts.address_id = forgotten_address;

    UPDATE responses SET answers = (
        SELECT coalesce(jsonb_object_agg(answer.key, CASE
            WHEN given.actor_id = ANY (their_links)
            THEN jsonb_set(answer.value, '{value}', 'null') ELSE answer.value END), '{}')
          FROM jsonb_each(responses.answers) AS answer
          LEFT JOIN answer_events AS given ON given.id = (answer.value ->> 'event')::bigint
    ) WHERE id IN (SELECT response_id FROM answer_events WHERE actor_id = ANY (their_links));
    UPDATE responses SET submitted_by_id = NULL WHERE submitted_by_id = ANY (their_links);

    UPDATE answer_events SET value = NULL, actor_id = NULL, erased_at = forgotten_at
     WHERE actor_id = ANY (their_links) AND erased_at IS NULL;
    UPDATE case_events SET actor_id = NULL, erased_at = forgotten_at
     WHERE actor_id = ANY (their_links) AND erased_at IS NULL;
    UPDATE validations SET comment = NULL, actor_id = NULL, erased_at = forgotten_at
     WHERE actor_id = ANY (their_links) AND erased_at IS NULL;
    UPDATE requests SET words = NULL
     WHERE address_id = forgotten_address OR link_id::text = ANY (their_links);
    SELECT coalesce(array_agg(DISTINCT chat_id), '{}') INTO their_chats
      FROM chat_ties WHERE link_id::text = ANY (their_links);
    UPDATE messages SET subject = NULL, body = NULL, details = '{}'
     WHERE address_id = forgotten_address
        OR address_id IN (SELECT chats.address_id FROM chats WHERE chats.id = ANY (their_chats));
    DELETE FROM chat_updates USING chats
     WHERE chats.id = ANY (their_chats) AND chat_updates.channel = chats.channel
       AND chat_updates.external_id = chats.external_id;
    DELETE FROM chat_codes WHERE link_id::text = ANY (their_links);
    UPDATE addresses SET value = 'erased:' || addresses.id, holder_name = NULL,
           state = 'erased', erased_at = forgotten_at
      FROM chats WHERE chats.address_id = addresses.id AND chats.id = ANY (their_chats);
    UPDATE chats SET external_id = 'erased:' || id WHERE id = ANY (their_chats);
    DELETE FROM chat_ties WHERE chat_id = ANY (their_chats);
    UPDATE links SET revoked_at = forgotten_at, revoked_because = 'forgotten'
     WHERE id::text = ANY (their_links) AND revoked_at IS NULL;
    UPDATE addresses SET value = 'erased:' || id, holder_name = NULL, state = 'erased',
           erased_at = forgotten_at
     WHERE id = forgotten_address;
END $$;
"""

_ISSUED = """
CREATE FUNCTION refuse_change_once_issued() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'issued' THEN
        RAISE EXCEPTION 'an issued questionnaire never changes'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
"""

_USED = """
CREATE FUNCTION refuse_change_once_used() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM messages WHERE template_id = OLD.id) THEN
        RAISE EXCEPTION 'a template that was used never changes'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
"""

# The publication's own row may take its approvals; once approved, nothing moves.
_APPROVED = """
CREATE FUNCTION refuse_change_once_approved() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    the_publication bigint;
BEGIN
    IF TG_TABLE_NAME = 'publications' THEN
        the_publication := OLD.id;
    ELSIF TG_OP = 'INSERT' THEN
        the_publication := NEW.publication_id;
    ELSE
        the_publication := OLD.publication_id;
    END IF;
    IF EXISTS (SELECT FROM published.publications
                WHERE id = the_publication AND approved_at IS NOT NULL) THEN
        RAISE EXCEPTION 'an approved publication is frozen'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
"""

_FUNCTIONS = (_REFUSE, _ERASE_ONLY, _FORGET, _ISSUED, _USED, _APPROVED)


def _append_only(table: str) -> list[str]:
    blankable = ERASABLE.get(table)
    guard = (
        f"allow_erasure_only({', '.join(repr(field) for field in blankable)})"
        if blankable
        else "refuse_change()"
    )
    return [
        f"CREATE TRIGGER append_only BEFORE UPDATE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {guard}",
        f"CREATE TRIGGER never_deleted BEFORE DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        f"CREATE TRIGGER never_truncated BEFORE TRUNCATE ON {table} "
        "EXECUTE FUNCTION refuse_change()",
        f"GRANT SELECT, INSERT ON {table} TO {APP}",
    ]


def _frozen(table: str) -> list[str]:
    when = "UPDATE OR DELETE" if table.endswith("publications") else "INSERT OR UPDATE OR DELETE"
    statements = [
        f"CREATE TRIGGER frozen_once_approved BEFORE {when} ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change_once_approved()",
        f"CREATE TRIGGER never_truncated BEFORE TRUNCATE ON {table} "
        "EXECUTE FUNCTION refuse_change()",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {APP}",
    ]
    if table.startswith("published."):
        statements.append(f"GRANT SELECT ON {table} TO {READER}")
    return statements


def statements() -> list[str]:
    """Every rule, in the order in which PostgreSQL must read them, once the tables exist."""
    ordinary = [
        table.fullname
        for table in Base.metadata.sorted_tables
        if table.fullname not in APPEND_ONLY and table.fullname not in FROZEN
    ]
    return [
        *_FUNCTIONS,
        *(line for table in APPEND_ONLY for line in _append_only(table)),
        *(line for table in FROZEN for line in _frozen(table)),
        "CREATE TRIGGER immutable_once_issued BEFORE UPDATE OR DELETE ON questionnaires "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change_once_issued()",
        "CREATE TRIGGER immutable_once_used BEFORE UPDATE OR DELETE ON message_templates "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change_once_used()",
        "REVOKE ALL ON FUNCTION forget(bigint, timestamptz) FROM PUBLIC",
        f"GRANT EXECUTE ON FUNCTION forget(bigint, timestamptz) TO {APP}",
        "REVOKE ALL ON SCHEMA public FROM PUBLIC",
        f"GRANT USAGE ON SCHEMA public TO {APP}",
        f"GRANT USAGE ON SCHEMA published TO {APP}, {READER}",
        *(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {APP}" for table in ordinary),
    ]


def attach() -> None:
    """Have `create_all` write the rules after the tables. Called once, by `app.models.every`."""
    event.listen(Base.metadata, "before_create", _make_schema)
    event.listen(Base.metadata, "after_create", _make_rules)


def _make_schema(_: MetaData, connection: Connection, **__: object) -> None:
    connection.execute(text("CREATE SCHEMA IF NOT EXISTS published"))


def _make_rules(_: MetaData, connection: Connection, **__: object) -> None:
    # Through the driver: SQLAlchemy would read the colons and percent signs of the functions.
    driver = connection.connection.driver_connection
    assert driver is not None
    for statement in statements():
        driver.execute(statement)
