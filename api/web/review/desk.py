"""What a coach has before their eyes: the review, their own opinions, and what changed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from api.accounts import Actor
from api.db import Transaction
from api.review.differing import differences
from api.review.second import read_reading
from api.review.views import Difference, Differences, Opinion, ReviewLine
from api.web.review.frame import ReviewFrame, progress_text, review_frame
from api.web.review.lines import LineView, line_views
from reports.i18n import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A review with the reader's own opinions, if they read blind, and the last changes."""

    frame: ReviewFrame
    opinions: Mapping[str, Opinion]
    changed: Differences | None

    @property
    def touched(self) -> frozenset[str]:
        """What to look at after a resubmission: what changed, and what was asked and did not."""
        if self.changed is None:
            return frozenset()
        return frozenset((*(one.about for one in self.changed.lines), *self.changed.untouched))

    def change_of(self, about: str) -> Difference | None:
        """What became of a line since the submission before."""
        lines = self.changed.lines if self.changed is not None else ()
        return next((one for one in lines if one.about == about), None)

    def views(self, language: Language) -> tuple[LineView, ...]:
        """Every line in words."""
        return line_views(self.frame, language, self.opinions)

    def version_of(self, line: ReviewLine) -> int:
        """The version of what the reader said last about a line."""
        if not self.frame.review.blind:
            return line.version
        given = self.opinions.get(line.about)
        return given.version if given is not None else 0


def desk_of(
    db: Transaction, who: Actor, assessment_id: str, language: Language, *, section: str = ""
) -> Desk:
    """The desk of somebody for the last submission of an assessment."""
    frame = review_frame(db, who, assessment_id, language, section=section)
    reading = read_reading(db, who, assessment_id) if frame.review.blind else None
    opinions = {one.about: one for one in reading.opinions} if reading is not None else {}
    if frame.review.blind:
        waiting = sum(view.waits for view in line_views(frame, language, opinions))
        frame = replace(frame, progress=progress_text(len(opinions), waiting, language))
    before = frame.review.before
    return Desk(
        frame=frame,
        opinions=opinions,
        changed=differences(db, who, assessment_id) if before is not None else None,
    )
