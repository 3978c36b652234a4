"""Every router of the API, the busiest first."""

from fastapi import APIRouter

from api.rest import (
    assessments,
    cities,
    evidence,
    invitations,
    members,
    results,
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
    cities.router,
    members.router,
    invitations.router,
    session.router,
    tokens.router,
    rubrics.router,
)
