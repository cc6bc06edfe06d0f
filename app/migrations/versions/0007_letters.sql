-- Letters printed and posted; experiments on reminders; a mail when messages move to a chat.
ALTER TABLE messages DROP CONSTRAINT message_step_known, ADD CONSTRAINT message_step_known
    CHECK (step IN ('invitation', 'reminder', 'delegation', 'receipt', 'card', 'renewal', 'assignment', 'validation', 'returned', 'prenotice', 'moved_to_chat'));
CREATE INDEX ix_message_events_at ON message_events USING brin (at);
CREATE TABLE postal_addresses (
    territory_id BIGINT NOT NULL,
    street TEXT NOT NULL,
    postal_code TEXT NOT NULL,
    town TEXT NOT NULL,
    origin TEXT NOT NULL,
    as_of DATE NOT NULL,
    CONSTRAINT pk_postal_addresses PRIMARY KEY (territory_id),
    CONSTRAINT postal_code_of_five_digits CHECK (postal_code ~ '^[0-9]{5}$'),
    CONSTRAINT fk_postal_addresses_territory_id FOREIGN KEY(territory_id) REFERENCES territories (id)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON postal_addresses TO barometre_app;
CREATE TABLE print_runs (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    wave_id BIGINT NOT NULL,
    label TEXT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    made_by BIGINT NOT NULL,
    posted_at TIMESTAMP WITH TIME ZONE,
    posted_by BIGINT,
    CONSTRAINT pk_print_runs PRIMARY KEY (id),
    CONSTRAINT posted_by_somebody CHECK ((posted_at IS NULL) = (posted_by IS NULL)),
    CONSTRAINT fk_print_runs_wave_id FOREIGN KEY(wave_id) REFERENCES waves (id),
    CONSTRAINT fk_print_runs_made_by FOREIGN KEY(made_by) REFERENCES users (id),
    CONSTRAINT fk_print_runs_posted_by FOREIGN KEY(posted_by) REFERENCES users (id)
);
CREATE INDEX ix_print_runs_wave ON print_runs (wave_id, id);
GRANT SELECT, INSERT, UPDATE, DELETE ON print_runs TO barometre_app;
CREATE TABLE letters (
    run_id BIGINT NOT NULL,
    territory_id BIGINT NOT NULL,
    rank BIGINT NOT NULL,
    left_out_because TEXT,
    CONSTRAINT pk_letters PRIMARY KEY (run_id, territory_id),
    CONSTRAINT fk_letters_run_id FOREIGN KEY(run_id) REFERENCES print_runs (id),
    CONSTRAINT fk_letters_territory_id FOREIGN KEY(territory_id) REFERENCES territories (id)
);
CREATE INDEX ix_letters_territory ON letters (territory_id, run_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON letters TO barometre_app;
CREATE TABLE experiments (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    wave_id BIGINT NOT NULL,
    step_id BIGINT NOT NULL,
    label TEXT NOT NULL,
    tries TEXT NOT NULL,
    words TEXT,
    hour BIGINT,
    seed BIGINT NOT NULL,
    baseline DOUBLE PRECISION NOT NULL,
    effect DOUBLE PRECISION NOT NULL,
    alpha DOUBLE PRECISION NOT NULL,
    power DOUBLE PRECISION NOT NULL,
    early DOUBLE PRECISION NOT NULL,
    days BIGINT NOT NULL,
    n_per_arm BIGINT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    made_by BIGINT NOT NULL,
    closed_at TIMESTAMP WITH TIME ZONE,
    finding TEXT,
    difference DOUBLE PRECISION,
    low DOUBLE PRECISION,
    high DOUBLE PRECISION,
    CONSTRAINT pk_experiments PRIMARY KEY (id),
    CONSTRAINT experiment_tries CHECK (tries IN ('words', 'hour')),
    CONSTRAINT experiment_says_what_it_tries CHECK ((tries = 'words') = (words IS NOT NULL) AND (tries = 'hour') = (hour IS NOT NULL)),
    CONSTRAINT experiment_hour CHECK (hour BETWEEN 0 AND 23),
    CONSTRAINT experiment_finding CHECK (finding IN ('usual_better', 'tried_better', 'no_difference', 'too_few')),
    CONSTRAINT experiment_closed_with_a_finding CHECK ((closed_at IS NULL) = (finding IS NULL)),
    CONSTRAINT fk_experiments_wave_id FOREIGN KEY(wave_id) REFERENCES waves (id),
    CONSTRAINT fk_experiments_step_id FOREIGN KEY(step_id) REFERENCES wave_steps (id),
    CONSTRAINT fk_experiments_made_by FOREIGN KEY(made_by) REFERENCES users (id)
);
CREATE INDEX ix_experiments_wave ON experiments (wave_id, id);
CREATE UNIQUE INDEX uq_experiments_open ON experiments (step_id) WHERE closed_at IS NULL;
GRANT SELECT, INSERT, UPDATE, DELETE ON experiments TO barometre_app;
CREATE TABLE experiment_mailboxes (
    experiment_id BIGINT NOT NULL,
    address_id BIGINT NOT NULL,
    stratum TEXT NOT NULL,
    arm TEXT NOT NULL,
    CONSTRAINT pk_experiment_mailboxes PRIMARY KEY (experiment_id, address_id),
    CONSTRAINT experiment_arm CHECK (arm IN ('usual', 'tried')),
    CONSTRAINT fk_experiment_mailboxes_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (id),
    CONSTRAINT fk_experiment_mailboxes_address_id FOREIGN KEY(address_id) REFERENCES addresses (id)
);
CREATE INDEX ix_experiment_mailboxes_address ON experiment_mailboxes (address_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON experiment_mailboxes TO barometre_app;
