-- Sending: mail that comes back, holds, which database may send, who wrote a template.
ALTER TABLE requests DROP CONSTRAINT request_kind_known, ADD CONSTRAINT request_kind_known
    CHECK (kind IN ('help', 'not_ours', 'new_link', 'paper', 'new_address'));
ALTER TABLE message_templates ADD COLUMN written_by bigint,
    ADD CONSTRAINT fk_message_templates_written_by FOREIGN KEY (written_by) REFERENCES users (id);
CREATE INDEX ix_addresses_domain ON addresses (split_part(lower(value), '@', 2))
    WHERE channel = 'email';
CREATE TABLE mail_reports (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    digest TEXT NOT NULL,
    kind TEXT NOT NULL,
    code TEXT NOT NULL,
    message_id UUID,
    address_id BIGINT,
    received_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_mail_reports PRIMARY KEY (id),
    CONSTRAINT mail_report_kind CHECK (kind IN ('hard', 'soft', 'full', 'moved', 'delayed', 'delivered', 'auto_reply', 'complaint', 'other')),
    CONSTRAINT uq_mail_reports_digest UNIQUE (digest),
    CONSTRAINT fk_mail_reports_message_id FOREIGN KEY(message_id) REFERENCES messages (id),
    CONSTRAINT fk_mail_reports_address_id FOREIGN KEY(address_id) REFERENCES addresses (id)
);
CREATE INDEX ix_mail_reports_address ON mail_reports (address_id, received_at);
CREATE INDEX ix_mail_reports_message ON mail_reports (message_id);
CREATE INDEX ix_mail_reports_received ON mail_reports (received_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON mail_reports TO barometre_app;
CREATE TABLE sending_holds (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    reason TEXT NOT NULL,
    domain TEXT,
    since TIMESTAMP WITH TIME ZONE NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id TEXT,
    lifted_at TIMESTAMP WITH TIME ZONE,
    lifted_by_kind TEXT,
    lifted_by_id TEXT,
    CONSTRAINT pk_sending_holds PRIMARY KEY (id),
    CONSTRAINT sending_hold_reason CHECK (reason IN ('copy', 'operator', 'domain')),
    CONSTRAINT hold_of_a_domain CHECK ((reason = 'domain') = (domain IS NOT NULL)),
    CONSTRAINT hold_lifted_by_somebody CHECK ((lifted_at IS NULL) = (lifted_by_kind IS NULL))
);
CREATE UNIQUE INDEX uq_sending_holds_live ON sending_holds (reason, domain) NULLS NOT DISTINCT WHERE lifted_at IS NULL;
GRANT SELECT, INSERT, UPDATE, DELETE ON sending_holds TO barometre_app;
CREATE TABLE installation (
    id BIGINT NOT NULL,
    system_identifier TEXT NOT NULL,
    database_oid BIGINT NOT NULL,
    timeline BIGINT NOT NULL,
    public_url TEXT NOT NULL,
    noted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_installation PRIMARY KEY (id),
    CONSTRAINT only_one_installation CHECK (id = 1)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON installation TO barometre_app;
