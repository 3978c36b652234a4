"""Puts the pages into the application: their routes, their static files, their page for errors."""

from fastapi import FastAPI
from starlette.routing import Route

from api.web.faults import fault_page
from api.web.routes import (
    account,
    batches,
    calibration,
    cities,
    cohorts,
    criteria,
    declarations,
    impact,
    joining,
    locker,
    mail,
    outlook,
    requirements,
    review,
    review_ending,
    review_files,
    reviews,
    signing,
    start,
    submitting,
    talk,
    tasks,
    workbook,
)
from api.web.static_files import PREFIX, serve_static

ROUTERS = tuple(
    module.router
    for module in (
        start,
        signing,
        joining,
        account,
        cities,
        batches,
        cohorts,
        impact,
        tasks,
        requirements,
        declarations,
        criteria,
        locker,
        outlook,
        submitting,
        workbook,
        reviews,
        calibration,
        mail,
        review_files,
        review,
        review_ending,
        talk,
    )
)


def mount(app: FastAPI) -> None:
    """Adds everything that a browser is shown."""
    for router in ROUTERS:
        app.include_router(router)
    app.router.routes.append(Route(PREFIX + "{name}", serve_static, methods=["GET"]))
    app.state.fault_page = fault_page
