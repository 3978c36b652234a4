"""Claim, machine and coach side by side, of everything in a submission."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

from sqlalchemy import bindparam, func, select

from api.accounts.actor import Actor
from api.db.review_tables import resolution
from api.db.session import Transaction
from api.db.tables import comment
from api.errors import NotThere
from api.review.assigning import assigned
from api.review.lines import agreeable, judged_of, line_of, waits
from api.review.requesting import open_request
from api.review.reviewed import basis_of, confirmed, look, names_of
from api.review.signing import last_sign_off
from api.review.views import LineState, Review
from api.workspace.accepting import MEDIA_TYPES
from api.workspace.blindness import is_blind
from api.workspace.locker import OpenFile
from api.workspace.reading import read_assessment
from api.workspace.submitting import read_submission
from assessment.results import Assessment

_THREADS = (
    select(comment.c.about, func.count().label("number"))
    .outerjoin(resolution, resolution.c.comment_id == comment.c.id)
    .where(
        comment.c.assessment_id == bindparam("assessment"),
        comment.c.reply_to.is_(None),
        resolution.c.comment_id.is_(None),
    )
    .group_by(comment.c.about)
)


def read_review(
    db: Transaction, who: Actor, assessment_id: str, number: int | None = None
) -> Review:
    """A submission (without a number: the last one) as a coach reviews it."""
    reviewed = look(db, who, assessment_id, number, blind=True)
    blind = is_blind(db, who, assessment_id, city=reviewed.found.city_id)
    of = {"assessment": assessment_id}
    threads = Counter({row.about: row.number for row in db.sql.execute(_THREADS, of)})
    request = open_request(db, reviewed.found) if not blind else None
    # What the team changed tells what was asked of it: a second reader compares nothing.
    before = (reviewed.number - 1 or None) if not blind else None
    earlier = look(db, who, assessment_id, before) if before is not None else None
    result = confirmed(reviewed)
    handed_in = read_submission(db, who, assessment_id, reviewed.number, blind=True).view
    asks = request.asks if request is not None else {}
    judged = judged_of(result)
    lines = tuple(
        line_of(
            reviewed,
            name,
            *judged[name],
            changed=earlier is not None and basis_of(earlier, name) != basis_of(reviewed, name),
            asked=asks.get(name),
            threads=0 if blind else threads[name],
        )
        for name in names_of(reviewed.rubric)
    )
    return Review(
        assessment=read_assessment(db, who, assessment_id),
        submission=replace(handed_in, lenses=result.lenses) if blind else handed_in,
        before=before,
        lines=lines,
        lenses=result.lenses,
        decided=sum(line.state is LineState.DECIDED for line in lines),
        to_decide=sum(waits(line) for line in lines),
        agreeable=sum(agreeable(line) for line in lines),
        coaches=assigned(db, assessment_id),
        request=request,
        signed=last_sign_off(db, reviewed.found) if not blind else None,
        blind=blind,
    )


def review_result(
    db: Transaction, who: Actor, assessment_id: str, number: int | None = None
) -> Assessment:
    """The whole result of a submission with the decisions that count, reasons and traces in it."""
    return confirmed(look(db, who, assessment_id, number, blind=True))


def open_submitted_file(
    db: Transaction, who: Actor, assessment_id: str, number: int | None, evidence_id: str
) -> OpenFile:
    """The file of a piece as it was handed in, whatever the team has done with it since."""
    reviewed = look(db, who, assessment_id, number, blind=True)
    for piece in reviewed.handed_in.evidence or ():
        if piece.id != evidence_id or piece.facts is None or piece.file is None:
            continue
        sha256 = piece.facts.sha256
        path = db.blobs.path_of(sha256) if sha256 is not None else None
        if sha256 is None or path is None or not path.is_file():
            break
        media = MEDIA_TYPES.get(piece.facts.format or "", "application/octet-stream")
        return OpenFile(path, Path(piece.file).name, media, path.stat().st_size, sha256)
    raise NotThere("file", evidence_id)
