"""The kinds of report about one city, and the earlier result that a session sheet looks back at."""

from pathlib import Path

import msgspec

from api.services import Scored, tell
from assessment.progress import NotComparableError
from assessment.results import Assessment
from reports.builder import CityKind
from reports.edition import Edition
from reports.i18n import Language
from rubrics.problems import InputError, Place, Problem


def edition_of(
    scored: Scored, language: Language, *, kind: CityKind = "report", since: Path | None = None
) -> Edition:
    """A report of any kind about a city; `since` is the file of the result of the last time."""
    earlier = read_result(since) if since is not None else None
    if earlier is not None and since is not None and earlier.on > scored.assessment.on:
        params = {"day": earlier.on.isoformat(), "on": scored.assessment.on.isoformat()}
        raise InputError([Problem("result.later", Place(str(since)), params)])
    try:
        return tell(scored, language, kind=kind, since=earlier)
    except NotComparableError:
        raise InputError([Problem("result.other_city", Place(str(since)), {})]) from None


def read_result(path: Path) -> Assessment:
    """A result that `readiness score --json` wrote."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Assessment)
    except OSError as error:
        params = {"file": str(path), "detail": error.strerror or type(error).__name__}
        raise InputError([Problem("file.not_readable", Place(str(path)), params)]) from None
    except (msgspec.DecodeError, RecursionError) as error:
        params = {"detail": str(error)}
        raise InputError([Problem("result.unreadable", Place(str(path)), params)]) from None
