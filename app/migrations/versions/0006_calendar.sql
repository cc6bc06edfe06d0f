-- The calendar of a wave: its steps, who signs, batches planned ahead, calls to make.
ALTER TABLE messages DROP CONSTRAINT message_step_known, ADD CONSTRAINT message_step_known
    CHECK (step IN ('invitation', 'reminder', 'delegation', 'receipt', 'card', 'renewal', 'assignment', 'validation', 'returned', 'prenotice'));
ALTER TABLE waves ADD COLUMN office_hours boolean DEFAULT true NOT NULL;
UPDATE waves SET office_hours = false
  FROM campaigns WHERE campaigns.id = waves.campaign_id AND campaigns.simulated;
ALTER TABLE wave_changes DROP CONSTRAINT wave_change_kind,
    DROP CONSTRAINT extension_says_until_when,
    ADD CONSTRAINT wave_change_kind
    CHECK (kind IN ('paused', 'resumed', 'extended', 'reopened')),
    ADD CONSTRAINT extension_says_until_when
    CHECK ((kind IN ('extended', 'reopened')) = (ends_at IS NOT NULL));
CREATE TABLE wave_steps (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    wave_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    kind TEXT NOT NULL,
    anchor TEXT NOT NULL,
    days BIGINT NOT NULL,
    words TEXT,
    CONSTRAINT pk_wave_steps PRIMARY KEY (id),
    CONSTRAINT uq_wave_steps_wave_id_position UNIQUE (wave_id, position),
    CONSTRAINT wave_step_kind CHECK (kind IN ('prenotice', 'reminder', 'last_call', 'telephone', 'letter')),
    CONSTRAINT wave_step_anchor CHECK (anchor IN ('invitation', 'end')),
    CONSTRAINT wave_step_on_its_side CHECK ((days < 0) = (kind = 'prenotice' OR anchor = 'end') AND days <> 0),
    CONSTRAINT wave_step_that_writes CHECK ((words IS NULL) = (kind IN ('telephone', 'letter'))),
    CONSTRAINT fk_wave_steps_wave_id FOREIGN KEY(wave_id) REFERENCES waves (id)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON wave_steps TO barometre_app;
-- What was the rule of every wave until now.
INSERT INTO wave_steps (wave_id, position, kind, anchor, days, words)
SELECT waves.id, usual.position, 'reminder', 'invitation', usual.days, 'reminder'
  FROM waves, (VALUES (1, 15), (2, 30)) AS usual (position, days)
 ORDER BY waves.id, usual.position;
CREATE TABLE senders (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    organisation_id BIGINT,
    name TEXT NOT NULL,
    reply_to TEXT NOT NULL,
    words TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_senders PRIMARY KEY (id),
    CONSTRAINT uq_senders_name UNIQUE (name),
    CONSTRAINT fk_senders_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisations (id)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON senders TO barometre_app;
ALTER TABLE batches ALTER COLUMN invited_at DROP NOT NULL,
    ADD COLUMN kind text DEFAULT 'departement' NOT NULL,
    ADD COLUMN share double precision,
    ADD COLUMN seed bigint,
    ADD COLUMN planned_at timestamptz,
    ADD COLUMN prenoticed_at timestamptz,
    ADD COLUMN sender_id bigint,
    DROP CONSTRAINT uq_batches_wave_id_departement_code,
    ADD CONSTRAINT fk_batches_sender_id FOREIGN KEY (sender_id) REFERENCES senders (id);
UPDATE batches SET kind = 'regions' WHERE departement_code IS NULL;
ALTER TABLE batches
    ADD CONSTRAINT batch_kind CHECK (kind IN ('departement', 'regions', 'trial', 'share')),
    ADD CONSTRAINT batch_of_a_departement
    CHECK ((kind = 'departement') = (departement_code IS NOT NULL)),
    ADD CONSTRAINT batch_of_a_share
    CHECK ((kind = 'share') = (share IS NOT NULL) AND (share IS NULL) = (seed IS NULL)),
    ADD CONSTRAINT batch_planned_or_invited CHECK (invited_at IS NOT NULL OR planned_at IS NOT NULL);
CREATE UNIQUE INDEX uq_batches_place ON batches (wave_id, kind, departement_code) NULLS NOT DISTINCT WHERE kind IN ('departement', 'regions');
CREATE INDEX ix_batches_planned ON batches (planned_at) WHERE invited_at IS NULL;
ALTER TABLE batch_members ALTER COLUMN invited_at DROP NOT NULL;
ALTER TABLE follow_ups ALTER COLUMN user_id DROP NOT NULL, ADD COLUMN step_id bigint,
    ADD CONSTRAINT uq_follow_ups_territory_id_step_id UNIQUE (territory_id, step_id),
    ADD CONSTRAINT fk_follow_ups_step_id FOREIGN KEY (step_id) REFERENCES wave_steps (id),
    ADD CONSTRAINT note_of_somebody CHECK (user_id IS NOT NULL OR step_id IS NOT NULL);
