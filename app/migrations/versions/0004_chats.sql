-- Chats: single-use codes, updates kept before they are confirmed, messages in a chat.
ALTER TABLE contacts ADD COLUMN stopped_because text,
    ADD CONSTRAINT contact_stopped_because
    CHECK (stopped_because IN ('asked', 'replaced', 'staff', 'complaint', 'left'));
ALTER TABLE links DROP CONSTRAINT link_purpose, ADD CONSTRAINT link_purpose
    CHECK (purpose IN ('answer', 'delegate', 'stop', 'card', 'chat', 'renew', 'several', 'web'));
ALTER TABLE guesses DROP CONSTRAINT guess_what, ADD CONSTRAINT guess_what
    CHECK (what IN ('code', 'renewal', 'chat_code'));
ALTER TABLE chats ADD COLUMN address_id bigint, ADD COLUMN last_heard_at timestamptz,
    ADD CONSTRAINT uq_chats_address_id UNIQUE (address_id),
    ADD CONSTRAINT fk_chats_address_id FOREIGN KEY (address_id) REFERENCES addresses (id);
ALTER TABLE chat_ties ADD COLUMN preferred_at timestamptz, ADD COLUMN untied_at timestamptz,
    ADD COLUMN untied_because text,
    ADD CONSTRAINT untied_because CHECK (untied_because IN ('chat', 'form', 'console')),
    ADD CONSTRAINT untied_says_why CHECK ((untied_at IS NULL) = (untied_because IS NULL));
CREATE INDEX ix_chat_ties_link ON chat_ties (link_id);
ALTER TABLE prompts ADD COLUMN link_id uuid,
    ADD CONSTRAINT fk_prompts_link_id FOREIGN KEY (link_id) REFERENCES links (id);
CREATE TABLE chat_codes (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    link_id UUID NOT NULL,
    code_hash TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_chat_codes PRIMARY KEY (id),
    CONSTRAINT fk_chat_codes_link_id FOREIGN KEY(link_id) REFERENCES links (id)
);
CREATE UNIQUE INDEX uq_chat_codes_live ON chat_codes (code_hash) WHERE used_at IS NULL;
CREATE INDEX ix_chat_codes_link ON chat_codes (link_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON chat_codes TO barometre_app;
CREATE TABLE chat_updates (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    channel TEXT NOT NULL,
    update_id TEXT NOT NULL,
    external_id TEXT NOT NULL,
    message_id TEXT,
    prompt_id BIGINT,
    heard JSONB,
    says JSONB,
    n_said BIGINT DEFAULT 0 NOT NULL,
    received_at TIMESTAMP WITH TIME ZONE NOT NULL,
    done_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_chat_updates PRIMARY KEY (id),
    CONSTRAINT uq_chat_updates_channel_update_id UNIQUE (channel, update_id),
    CONSTRAINT fk_chat_updates_prompt_id FOREIGN KEY(prompt_id) REFERENCES prompts (id)
);
CREATE INDEX ix_chat_updates_waiting ON chat_updates (channel, id) WHERE done_at IS NULL;
CREATE INDEX ix_chat_updates_message ON chat_updates (channel, external_id, message_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON chat_updates TO barometre_app;
CREATE OR REPLACE FUNCTION forget(forgotten_address bigint, forgotten_at timestamptz) RETURNS void
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
