"""Every router of the API, the busiest first."""

from fastapi import APIRouter
from fastapi.routing import APIRoute

from api.rest import (
    assessments,
    batches,
    cities,
    cohorts,
    evidence,
    invitations,
    members,
    reports,
    results,
    review,
    reviewers,
    reviews,
    rubrics,
    session,
    submissions,
    talk,
    tokens,
)

ROUTERS: tuple[APIRouter, ...] = (
    assessments.router,
    results.router,
    evidence.router,
    submissions.router,
    talk.router,
    review.router,
    reviewers.router,
    reviews.router,
    reports.router,
    cities.router,
    members.router,
    invitations.router,
    session.router,
    tokens.router,
    batches.router,
    cohorts.router,
    rubrics.router,
)


def methods_at(path: str) -> str:
    """What can be done at a path of the API, as the header `Allow` says it."""
    routes = [route for router in ROUTERS for route in router.routes]
    found: set[str] = set()
    for route in routes:
        if isinstance(route, APIRoute) and route.path_regex.match(path):
            found |= route.methods or set()
    return ", ".join(sorted(found))
