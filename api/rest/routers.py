"""Every router of the API, the busiest first."""

from fastapi import APIRouter

from api.rest import assessments, cities, results, rubrics, session, tokens

ROUTERS: tuple[APIRouter, ...] = (
    assessments.router,
    results.router,
    cities.router,
    session.router,
    tokens.router,
    rubrics.router,
)
