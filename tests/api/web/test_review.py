"""A review from submission to signature, with a team and a coach who read different languages."""

import io

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from pypdf import PdfReader

from api.demo_data import sign_in_demo
from api.hardening.sessions import cookie_name
from api.review.deciding import decide
from api.review.views import Word
from api.workspace.answering import save_answer
from api.workspace.reading import assessments
from api.workspace.submitting import submit
from tests.api.review.conftest import replayed
from tests.api.web.conftest import Visit, Visitor
from tests.api.web.serving import Site
from tests.api.web.test_access import RULES, by_keyboard

MOST = 40
"""Clicks and keystrokes to review a submission where the machine is wrong three times."""

FLAGGED = ("rdc7-policy", "rdc7-licence")
"""Where the coach needs more proof than the machine."""

REFUSED = "rdc8-journey-map"
"""Where the coach says no and the machine yes."""


class Hands:
    """A coach's hands: every click and every key that goes down is counted."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.count = 0

    def click(self, what: str) -> None:
        self.page.click(what)
        self.count += 1

    def go(self, what: str) -> None:
        """A click that leads to another page."""
        with self.page.expect_navigation():
            self.click(what)
        self.see()

    def see(self) -> None:
        """People look at a page before they touch a key; by then it is ready."""
        self.page.wait_for_selector("[data-keys]:not([hidden])")

    def press(self, keys: str) -> None:
        self.page.keyboard.press(keys)
        self.count += len(keys.split("+"))

    def write(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.count += len(text)


def assessment_of(site: Site, city: str) -> str:
    with site.app.state.site.database.write() as db:
        coach = sign_in_demo(db, "coach").actor
        return next(a.id for a in assessments(db, coach).items if a.city.name == city)


def sign_in_as(one: Visitor, persona: str) -> None:
    """As somebody of the demo who stands on no button."""
    with one.site.app.state.site.database.write() as db:
        cookie = sign_in_demo(db, persona).cookie
    name = cookie_name(one.site.app.state.site.settings)
    one.context.add_cookies([{"name": name, "value": cookie, "url": one.site.url}])


def complaints(one: Visitor, *, keyboard: bool = False) -> list[object]:
    """What axe, a small phone and, if asked, the keyboard have to say of the page."""
    for closed in one.page.query_selector_all("details:not([open]) > summary"):
        closed.evaluate("summary => summary.parentElement.open = true")
    result = Axe().run(one.page, options=RULES).response
    found: list[object] = [(v["id"], v["nodes"][0]["html"]) for v in result["violations"]]
    found += by_keyboard(one.page) if keyboard else []
    size = one.page.viewport_size
    one.page.set_viewport_size({"width": 320, "height": 640})
    width = one.page.evaluate("document.documentElement.scrollWidth")
    found += [f"{width} wide"] if width > 320 else []
    if size is not None:
        one.page.set_viewport_size(size)
    return found


def reviewed(hands: Hands, base: str) -> None:
    """All lines of a submission, in which the machine is wrong about three."""
    for about in FLAGGED:
        hands.go(f"a[href='{base}/lines/{about}']")
        hands.press("4")
        hands.click(".sentences button >> visible=true >> nth=0")
        hands.press("Control+Enter")
        hands.page.wait_for_url("**done=decided")
        hands.see()
        hands.press("o")
        hands.page.wait_for_url(f"**{base}")
        hands.see()
    hands.go(f"a[href='{base}/lines/{REFUSED}']")
    hands.press("3")
    hands.write("Sin firma.")
    hands.press("Control+Enter")
    hands.page.wait_for_url("**done=decided")
    hands.see()
    hands.press("o")
    hands.page.wait_for_url(f"**{base}")
    hands.see()
    hands.press("a")
    hands.page.wait_for_url("**done=agreed")


class Walk:
    """A team that reads Portuguese, a coach who reads Spanish, and what is wrong on their way."""

    def __init__(self, team: Visitor, coach: Visitor) -> None:
        self.team = team
        self.coach = coach
        self.assessment = assessment_of(team.site, "Puerto Claro")
        self.base = f"/reviews/{self.assessment}"
        self.own = f"/assessments/{self.assessment}"
        self.found: list[tuple[object, ...]] = []

    def look(self, one: Visitor, path: str = "", *, keyboard: bool = False) -> None:
        """Notes what is wrong with a page."""
        if path:
            one.go(path)
        self.found += [(one.page.url, what) for what in complaints(one, keyboard=keyboard)]

    def submit(self) -> None:
        self.team.go(f"{self.own}/submit")
        self.team.page.check("#sure")
        send(self.team.page, "main form button[type=submit]")

    def review(self) -> int:
        """The coach goes through all of it and asks for changes; how many clicks and keys."""
        self.look(self.coach, "/reviews", keyboard=True)
        self.coach.page.reload()
        hands = Hands(self.coach.page)
        hands.go(f"a[href='{self.base}']")
        reviewed(hands, self.base)
        hands.click(f"a[href='{self.base}/request']")
        hands.click("[data-save-this]")
        self.coach.page.wait_for_url("**done=asked")
        return hands.count

    def talk(self) -> None:
        page = self.coach.page
        self.coach.go(f"{self.base}/lines/{FLAGGED[0]}")
        page.fill("#comment", "@Puerto Claro, ¿en qué página está?")
        send(page, ".talk [data-save-this]")
        page.fill("#comment", "No lo veo claro.")
        page.check("#private")
        send(page, ".talk [data-save-this]")
        assert page.locator(".thread--private").count() == 1
        assert page.locator(".thread").count() == 2
        self.look(self.coach, keyboard=True)

    def change(self) -> None:
        """Only what was flagged is open to the team, and that is changed."""
        team = self.team
        team.go(self.own)
        assert team.page.locator(".asked__list > li").count() == 2
        assert "Leí “Ordenanza" in team.page.inner_text(".asked")
        self.look(team)
        assert [name for name in requirements(team) if is_open(team, self.own, name)] == [*FLAGGED]
        self.look(team, f"{self.own}/requirements/rdc7-awards")
        self.look(team, f"{self.own}/requirements/{FLAGGED[0]}")
        assert "No lo veo claro." not in team.page.inner_text("main")
        assert "¿en qué página está?" in team.page.inner_text(".thread")
        for name in FLAGGED:
            team.go(f"{self.own}/requirements/{name}")
            team.page.check("input[name=answer] >> nth=2")
            team.page.wait_for_selector("[data-state].is-kept")

    def look_again(self) -> None:
        """The coach sees the differences alone."""
        hands = Hands(self.coach.page)
        self.look(self.coach, self.base)
        assert lines_on(self.coach.page) == [f"{self.base}/lines/{name}" for name in FLAGGED]
        self.look(self.coach, f"{self.base}/changes")
        assert self.coach.page.locator("section.step").count() == 2
        send(self.coach.page, "section.step a >> nth=0")
        self.look(self.coach)
        self.coach.page.reload()
        hands.see()
        hands.press("1")
        self.coach.page.wait_for_url("**done=decided")
        hands.see()
        hands.press("1")
        self.coach.page.wait_for_url("**done=decided-all")

    def sign(self) -> str:
        self.look(self.coach, f"{self.base}/sign-off")
        self.coach.page.check("#sure")
        send(self.coach.page, ".question [data-save-this]")
        self.look(self.coach)
        return self.coach.page.inner_text(".answer .hash")


def test_from_submission_to_signature_in_two_languages(visit: Visit):
    team, coach = visit(), visit()
    walk = Walk(team, coach)
    team.speak("pt")
    sign_in_as(team, "lead-puerto-claro")
    coach.speak("es")
    coach.sign_in("coach")

    walk.submit()
    count = walk.review()
    walk.talk()
    walk.change()
    walk.submit()
    walk.look_again()
    seal = walk.sign()

    print(f"{count} clicks and keystrokes")
    assert count < MOST
    walk.look(team, walk.own)
    assert team.page.inner_text(".asked--done .hash") == seal
    report = printed(team, f"{walk.own}/report.pdf")
    assert seal.split()[-1] in "".join(report.split())
    assert "Marta Rojas" in report
    assert "Puerto Claro" in printed(coach, f"{walk.base}/session.pdf")
    for path in ("/reviews/calibration", "/reviews/mail"):
        walk.look(coach, path)
    service = coach.site.app.state.site.database
    with service.write() as db:
        reader = sign_in_demo(db, "coach").actor
    assert list(replayed(service, reader, walk.base.removeprefix("/reviews/"))) == [True, True]
    assert walk.found == []


def send(page: Page, button: str) -> None:
    """A click that leads to another page."""
    with page.expect_navigation():
        page.click(button)


def requirements(one: Visitor) -> list[str]:
    """The requirements on the page of tasks, by name."""
    links = one.page.locator("a[href*='/requirements/']")
    paths = links.evaluate_all("all => all.map(a => a.getAttribute('href'))")
    return list(dict.fromkeys(path.rpartition("/")[2] for path in paths))


def is_open(one: Visitor, base: str, name: str) -> bool:
    """Whether the team can change an answer: by its page, and by sending one all the same."""
    body = one.context.request.get(f"{one.site.url}{base}/requirements/{name}").text()
    if "novalidate data-save" in body:
        return True
    sent = one.context.request.post(
        f"{one.site.url}{base}/requirements/{name}",
        form={"version": "1"},
        headers={"Origin": one.site.url, "Accept": "application/json"},
    )
    # Where there was no answer, none is no change.
    assert sent.status == 409 or sent.json()["versions"]["version"] == 0, name
    return False


def lines_on(page: Page) -> list[str]:
    paths: list[str] = page.locator("tbody [data-line]").evaluate_all(
        "all => all.map(a => a.getAttribute('href'))"
    )
    return paths


def printed(one: Visitor, path: str) -> str:
    """The text of a PDF."""
    answer = one.context.request.get(one.site.url + path, timeout=120_000)
    assert answer.status == 200, answer.text()
    pages = PdfReader(io.BytesIO(answer.body())).pages
    return "\n".join(page.extract_text() for page in pages)


def test_decides_without_javascript_and_loses_nothing(visit: Visit):
    coach, team = visit(script=False), visit(script=False)
    site, page = coach.site, coach.page
    assessment = assessment_of(site, "Springfield Falls")
    base = f"/reviews/{assessment}"
    coach.speak("en")
    coach.sign_in("coach")
    waiting = coach.go(base) and lines_on(page)

    coach.go(f"{base}/lines/rdc7-awards")
    page.check("input[value=needs_proof]")
    page.click("[data-save-this] >> nth=0")
    assert page.locator(".govuk-error-summary a[href='#reason']").count() == 1
    page.check("input[value=needs_proof]")
    page.click(".sentences button >> visible=true >> nth=0")
    text = page.input_value("#reason")
    assert "I read" in text
    assert page.is_checked("input[value=needs_proof]")

    # Somebody else is faster.
    with site.app.state.site.database.write() as db:
        other = sign_in_demo(db, "coach").actor
        decide(db, other, assessment, about="rdc7-awards", verdict=Word.AGREE, version=0)
    page.click("[data-save-this] >> nth=0")
    assert "Marta Rojas changed this while you were typing" in page.inner_text("h1")
    sides = [side.inner_text() for side in page.query_selector_all(".side__text")]
    assert text in sides[0]
    assert "Agrees with the machine" in sides[1]
    page.click(".side button >> nth=0")
    coach.go(f"{base}/lines/rdc7-awards")
    assert text in page.inner_text(".decision")
    page.click("button[value=back]")
    page.click(".agree button")
    assert "/lines/" in page.url
    coach.go(base)
    assert waiting == lines_on(page)

    page.click("form[action$='/coaches'] button >> nth=0")
    assert "Marta Rojas" in page.inner_text("section[aria-labelledby=coaches-head] li")
    coach.go(f"{base}/request")
    page.click("[data-save-this]")
    assert page.locator(".govuk-error-summary").count() == 1
    coach.go(f"{base}/sign-off")
    page.click("summary >> nth=-1")
    page.click(".govuk-button--warning")
    assert page.locator(".govuk-error-summary a[href='#reason']").count() == 1
    page.fill("#reason", "The letter is missing.")
    page.click(".govuk-button--warning")
    team.speak("en")
    sign_in_as(team, "lead-springfield-fal")
    team.go(f"/assessments/{assessment}/requirements/rdc7-awards")
    assert team.page.locator(".keep button").count() > 0


def test_shortcuts_can_be_turned_off_and_a_closed_tab_keeps_what_was_typed(visit: Visit):
    one = visit()
    page = one.page
    name = one.site.begin()
    with one.site.app.state.site.database.write() as db:
        lead = sign_in_demo(db, "team_lead").actor
        save_answer(db, lead, name, "rdc7-awards", 95, version=None)
        submit(db, lead, name, version=None, on=db.now.date())
    one.speak("en")
    one.sign_in("coach")
    path = f"/reviews/{name}/lines/rdc7-awards"
    one.go(path)
    page.keyboard.press("?")
    page.uncheck("#keys-on")
    page.keyboard.press("2")
    assert not page.is_checked("input[value=met]")
    page.check("#keys-on")
    page.keyboard.press("2")
    assert page.is_checked("input[value=met]")
    assert page.evaluate("document.activeElement.id") == "reason"
    page.keyboard.type("Seen 1 and 3 with j and k")

    page.close()
    page = one.page = one.context.new_page()
    one.go(path)

    assert page.input_value("#reason") == "Seen 1 and 3 with j and k"
    assert page.is_checked("input[value=met]")
    # Somebody else is faster.
    with one.site.app.state.site.database.write() as db:
        other = sign_in_demo(db, "coach").actor
        decide(db, other, name, about="rdc7-awards", verdict=Word.AGREE, version=0)
    page.keyboard.press("r")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".sides")
    assert complaints(one) == []
    page.click(".side button >> nth=0")
    page.wait_for_url("**done=**")
    one.go(path)
    assert page.input_value("#reason") == ""
    assert "Seen 1 and 3" in page.inner_text(".decision")
