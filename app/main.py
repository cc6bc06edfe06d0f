"""The web application: the one place where the web parts meet."""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from admin.main import build_console
from app.house import House
from app.respond.routes import respond
from app.site.routes import site
from app.web import app_state, assets, errors, healthz, request_log, security, skin
from reports.blank.letters import printer
from reports.blank.web import blueprint as paper
from reports.cards.web import blueprint as cards
from reports.receipts.web import blueprint as receipts


def create_app(house: House) -> Flask:
    """The whole site, served from this house."""
    app = Flask(__name__, static_folder="web/static", static_url_path="/static")
    app.config["SECRET_KEY"] = house.settings.secret_key
    if house.settings.production:
        # Behind one proxy (docs/deployer.md): without this, everybody has the proxy's address and
        # one person's wrong passwords would shut the door to all.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1)  # type: ignore[method-assign]
    app_state.install(app, house)
    request_log.install(app)
    security.install(app)
    errors.install(app)
    skin.install(app, house.settings.skin)
    for blueprint in (assets.blueprint, healthz.blueprint, respond, site, cards, paper, receipts):
        app.register_blueprint(blueprint)
    build_console(app, house, printer(house))
    return app
