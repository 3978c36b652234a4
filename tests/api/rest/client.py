"""A client of the API: finds an assessment, saves an answer, reads where the city stands."""

import sys
from dataclasses import dataclass
from typing import Any

import httpx2


@dataclass(frozen=True)
class Answer:
    """An answer with the version that we have seen of it."""

    value: object
    version: int


class Conflict(Exception):  # noqa: N818
    """Somebody else was faster; both answers are here, and nothing is lost."""

    def __init__(self, yours: Answer, theirs: Answer) -> None:
        self.yours, self.theirs = yours, theirs
        super().__init__(f"They have saved {theirs.value!r} in the meantime.")


class Readiness:
    """The API of one service, with a token."""

    def __init__(self, site: str, token: str) -> None:
        headers = {"Authorization": f"Bearer {token}", "Accept-Language": "es"}
        self.http = httpx2.Client(base_url=f"{site}/api/v1", headers=headers, timeout=30)

    def assessments(self) -> list[dict[str, Any]]:
        """All of them, page by page."""
        found: list[dict[str, Any]] = []
        after: str | None = None
        while True:
            page = self._get("/assessments", {"after": after} if after else {})
            found += page["items"]
            after = page["after"]
            if after is None:
                return found

    def answer(self, assessment: str, question: str) -> Answer:
        """An answer and its version; version 0, where nobody has answered yet."""
        said = self._get(f"/assessments/{assessment}/answers/{question}", {})
        return Answer(said["value"], said["version"])

    def save(self, assessment: str, question: str, value: object, *, seen: Answer) -> Answer:
        """Saves an answer over the one that we have seen."""
        response = self.http.put(
            f"/assessments/{assessment}/answers/{question}",
            json={"value": value},
            headers={"If-Match": f'"{seen.version}"'},
        )
        told = response.json()
        if response.status_code == 412:
            mine, theirs = told["yours"], told["theirs"]
            raise Conflict(
                Answer(mine["value"], mine["version"]), Answer(theirs["value"], theirs["version"])
            )
        if response.is_error:
            raise RuntimeError([problem["message"] for problem in told.get("problems", [told])])
        return Answer(value, told["version"])

    def points(self, assessment: str) -> tuple[int, int]:
        """The points that the evidence proves: those that are certain, those that are possible."""
        points = self._get(f"/assessments/{assessment}/result", {})["lenses"]["evidenced"]["points"]
        return points["guaranteed"], points["possible"]

    def _get(self, path: str, query: dict[str, str]) -> dict[str, Any]:
        found: dict[str, Any] = self.http.get(path, params=query).raise_for_status().json()
        return found


def main(site: str, token: str) -> None:
    """Raises the share of published awards, and tells the points."""
    readiness = Readiness(site, token)
    assessment = readiness.assessments()[0]["id"]
    seen = readiness.answer(assessment, "rdc7-awards")
    saved = readiness.save(assessment, "rdc7-awards", 97, seen=seen)
    guaranteed, possible = readiness.points(assessment)
    print(f"version {saved.version}: {guaranteed} to {possible} points")


if __name__ == "__main__":
    main(*sys.argv[1:])
