"""The HTTP server over the joined parts."""

import json

from tornado.httpserver import HTTPServer
from tornado.web import Application

from handlers import openapi, routes
from handlers.access_log import log_request
from handlers.docs import program_version
from handlers.house import House
from handlers.not_found import NotFoundHandler

# Bodies are judged by the handlers, before Tornado's own limit, and answered 413 as problems.
NO_LIMIT = 2**50
BODY_SECONDS = 60
IDLE_SECONDS = 75


def application(house: House) -> Application:
    """The application; a route without a declared audience and permission stops here."""
    routes.check(routes.ROUTES)
    document = openapi.document(routes.ROUTES, version=program_version(), url=house.public_url)
    return Application(
        routes.url_specs(routes.ROUTES, house),
        default_handler_class=NotFoundHandler,
        default_handler_args={"house": house, "path_template": "(none)"},
        log_function=log_request,
        openapi=json.dumps(document, ensure_ascii=False),
    )


def server(house: House) -> HTTPServer:
    """The server, not listening yet."""
    return HTTPServer(
        application(house),
        max_body_size=NO_LIMIT,
        body_timeout=BODY_SECONDS,
        idle_connection_timeout=IDLE_SECONDS,
    )
