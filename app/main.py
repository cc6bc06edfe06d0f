"""The web application: the one place where the web parts meet."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from admin.main import build_console
from app.house import House
from app.respond.routes import respond
from app.site.routes import site
from app.web import app_state, assets, errors, healthz, metrics, request_log, security, skin
from reports.blank.letters import printer
from reports.blank.web import blueprint as paper
from reports.cards.web import blueprint as cards
from reports.post.letters import printer as letters_printer
from reports.receipts.web import blueprint as receipts


def create_app(house: House, *, counters: Path | None = None) -> Flask:
    """The whole site, served from this house.

    `counters`: where the processes of one site count their requests together; None: there is one.
    """
    app = Flask(__name__, static_folder="web/static", static_url_path="/static")
    app.config["SECRET_KEY"] = house.settings.secret_key
    if house.settings.production:
        # Behind one proxy (docs/deployer.md): without this, everybody has the proxy's address and
        # one person's wrong passwords would shut the door to all.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1)  # type: ignore[method-assign]
    app_state.install(app, house)
    request_log.install(app)
    metrics.install(app, counters)
    security.install(app)
    errors.install(app)
    skin.install(app, house.settings.skin)
    for blueprint in (
        assets.blueprint,
        healthz.blueprint,
        metrics.blueprint,
        respond,
        site,
        cards,
        paper,
        receipts,
    ):
        app.register_blueprint(blueprint)
    build_console(app, house, printer(house), letters_printer(house))
    return app
