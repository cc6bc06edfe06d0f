-- Whom a step speaks to; letters that the calendar prints.
ALTER TABLE wave_steps ADD COLUMN audience text DEFAULT 'all' NOT NULL,
    ADD CONSTRAINT wave_step_audience CHECK (
        audience IN ('all', 'started', 'unstarted') AND (kind <> 'prenotice' OR audience = 'all'));
ALTER TABLE print_runs ALTER COLUMN made_by DROP NOT NULL,
    ADD COLUMN step_id bigint CONSTRAINT fk_print_runs_step_id REFERENCES wave_steps (id),
    ADD CONSTRAINT made_by_somebody CHECK ((made_by IS NULL) = (step_id IS NOT NULL));
CREATE INDEX ix_print_runs_step ON print_runs (step_id, id) WHERE step_id IS NOT NULL;
CREATE INDEX ix_messages_template ON messages (template_id);
