-- The first schema: tables, then what PostgreSQL itself enforces. Never edited once merged.

CREATE SCHEMA IF NOT EXISTS published;

CREATE TABLE access_log (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    user_id BIGINT NOT NULL,
    page TEXT NOT NULL,
    subject TEXT NOT NULL,
    CONSTRAINT pk_access_log PRIMARY KEY (id)
);

CREATE TABLE addresses (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    channel TEXT NOT NULL,
    value TEXT NOT NULL,
    holder_name TEXT,
    state TEXT DEFAULT 'good' NOT NULL,
    lane TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    erased_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_addresses PRIMARY KEY (id),
    CONSTRAINT address_state CHECK (state IN ('good', 'bouncing', 'stopped', 'erased'))
);

CREATE UNIQUE INDEX uq_addresses_channel_value ON addresses (channel, lower(value));

CREATE TABLE audit_entries (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id TEXT,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    details JSONB NOT NULL,
    CONSTRAINT pk_audit_entries PRIMARY KEY (id)
);

CREATE INDEX ix_audit_entries_at ON audit_entries (at);

CREATE TABLE campaigns (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    name TEXT NOT NULL,
    millesime BIGINT NOT NULL,
    simulated BOOLEAN NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_campaigns PRIMARY KEY (id),
    CONSTRAINT uq_campaigns_name UNIQUE (name)
);

CREATE TABLE chats (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    channel TEXT NOT NULL,
    external_id TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_chats PRIMARY KEY (id),
    CONSTRAINT uq_chats_channel_external_id UNIQUE (channel, external_id)
);

CREATE TABLE lane_slots (
    lane TEXT NOT NULL,
    slot BIGINT NOT NULL,
    leased_until TIMESTAMP WITH TIME ZONE,
    holder TEXT,
    CONSTRAINT pk_lane_slots PRIMARY KEY (lane, slot)
);

CREATE TABLE message_templates (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    name TEXT NOT NULL,
    version BIGINT NOT NULL,
    subject TEXT NOT NULL,
    body_text TEXT NOT NULL,
    body_html TEXT NOT NULL,
    digest TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_message_templates PRIMARY KEY (id),
    CONSTRAINT uq_message_templates_name_version UNIQUE (name, version)
);

CREATE TABLE organisations (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    name TEXT NOT NULL,
    national BOOLEAN NOT NULL,
    CONSTRAINT pk_organisations PRIMARY KEY (id),
    CONSTRAINT uq_organisations_name UNIQUE (name)
);

CREATE TABLE places (
    level TEXT NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    sort_name TEXT NOT NULL,
    region_code TEXT,
    CONSTRAINT pk_places PRIMARY KEY (level, code),
    CONSTRAINT place_level CHECK (level IN ('departement', 'region'))
);

CREATE TABLE published.publications (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    wave_id BIGINT NOT NULL,
    title TEXT NOT NULL,
    simulated BOOLEAN NOT NULL,
    computed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    first_approval_by BIGINT,
    first_approval_at TIMESTAMP WITH TIME ZONE,
    second_approval_by BIGINT,
    second_approval_at TIMESTAMP WITH TIME ZONE,
    approved_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_publications PRIMARY KEY (id),
    CONSTRAINT approved_by_two CHECK (first_approval_by IS DISTINCT FROM second_approval_by OR first_approval_by IS NULL),
    CONSTRAINT approved_needs_both CHECK (approved_at IS NULL OR num_nulls(first_approval_by, second_approval_by) = 0)
);

CREATE INDEX ix_publications_wave ON published.publications (wave_id);

CREATE TABLE questionnaires (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    theme TEXT NOT NULL,
    version BIGINT NOT NULL,
    title TEXT NOT NULL,
    state TEXT NOT NULL,
    simulated BOOLEAN NOT NULL,
    definition JSONB NOT NULL,
    digest TEXT NOT NULL,
    loaded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_questionnaires PRIMARY KEY (id),
    CONSTRAINT uq_questionnaires_theme_version UNIQUE (theme, version),
    CONSTRAINT questionnaire_state CHECK (state IN ('draft', 'issued'))
);

CREATE TABLE sign_in_attempts (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    who_hash TEXT NOT NULL,
    from_hash TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    succeeded BOOLEAN NOT NULL,
    CONSTRAINT pk_sign_in_attempts PRIMARY KEY (id)
);

CREATE INDEX ix_sign_in_attempts_from ON sign_in_attempts (from_hash, at);
CREATE INDEX ix_sign_in_attempts_who ON sign_in_attempts (who_hash, at);

CREATE TABLE suppressions (
    channel TEXT NOT NULL,
    address_hash TEXT NOT NULL,
    reason TEXT NOT NULL,
    since TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_suppressions PRIMARY KEY (channel, address_hash),
    CONSTRAINT suppression_reason CHECK (reason IN ('asked', 'complaint', 'hard_bounce', 'staff'))
);

CREATE TABLE territories (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    kind TEXT NOT NULL,
    code TEXT NOT NULL,
    siren TEXT,
    name TEXT NOT NULL,
    sort_name TEXT NOT NULL,
    population BIGINT,
    stratum TEXT NOT NULL,
    departement_code TEXT,
    region_code TEXT,
    epci_siren TEXT,
    asked BOOLEAN NOT NULL,
    not_asked_because TEXT,
    CONSTRAINT pk_territories PRIMARY KEY (id),
    CONSTRAINT territory_kind_known CHECK (kind IN ('commune', 'epci', 'departement', 'region')),
    CONSTRAINT territory_left_out_says_why CHECK (asked OR not_asked_because IS NOT NULL),
    CONSTRAINT uq_territories_kind_code UNIQUE (kind, code)
);

CREATE INDEX ix_territories_departement ON territories (departement_code, kind, sort_name);
CREATE INDEX ix_territories_epci ON territories (epci_siren);
CREATE INDEX ix_territories_sort_name ON territories (sort_name, id);
CREATE UNIQUE INDEX uq_territories_kind_siren ON territories (kind, siren) WHERE siren IS NOT NULL;

CREATE TABLE cards (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    publication_id BIGINT NOT NULL,
    territory_id BIGINT NOT NULL,
    number TEXT NOT NULL,
    content JSONB NOT NULL,
    digest TEXT NOT NULL,
    pdf BYTEA NOT NULL,
    issued_at TIMESTAMP WITH TIME ZONE NOT NULL,
    withdrawn_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_cards PRIMARY KEY (id),
    CONSTRAINT uq_cards_publication_id_territory_id UNIQUE (publication_id, territory_id),
    CONSTRAINT fk_cards_publication_id FOREIGN KEY(publication_id) REFERENCES published.publications (id),
    CONSTRAINT fk_cards_territory_id FOREIGN KEY(territory_id) REFERENCES territories (id),
    CONSTRAINT uq_cards_number UNIQUE (number)
);

CREATE INDEX ix_cards_territory ON cards (territory_id, issued_at);

CREATE TABLE contacts (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    territory_id BIGINT NOT NULL,
    address_id BIGINT NOT NULL,
    role TEXT NOT NULL,
    origin TEXT NOT NULL,
    as_of DATE NOT NULL,
    stopped_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_contacts PRIMARY KEY (id),
    CONSTRAINT uq_contacts_territory_id_address_id UNIQUE (territory_id, address_id),
    CONSTRAINT fk_contacts_territory_id FOREIGN KEY(territory_id) REFERENCES territories (id),
    CONSTRAINT fk_contacts_address_id FOREIGN KEY(address_id) REFERENCES addresses (id)
);

CREATE INDEX ix_contacts_address ON contacts (address_id);

CREATE TABLE indicators (
    territory_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    source TEXT NOT NULL,
    as_of DATE NOT NULL,
    CONSTRAINT pk_indicators PRIMARY KEY (territory_id, name),
    CONSTRAINT fk_indicators_territory_id FOREIGN KEY(territory_id) REFERENCES territories (id)
);

CREATE TABLE organisation_territories (
    organisation_id BIGINT NOT NULL,
    territory_id BIGINT NOT NULL,
    may_chase BOOLEAN NOT NULL,
    CONSTRAINT pk_organisation_territories PRIMARY KEY (organisation_id, territory_id),
    CONSTRAINT fk_organisation_territories_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisations (id),
    CONSTRAINT fk_organisation_territories_territory_id FOREIGN KEY(territory_id) REFERENCES territories (id)
);

CREATE INDEX ix_organisation_territories_territory ON organisation_territories (territory_id);

CREATE TABLE prompts (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    chat_id BIGINT NOT NULL,
    external_message_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    territory_id BIGINT,
    theme TEXT,
    question TEXT,
    seen BIGINT,
    details JSONB DEFAULT '{}'::jsonb NOT NULL,
    sent_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_prompts PRIMARY KEY (id),
    CONSTRAINT uq_prompts_chat_id_external_message_id UNIQUE (chat_id, external_message_id),
    CONSTRAINT fk_prompts_chat_id FOREIGN KEY(chat_id) REFERENCES chats (id),
    CONSTRAINT fk_prompts_territory_id FOREIGN KEY(territory_id) REFERENCES territories (id)
);

CREATE INDEX ix_prompts_chat ON prompts (chat_id, id);

CREATE TABLE published.results (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    publication_id BIGINT NOT NULL,
    theme TEXT NOT NULL,
    kind TEXT NOT NULL,
    level TEXT NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    sort_name TEXT NOT NULL,
    n_asked BIGINT NOT NULL,
    n BIGINT,
    score DOUBLE PRECISION,
    low DOUBLE PRECISION,
    high DOUBLE PRECISION,
    masked_because TEXT,
    CONSTRAINT pk_results PRIMARY KEY (id),
    CONSTRAINT uq_results_publication_id_theme_kind_level_code UNIQUE (publication_id, theme, kind, level, code),
    CONSTRAINT mask_reason CHECK (masked_because IN ('few', 'secondary')),
    CONSTRAINT masked_shows_nothing CHECK ((masked_because IS NULL) = (n IS NOT NULL)),
    CONSTRAINT five_respondents_at_least CHECK (n IS NULL OR n >= 5),
    CONSTRAINT result_level CHECK (level IN ('france', 'region', 'departement', 'stratum', 'peers')),
    CONSTRAINT fk_results_publication_id FOREIGN KEY(publication_id) REFERENCES published.publications (id)
);

CREATE TABLE territory_departements (
    territory_id BIGINT NOT NULL,
    departement_code TEXT NOT NULL,
    CONSTRAINT pk_territory_departements PRIMARY KEY (territory_id, departement_code),
    CONSTRAINT fk_territory_departements_territory_id FOREIGN KEY(territory_id) REFERENCES territories (id)
);

CREATE INDEX ix_territory_departements_code ON territory_departements (departement_code, territory_id);

CREATE TABLE territory_successions (
    old_id BIGINT NOT NULL,
    new_id BIGINT NOT NULL,
    succeeded_on DATE NOT NULL,
    CONSTRAINT pk_territory_successions PRIMARY KEY (old_id, new_id),
    CONSTRAINT fk_territory_successions_old_id FOREIGN KEY(old_id) REFERENCES territories (id),
    CONSTRAINT fk_territory_successions_new_id FOREIGN KEY(new_id) REFERENCES territories (id)
);

CREATE TABLE territory_versions (
    territory_id BIGINT NOT NULL,
    millesime BIGINT NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    sort_name TEXT NOT NULL,
    population BIGINT,
    departement_code TEXT,
    region_code TEXT,
    epci_siren TEXT,
    CONSTRAINT pk_territory_versions PRIMARY KEY (territory_id, millesime),
    CONSTRAINT fk_territory_versions_territory_id FOREIGN KEY(territory_id) REFERENCES territories (id)
);

CREATE TABLE users (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    organisation_id BIGINT,
    password_hash TEXT NOT NULL,
    active BOOLEAN NOT NULL,
    session_stamp BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    last_seen_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_users PRIMARY KEY (id),
    CONSTRAINT user_role_known CHECK (role IN ('administrator', 'national', 'opsn', 'reader')),
    CONSTRAINT local_user_has_an_organisation CHECK (role IN ('administrator', 'national') OR organisation_id IS NOT NULL),
    CONSTRAINT fk_users_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisations (id)
);

CREATE UNIQUE INDEX uq_users_email ON users (lower(email));

CREATE TABLE waves (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    campaign_id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    label TEXT NOT NULL,
    opens_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE,
    frame_size BIGINT,
    CONSTRAINT pk_waves PRIMARY KEY (id),
    CONSTRAINT wave_opens_before_it_ends CHECK (opens_at < ends_at),
    CONSTRAINT uq_waves_campaign_id_number UNIQUE (campaign_id, number),
    CONSTRAINT fk_waves_campaign_id FOREIGN KEY(campaign_id) REFERENCES campaigns (id)
);

CREATE TABLE batches (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    wave_id BIGINT NOT NULL,
    departement_code TEXT,
    label TEXT NOT NULL,
    invited_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_batches PRIMARY KEY (id),
    CONSTRAINT uq_batches_wave_id_departement_code UNIQUE NULLS NOT DISTINCT (wave_id, departement_code),
    CONSTRAINT fk_batches_wave_id FOREIGN KEY(wave_id) REFERENCES waves (id)
);

CREATE TABLE cases (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    wave_id BIGINT NOT NULL,
    territory_id BIGINT NOT NULL,
    theme TEXT NOT NULL,
    disposition TEXT NOT NULL,
    moved_at TIMESTAMP WITH TIME ZONE NOT NULL,
    kind TEXT NOT NULL,
    population BIGINT,
    stratum TEXT NOT NULL,
    CONSTRAINT pk_cases PRIMARY KEY (id),
    CONSTRAINT uq_cases_wave_id_territory_id_theme UNIQUE (wave_id, territory_id, theme),
    CONSTRAINT disposition_known CHECK (disposition IN ('not_invited', 'no_address', 'invited', 'started', 'undelivered', 'moved', 'complete', 'partial', 'broken_off', 'refused_by_authority', 'refused_by_person', 'unavailable', 'late', 'unconfirmed', 'other', 'paper_refused', 'answered_elsewhere', 'out_of_frame', 'duplicate')),
    CONSTRAINT fk_cases_wave_id FOREIGN KEY(wave_id) REFERENCES waves (id),
    CONSTRAINT fk_cases_territory_id FOREIGN KEY(territory_id) REFERENCES territories (id)
);

CREATE INDEX ix_cases_territory ON cases (territory_id, theme);
CREATE INDEX ix_cases_wave_disposition ON cases (wave_id, disposition);

CREATE TABLE follow_ups (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    territory_id BIGINT NOT NULL,
    wave_id BIGINT NOT NULL,
    note TEXT NOT NULL,
    user_id BIGINT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    call_again_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_follow_ups PRIMARY KEY (id),
    CONSTRAINT fk_follow_ups_territory_id FOREIGN KEY(territory_id) REFERENCES territories (id),
    CONSTRAINT fk_follow_ups_wave_id FOREIGN KEY(wave_id) REFERENCES waves (id),
    CONSTRAINT fk_follow_ups_user_id FOREIGN KEY(user_id) REFERENCES users (id)
);

CREATE INDEX ix_follow_ups_territory ON follow_ups (territory_id, id);

CREATE TABLE links (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    purpose TEXT NOT NULL,
    territory_id BIGINT NOT NULL,
    contact_id BIGINT,
    themes TEXT[],
    delegated_by UUID,
    key_id BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    revoked_at TIMESTAMP WITH TIME ZONE,
    revoked_because TEXT,
    CONSTRAINT pk_links PRIMARY KEY (id),
    CONSTRAINT link_purpose CHECK (purpose IN ('answer', 'delegate', 'stop', 'card', 'chat')),
    CONSTRAINT fk_links_territory_id FOREIGN KEY(territory_id) REFERENCES territories (id),
    CONSTRAINT fk_links_contact_id FOREIGN KEY(contact_id) REFERENCES contacts (id),
    CONSTRAINT fk_links_delegated_by FOREIGN KEY(delegated_by) REFERENCES links (id)
);

CREATE INDEX ix_links_contact ON links (contact_id);
CREATE INDEX ix_links_territory ON links (territory_id);
CREATE UNIQUE INDEX uq_links_live ON links (purpose, territory_id, contact_id, themes) NULLS NOT DISTINCT WHERE revoked_at IS NULL;

CREATE TABLE wave_changes (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    wave_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    ends_at TIMESTAMP WITH TIME ZONE,
    why TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id TEXT,
    CONSTRAINT pk_wave_changes PRIMARY KEY (id),
    CONSTRAINT wave_change_kind CHECK (kind IN ('paused', 'resumed', 'extended')),
    CONSTRAINT extension_says_until_when CHECK ((kind = 'extended') = (ends_at IS NOT NULL)),
    CONSTRAINT fk_wave_changes_wave_id FOREIGN KEY(wave_id) REFERENCES waves (id)
);

CREATE INDEX ix_wave_changes_wave ON wave_changes (wave_id, id);

CREATE TABLE wave_questionnaires (
    wave_id BIGINT NOT NULL,
    theme TEXT NOT NULL,
    questionnaire_id BIGINT,
    position BIGINT NOT NULL,
    CONSTRAINT pk_wave_questionnaires PRIMARY KEY (wave_id, theme),
    CONSTRAINT fk_wave_questionnaires_wave_id FOREIGN KEY(wave_id) REFERENCES waves (id),
    CONSTRAINT fk_wave_questionnaires_questionnaire_id FOREIGN KEY(questionnaire_id) REFERENCES questionnaires (id)
);

CREATE TABLE batch_members (
    wave_id BIGINT NOT NULL,
    territory_id BIGINT NOT NULL,
    batch_id BIGINT NOT NULL,
    invited_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_batch_members PRIMARY KEY (wave_id, territory_id),
    CONSTRAINT fk_batch_members_wave_id FOREIGN KEY(wave_id) REFERENCES waves (id),
    CONSTRAINT fk_batch_members_territory_id FOREIGN KEY(territory_id) REFERENCES territories (id),
    CONSTRAINT fk_batch_members_batch_id FOREIGN KEY(batch_id) REFERENCES batches (id)
);

CREATE INDEX ix_batch_members_batch ON batch_members (batch_id);

CREATE TABLE case_events (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    case_id BIGINT NOT NULL,
    from_disposition TEXT,
    to_disposition TEXT NOT NULL,
    why TEXT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id TEXT,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    erased_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_case_events PRIMARY KEY (id),
    CONSTRAINT event_disposition_known CHECK (to_disposition IN ('not_invited', 'no_address', 'invited', 'started', 'undelivered', 'moved', 'complete', 'partial', 'broken_off', 'refused_by_authority', 'refused_by_person', 'unavailable', 'late', 'unconfirmed', 'other', 'paper_refused', 'answered_elsewhere', 'out_of_frame', 'duplicate')),
    CONSTRAINT fk_case_events_case_id FOREIGN KEY(case_id) REFERENCES cases (id)
);

CREATE INDEX ix_case_events_case ON case_events (case_id, id);

CREATE TABLE case_scores (
    publication_id BIGINT NOT NULL,
    case_id BIGINT NOT NULL,
    score DOUBLE PRECISION NOT NULL,
    n_answered BIGINT NOT NULL,
    n_asked BIGINT NOT NULL,
    CONSTRAINT pk_case_scores PRIMARY KEY (publication_id, case_id),
    CONSTRAINT fk_case_scores_publication_id FOREIGN KEY(publication_id) REFERENCES published.publications (id),
    CONSTRAINT fk_case_scores_case_id FOREIGN KEY(case_id) REFERENCES cases (id)
);

CREATE TABLE chat_ties (
    chat_id BIGINT NOT NULL,
    link_id UUID NOT NULL,
    tied_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_chat_ties PRIMARY KEY (chat_id, link_id),
    CONSTRAINT fk_chat_ties_chat_id FOREIGN KEY(chat_id) REFERENCES chats (id),
    CONSTRAINT fk_chat_ties_link_id FOREIGN KEY(link_id) REFERENCES links (id)
);

CREATE TABLE messages (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    address_id BIGINT NOT NULL,
    wave_id BIGINT NOT NULL,
    step TEXT NOT NULL,
    occasion TEXT NOT NULL,
    channel TEXT NOT NULL,
    lane TEXT NOT NULL,
    template_id BIGINT NOT NULL,
    link_id UUID,
    details JSONB DEFAULT '{}'::jsonb NOT NULL,
    state TEXT DEFAULT 'queued' NOT NULL,
    tries BIGINT DEFAULT '0' NOT NULL,
    next_try_at TIMESTAMP WITH TIME ZONE NOT NULL,
    leased_until TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    sent_at TIMESTAMP WITH TIME ZONE,
    last_reason TEXT,
    subject TEXT,
    body TEXT,
    CONSTRAINT pk_messages PRIMARY KEY (id),
    CONSTRAINT uq_messages_address_id_wave_id_step_occasion UNIQUE (address_id, wave_id, step, occasion),
    CONSTRAINT message_state_known CHECK (state IN ('queued', 'sending', 'sent', 'delivered', 'bounced', 'failed', 'cancelled')),
    CONSTRAINT message_step_known CHECK (step IN ('invitation', 'reminder', 'delegation', 'receipt', 'card')),
    CONSTRAINT leased_while_sending CHECK ((state = 'sending') = (leased_until IS NOT NULL)),
    CONSTRAINT fk_messages_address_id FOREIGN KEY(address_id) REFERENCES addresses (id),
    CONSTRAINT fk_messages_wave_id FOREIGN KEY(wave_id) REFERENCES waves (id),
    CONSTRAINT fk_messages_template_id FOREIGN KEY(template_id) REFERENCES message_templates (id),
    CONSTRAINT fk_messages_link_id FOREIGN KEY(link_id) REFERENCES links (id)
);

CREATE INDEX ix_messages_address ON messages (address_id, created_at);
CREATE INDEX ix_messages_due ON messages (lane, next_try_at, id) WHERE state IN ('queued', 'sending');
CREATE INDEX ix_messages_wave ON messages (wave_id, step);

CREATE TABLE responses (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    case_id BIGINT NOT NULL,
    questionnaire_id BIGINT NOT NULL,
    answers JSONB DEFAULT '{}'::jsonb NOT NULL,
    started_at TIMESTAMP WITH TIME ZONE,
    submitted_at TIMESTAMP WITH TIME ZONE,
    submitted_by_kind TEXT,
    submitted_by_id TEXT,
    receipt_number TEXT,
    CONSTRAINT pk_responses PRIMARY KEY (id),
    CONSTRAINT uq_responses_case_id UNIQUE (case_id),
    CONSTRAINT fk_responses_case_id FOREIGN KEY(case_id) REFERENCES cases (id),
    CONSTRAINT fk_responses_questionnaire_id FOREIGN KEY(questionnaire_id) REFERENCES questionnaires (id),
    CONSTRAINT uq_responses_receipt_number UNIQUE (receipt_number)
);

CREATE TABLE answer_events (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    response_id BIGINT NOT NULL,
    question TEXT NOT NULL,
    value JSONB,
    counted BOOLEAN NOT NULL,
    channel TEXT NOT NULL,
    source TEXT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id TEXT,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    erased_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_answer_events PRIMARY KEY (id),
    CONSTRAINT uq_answer_events_response_id_source_question UNIQUE (response_id, source, question),
    CONSTRAINT fk_answer_events_response_id FOREIGN KEY(response_id) REFERENCES responses (id)
);

CREATE INDEX ix_answer_events_response ON answer_events (response_id, id);

CREATE TABLE message_cases (
    message_id UUID NOT NULL,
    case_id BIGINT NOT NULL,
    CONSTRAINT pk_message_cases PRIMARY KEY (message_id, case_id),
    CONSTRAINT fk_message_cases_message_id FOREIGN KEY(message_id) REFERENCES messages (id),
    CONSTRAINT fk_message_cases_case_id FOREIGN KEY(case_id) REFERENCES cases (id)
);

CREATE INDEX ix_message_cases_case ON message_cases (case_id);

CREATE TABLE message_events (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    message_id UUID NOT NULL,
    kind TEXT NOT NULL,
    tries BIGINT NOT NULL,
    detail TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_message_events PRIMARY KEY (id),
    CONSTRAINT message_event_kind CHECK (kind IN ('sent', 'deferred', 'refused', 'cancelled', 'postponed', 'delivered', 'bounced', 'complained')),
    CONSTRAINT fk_message_events_message_id FOREIGN KEY(message_id) REFERENCES messages (id)
);

CREATE INDEX ix_message_events_message ON message_events (message_id, id);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

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

CREATE FUNCTION forget(forgotten_address bigint, forgotten_at timestamptz) RETURNS void
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

CREATE FUNCTION refuse_change_once_issued() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'issued' THEN
        RAISE EXCEPTION 'an issued questionnaire never changes'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;

CREATE FUNCTION refuse_change_once_used() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM messages WHERE template_id = OLD.id) THEN
        RAISE EXCEPTION 'a template that was used never changes'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;

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

CREATE TRIGGER append_only BEFORE UPDATE ON answer_events FOR EACH ROW EXECUTE FUNCTION allow_erasure_only('value', 'actor_id');
CREATE TRIGGER never_deleted BEFORE DELETE ON answer_events FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON answer_events EXECUTE FUNCTION refuse_change();
GRANT SELECT, INSERT ON answer_events TO barometre_app;
CREATE TRIGGER append_only BEFORE UPDATE ON case_events FOR EACH ROW EXECUTE FUNCTION allow_erasure_only('actor_id');
CREATE TRIGGER never_deleted BEFORE DELETE ON case_events FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON case_events EXECUTE FUNCTION refuse_change();
GRANT SELECT, INSERT ON case_events TO barometre_app;
CREATE TRIGGER append_only BEFORE UPDATE ON audit_entries FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE ON audit_entries FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON audit_entries EXECUTE FUNCTION refuse_change();
GRANT SELECT, INSERT ON audit_entries TO barometre_app;
CREATE TRIGGER append_only BEFORE UPDATE ON access_log FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE ON access_log FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON access_log EXECUTE FUNCTION refuse_change();
GRANT SELECT, INSERT ON access_log TO barometre_app;
CREATE TRIGGER append_only BEFORE UPDATE ON message_events FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE ON message_events FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON message_events EXECUTE FUNCTION refuse_change();
GRANT SELECT, INSERT ON message_events TO barometre_app;
CREATE TRIGGER append_only BEFORE UPDATE ON wave_changes FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE ON wave_changes FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON wave_changes EXECUTE FUNCTION refuse_change();
GRANT SELECT, INSERT ON wave_changes TO barometre_app;
CREATE TRIGGER frozen_once_approved BEFORE UPDATE OR DELETE ON published.publications FOR EACH ROW EXECUTE FUNCTION refuse_change_once_approved();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON published.publications EXECUTE FUNCTION refuse_change();
GRANT SELECT, INSERT, UPDATE, DELETE ON published.publications TO barometre_app;
GRANT SELECT ON published.publications TO barometre_published;
CREATE TRIGGER frozen_once_approved BEFORE INSERT OR UPDATE OR DELETE ON published.results FOR EACH ROW EXECUTE FUNCTION refuse_change_once_approved();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON published.results EXECUTE FUNCTION refuse_change();
GRANT SELECT, INSERT, UPDATE, DELETE ON published.results TO barometre_app;
GRANT SELECT ON published.results TO barometre_published;
CREATE TRIGGER frozen_once_approved BEFORE INSERT OR UPDATE OR DELETE ON case_scores FOR EACH ROW EXECUTE FUNCTION refuse_change_once_approved();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON case_scores EXECUTE FUNCTION refuse_change();
GRANT SELECT, INSERT, UPDATE, DELETE ON case_scores TO barometre_app;
CREATE TRIGGER immutable_once_issued BEFORE UPDATE OR DELETE ON questionnaires FOR EACH ROW EXECUTE FUNCTION refuse_change_once_issued();
CREATE TRIGGER immutable_once_used BEFORE UPDATE OR DELETE ON message_templates FOR EACH ROW EXECUTE FUNCTION refuse_change_once_used();
REVOKE ALL ON FUNCTION forget(bigint, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION forget(bigint, timestamptz) TO barometre_app;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO barometre_app;
GRANT USAGE ON SCHEMA published TO barometre_app, barometre_published;
GRANT SELECT, INSERT, UPDATE, DELETE ON addresses TO barometre_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON campaigns TO barometre_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON chats TO barometre_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON lane_slots TO barometre_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON message_templates TO barometre_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON organisations TO barometre_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON places TO barometre_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON questionnaires TO barometre_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON sign_in_attempts TO barometre_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON suppressions TO barometre_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON territories TO barometre_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON cards TO barometre_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON contacts TO barometre_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON indicators TO barometre_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON organisation_territories TO barometre_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON prompts TO barometre_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON territory_departements TO barometre_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON territory_successions TO barometre_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON territory_versions TO barometre_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON users TO barometre_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON waves TO barometre_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON batches TO barometre_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON cases TO barometre_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON follow_ups TO barometre_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON links TO barometre_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON wave_questionnaires TO barometre_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON batch_members TO barometre_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON chat_ties TO barometre_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON messages TO barometre_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON responses TO barometre_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON message_cases TO barometre_app;
