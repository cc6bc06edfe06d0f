"""What each mail of the corpus must give. All were written for this test, as these systems write.

Mails whose message is `None` hold nothing of it but, most of them, the return path they came by.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple
from uuid import UUID

CORPUS = Path(__file__).parent / "corpus"
MESSAGE = UUID("0b2fc3a0-1111-4222-8333-444455556666")
TOKEN = "0b2fc3a0111142228333444455556666-00112233aabbccdd"


class Expected(NamedTuple):
    """`quoted`: the mail names our Message-ID; `signed`: it names the message's return path."""

    name: str
    kind: str
    code: str = ""
    recipient: str = ""
    moved_to: str = ""
    quoted: bool = True
    signed: bool = True

    @property
    def raw(self) -> bytes:
        return (CORPUS / f"{self.name}.eml").read_bytes()


TABLE = (
    Expected("postfix-unknown-user", "hard", "5.1.1", "mairie@ajain.invalid"),
    Expected("postfix-no-such-domain", "hard", "5.4.4", "mairie@commune-disparue.invalid"),
    Expected("postfix-null-mx", "hard", "5.1.0", "mairie@sans-courrier.invalid"),
    Expected("postfix-connection-timed-out", "soft", "4.4.1", "mairie@bonnat.invalid"),
    Expected("postfix-over-quota", "full", "5.2.2", "accueil@felletin.invalid"),
    Expected("postfix-delayed", "delayed", "4.4.1", "mairie@gentioux.invalid"),
    Expected("postfix-delivered", "delivered", "2.0.0", "mairie@gueret.invalid"),
    Expected("postfix-alias-half-dead", "delivered", "2.0.0", "secretariat@agglo.invalid"),
    Expected("exim-unrouteable", "hard", "5.1.1", "mairie@saint-vaury.invalid"),
    Expected("exim-retry-timeout", "soft", "4.7.1", "mairie@lent.invalid"),
    Expected("exim-delayed", "delayed", "", "mairie@lent.invalid"),
    Expected("exim-rfc3464", "hard", "5.0.0", "contact@chambon.invalid"),
    Expected("m365-unknown-fr", "hard", "5.1.10", "secretaire@bourganeuf.invalid"),
    Expected("m365-access-denied", "hard", "5.4.1", "mairie@la-souterraine.invalid"),
    Expected("m365-blocked-as-spam", "soft", "5.7.606", "mairie@dun.invalid"),
    Expected("m365-mailbox-full-de", "full", "5.2.2", "rathaus@kehl.invalid"),
    Expected("m365-domain-gone", "hard", "5.4.310", "mairie@ancienne-commune.invalid"),
    Expected("m365-delayed", "delayed", "4.4.7", "mairie@gouzon.invalid"),
    Expected("exchange-2003", "hard", "5.1.1", "mairie@evaux.invalid", quoted=False),
    Expected("hotmail-unavailable", "hard", "5.5.0", "mairie.sardent@hotmail.invalid"),
    Expected("gmail-no-such-user", "hard", "5.1.1", "mairie.creuse@gmail.invalid"),
    Expected("gmail-over-quota-es", "full", "5.2.2", "ayuntamiento.irun@gmail.invalid"),
    Expected("gmail-disabled", "hard", "5.2.1", "elu.ajain@gmail.invalid"),
    Expected("gmail-rate-limited", "soft", "5.2.1", "mairie.auzances@gmail.invalid"),
    Expected("gmail-delay-fr", "delayed", "4.4.1", "mairie.creuse@gmail.invalid"),
    Expected("gmail-dmarc", "soft", "5.7.26", "mairie.jarnages@gmail.invalid"),
    Expected("orange-unknown", "hard", "5.1.1", "mairie.ahun@wanadoo.invalid"),
    Expected("orange-too-many", "soft", "4.0.0", "mairie.ahun@orange.invalid"),
    Expected("orange-full-fr", "full", "", "mairie.boussac@wanadoo.invalid"),
    Expected("free-unknown", "hard", "5.2.1", "mairie.toulx@free.invalid"),
    Expected("free-spam", "soft", "5.0.0", "mairie.toulx@free.invalid"),
    Expected("sfr-full", "full", "5.2.0", "mairie.lupersat@sfr.invalid"),
    Expected("laposte-unknown", "hard", "5.5.0", "mairie.vigeville@laposte.invalid"),
    Expected("ovh-unknown", "hard", "5.1.1", "mairie@crocq.invalid"),
    Expected("zimbra-over-quota", "full", "5.2.2", "accueil@cc-pays-dunois.invalid"),
    Expected("zimbra-unknown", "hard", "5.1.1", "dgs@cc-pays-dunois.invalid", quoted=False),
    Expected("qmail-no-mailbox", "hard", "5.1.1", "mairie@lupersat.invalid"),
    Expected("qmail-full", "full", "", "adjoint@lupersat.invalid"),
    Expected("qmail-gave-up", "soft", "4.4.1", "mairie@mainsat.invalid"),
    Expected("sendmail-unknown", "hard", "5.1.1", "mairie@benevent.invalid"),
    Expected("sendmail-still-trying", "delayed", "4.4.1", "mairie@benevent.invalid"),
    Expected(
        "sendmail-moved",
        "moved",
        "5.1.6",
        "secretaire@benevent.invalid",
        "secretariat@cc-benevent.invalid",
    ),
    Expected("domino-not-listed", "hard", "", "mairie@epci-domino.invalid"),
    Expected("groupwise-unknown", "hard", "", "mairie@groupwise.invalid"),
    Expected("mdaemon-fr", "hard", "", "urbanisme@mairie-mdaemon.invalid"),
    Expected("aruba-it", "hard", "", "comune@ventimiglia.invalid"),
    Expected("kpn-nl-full", "full", "", "gemeente@baarle.invalid"),
    Expected("sapo-pt-unknown", "hard", "", "camara@chaves.invalid"),
    Expected("web-de-unknown", "hard", "", "rathaus@breisach.invalid"),
    Expected("correos-es-unknown", "hard", "", "ayuntamiento@irun.invalid"),
    Expected("yahoo-html-only", "hard", "", "mairie.mautes@yahoo.invalid", quoted=False),
    Expected("smtputf8-global", "hard", "5.1.1", "mairie@evaux.invalid"),
    Expected("status-in-base64", "hard", "5.1.1", "mairie@encode.invalid", quoted=False),
    Expected("away-exchange-fr", "auto_reply", "", "mairie@gueret.invalid"),
    Expected("away-vacation-en", "auto_reply", "", "dgs@aubusson.invalid"),
    Expected("away-de", "auto_reply", "", "rathaus@kehl.invalid", quoted=False),
    Expected("away-es", "auto_reply", "", "ayuntamiento@irun.invalid", quoted=False),
    Expected("away-it", "auto_reply", "", "comune@ventimiglia.invalid", quoted=False),
    Expected("away-nl", "auto_reply", "", "gemeente@baarle.invalid", quoted=False),
    Expected("away-closed-town-hall", "auto_reply", "", "mairie@crocq.invalid", quoted=False),
    Expected(
        "away-from-postmaster", "auto_reply", "", "postmaster@petite-commune.invalid", quoted=False
    ),
    Expected(
        "away-new-address-fr",
        "auto_reply",
        "",
        "mairie.crozant@wanadoo.invalid",
        "mairie@crozant.invalid",
    ),
    Expected("exchange-online-fr-bare", "hard", "5.1.10", "accueil@boussac.invalid"),
    Expected("gmail-blocked-fr", "soft", "5.7.1", "mairie.bonnat@gmail.invalid"),
    Expected("ovh-zimbra-full-fr", "full", "5.0.0", "mairie@dun-le-palestel.invalid"),
    Expected("proofpoint-deferred", "delayed", "4.4.7", "dgs@agglo-gueret.invalid"),
    Expected("proofpoint-expired", "soft", "4.4.7", "dgs@agglo-gueret.invalid"),
    Expected("away-secretary-unmarked", "auto_reply", "", "secretariat@chenerailles.invalid"),
    Expected("away-no-longer-read", "other", "", "mairie@moutier.invalid"),
    Expected(
        "address-change-unmarked",
        "other",
        "",
        "mairie.royere@wanadoo.invalid",
        "mairie@royere.invalid",
    ),
    Expected("moved-fr-server", "moved", "", "", "mairie@nouveau-nom.invalid"),
    Expected("moved-551", "moved", "5.0.0", "maire@marsac.invalid", "mairie@cc-marsac.invalid"),
    Expected("read-receipt", "auto_reply", quoted=False),
    Expected("arf-abuse", "complaint", "", "mairie@gueret.invalid"),
    Expected("arf-redacted", "complaint"),
    Expected("arf-not-spam", "other", "", "mairie@gueret.invalid"),
    Expected("microsoft-jmrp", "complaint", "", "mairie.sardent@hotmail.invalid"),
    Expected("challenge-mailinblack", "other"),
    Expected("challenge-en", "other", quoted=False),
    Expected("human-reply", "other"),
    Expected("human-about-a-bounce", "other", quoted=False),
    Expected("unwanted-advertising", "other", quoted=False, signed=False),
)
