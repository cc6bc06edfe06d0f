-- Requests, short codes, guesses, teams: what a respondent may do besides answering.
CREATE TABLE short_codes (
    link_id UUID NOT NULL,
    code_hash TEXT NOT NULL,
    key_id BIGINT NOT NULL,
    attempt BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_short_codes PRIMARY KEY (link_id),
    CONSTRAINT fk_short_codes_link_id FOREIGN KEY(link_id) REFERENCES links (id),
    CONSTRAINT uq_short_codes_code_hash UNIQUE (code_hash)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON short_codes TO barometre_app;
CREATE TABLE requests (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    territory_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    theme TEXT,
    words TEXT,
    address_id BIGINT,
    link_id UUID,
    channel TEXT NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    state TEXT DEFAULT 'open' NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE,
    decided_by BIGINT,
    CONSTRAINT pk_requests PRIMARY KEY (id),
    CONSTRAINT request_kind_known CHECK (kind IN ('help', 'not_ours', 'new_link', 'paper')),
    CONSTRAINT request_state_known CHECK (state IN ('open', 'done', 'refused')),
    CONSTRAINT decided_once_closed CHECK ((state = 'open') = (decided_at IS NULL)),
    CONSTRAINT fk_requests_territory_id FOREIGN KEY(territory_id) REFERENCES territories (id),
    CONSTRAINT fk_requests_address_id FOREIGN KEY(address_id) REFERENCES addresses (id),
    CONSTRAINT fk_requests_link_id FOREIGN KEY(link_id) REFERENCES links (id),
    CONSTRAINT fk_requests_decided_by FOREIGN KEY(decided_by) REFERENCES users (id)
);
CREATE INDEX ix_requests_address ON requests (address_id);
CREATE INDEX ix_requests_link ON requests (link_id);
CREATE INDEX ix_requests_state ON requests (state, asked_at);
CREATE INDEX ix_requests_territory ON requests (territory_id, id);
GRANT SELECT, INSERT, UPDATE, DELETE ON requests TO barometre_app;
CREATE TABLE guesses (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    what TEXT NOT NULL,
    from_hash TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_guesses PRIMARY KEY (id),
    CONSTRAINT guess_what CHECK (what IN ('code', 'renewal'))
);
CREATE INDEX ix_guesses_at ON guesses (what, at);
CREATE INDEX ix_guesses_from ON guesses (what, from_hash, at);
GRANT SELECT, INSERT, UPDATE, DELETE ON guesses TO barometre_app;
CREATE TABLE teams (
    campaign_id BIGINT NOT NULL,
    territory_id BIGINT NOT NULL,
    coordinator_id BIGINT,
    validator_id BIGINT,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_teams PRIMARY KEY (campaign_id, territory_id),
    CONSTRAINT fk_teams_campaign_id FOREIGN KEY(campaign_id) REFERENCES campaigns (id),
    CONSTRAINT fk_teams_territory_id FOREIGN KEY(territory_id) REFERENCES territories (id),
    CONSTRAINT fk_teams_coordinator_id FOREIGN KEY(coordinator_id) REFERENCES contacts (id),
    CONSTRAINT fk_teams_validator_id FOREIGN KEY(validator_id) REFERENCES contacts (id)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON teams TO barometre_app;
CREATE TABLE assignments (
    campaign_id BIGINT NOT NULL,
    territory_id BIGINT NOT NULL,
    theme TEXT NOT NULL,
    contact_id BIGINT NOT NULL,
    due_on DATE,
    assigned_by UUID,
    assigned_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_assignments PRIMARY KEY (campaign_id, territory_id, theme),
    CONSTRAINT fk_assignments_campaign_id FOREIGN KEY(campaign_id) REFERENCES campaigns (id),
    CONSTRAINT fk_assignments_territory_id FOREIGN KEY(territory_id) REFERENCES territories (id),
    CONSTRAINT fk_assignments_contact_id FOREIGN KEY(contact_id) REFERENCES contacts (id),
    CONSTRAINT fk_assignments_assigned_by FOREIGN KEY(assigned_by) REFERENCES links (id)
);
CREATE INDEX ix_assignments_contact ON assignments (contact_id);
CREATE INDEX ix_assignments_territory ON assignments (territory_id, theme);
GRANT SELECT, INSERT, UPDATE, DELETE ON assignments TO barometre_app;
CREATE TABLE validations (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    response_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    comment TEXT,
    actor_kind TEXT NOT NULL,
    actor_id TEXT,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    erased_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_validations PRIMARY KEY (id),
    CONSTRAINT validation_kind CHECK (kind IN ('asked', 'returned', 'approved')),
    CONSTRAINT fk_validations_response_id FOREIGN KEY(response_id) REFERENCES responses (id)
);
CREATE INDEX ix_validations_response ON validations (response_id, id);
CREATE TRIGGER append_only BEFORE UPDATE ON validations FOR EACH ROW EXECUTE FUNCTION allow_erasure_only('comment', 'actor_id');
CREATE TRIGGER never_deleted BEFORE DELETE ON validations FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON validations EXECUTE FUNCTION refuse_change();
GRANT SELECT, INSERT ON validations TO barometre_app;
ALTER TABLE answer_events ADD COLUMN origin text;
ALTER TABLE links DROP CONSTRAINT link_purpose, ADD CONSTRAINT link_purpose
    CHECK (purpose IN ('answer', 'delegate', 'stop', 'card', 'chat', 'renew', 'several'));
ALTER TABLE messages DROP CONSTRAINT message_step_known, ADD CONSTRAINT message_step_known
    CHECK (step IN ('invitation', 'reminder', 'delegation', 'receipt', 'card', 'renewal', 'assignment', 'validation', 'returned'));
CREATE OR REPLACE FUNCTION forget(forgotten_address bigint, forgotten_at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    their_links text[];
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
    UPDATE messages SET subject = NULL, body = NULL, details = '{}'
     WHERE address_id = forgotten_address;
    UPDATE chats SET external_id = 'erased:' || id
     WHERE id IN (SELECT chat_id FROM chat_ties WHERE link_id::text = ANY (their_links));
    DELETE FROM chat_ties WHERE link_id::text = ANY (their_links);
    UPDATE links SET revoked_at = forgotten_at, revoked_because = 'forgotten'
     WHERE id::text = ANY (their_links) AND revoked_at IS NULL;
    UPDATE addresses SET value = 'erased:' || id, holder_name = NULL, state = 'erased',
           erased_at = forgotten_at
     WHERE id = forgotten_address;
END $$;
