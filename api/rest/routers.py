"""Every router of the API, the busiest first."""

from fastapi import APIRouter

from api.rest import assessments, cities, invitations, members, results, rubrics, session, tokens

ROUTERS: tuple[APIRouter, ...] = (
    assessments.router,
    results.router,
    cities.router,
    members.router,
    invitations.router,
    session.router,
    tokens.router,
    rubrics.router,
)
