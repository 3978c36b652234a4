"""Charts: their shapes add up, and they are plain pictures without text or script."""

from xml.etree import ElementTree as ET

import pytest

from reports.charts import WIDTH, mini_bar, points_bar, weeks_bar
from reports.report import Bar, Tick, WeekBar

SVG = "{http://www.w3.org/2000/svg}"


def bar(guaranteed: int, possible: int, total: int = 43) -> Bar:
    ticks = (Tick(at=22, label="Silver"), Tick(at=30, label="<Gold>"))
    return Bar(guaranteed=guaranteed, possible=possible, total=total, alt="…", ticks=ticks)


def shapes(svg: str) -> tuple[ET.Element, list[ET.Element], list[ET.Element]]:
    root = ET.fromstring(svg)  # noqa: S314 (a picture that we made ourselves)
    return root, root.findall(f"{SVG}rect"), root.findall(f"{SVG}path")


@pytest.mark.parametrize("draw", [points_bar, mini_bar])
@pytest.mark.parametrize(
    ("guaranteed", "possible"), [(0, 0), (0, 43), (20, 23), (43, 43), (43, 20)]
)
def test_bars_are_whole_pictures_inside_their_frame(draw, guaranteed, possible):
    root, rects, _ = shapes(draw(bar(guaranteed, possible)))

    assert root.get("viewBox", "").startswith(f"0 0 {WIDTH} ")
    for rect in rects:
        assert float(rect.get("x", "-1")) >= 0
        assert float(rect.get("x", "0")) + float(rect.get("width", "0")) <= WIDTH + 1


def test_what_is_sure_is_solid_and_what_is_possible_is_hatched():
    _, rects, paths = shapes(mini_bar(bar(20, 23)))
    solid = [rect for rect in rects if rect.get("fill") == "#17415a"]

    assert [float(rect.get("width", "0")) for rect in solid] == [20 * WIDTH / 43]
    assert len(paths) == 1


def test_the_hatch_stays_between_what_is_sure_and_what_is_possible():
    _, _, (path,) = shapes(mini_bar(bar(20, 23)))
    points = path.get("d", "").replace("L", "M").split("M")[1:]
    xs = [float(point.split()[0]) for point in points]

    assert min(xs) >= 20 * WIDTH / 43 - 0.01
    assert max(xs) <= 23 * WIDTH / 43 + 0.01


def test_nothing_open_means_no_hatch():
    assert not shapes(points_bar(bar(22, 22)))[2]


def test_labels_stand_beside_a_picture_and_never_in_it():
    assert "Gold" not in points_bar(bar(20, 23))


def test_a_practice_without_points_does_not_divide_by_zero():
    assert shapes(mini_bar(Bar(guaranteed=0, possible=0, total=0, alt="")))


def week_bar(first: int, last: int, *, at_once: bool = False, showtime: int = 10) -> WeekBar:
    return WeekBar(
        title="<b>",
        who="",
        first=first,
        last=last,
        at_once=at_once,
        weeks=12,
        showtime=showtime,
        alt="",
        dates="",
        days="",
        session="",
    )


def test_an_action_fills_its_weeks():
    _, rects, _ = shapes(weeks_bar(week_bar(2, 4)))
    solid = [rect for rect in rects if rect.get("fill") == "#17415a"]

    [bar_of_weeks] = solid
    assert float(bar_of_weeks.get("x", "")) == pytest.approx(2 * WIDTH / 12, abs=0.01)
    assert float(bar_of_weeks.get("width", "")) == pytest.approx(3 * WIDTH / 12, abs=0.01)


def test_what_takes_no_time_is_a_frame():
    _, rects, _ = shapes(weeks_bar(week_bar(0, 0, at_once=True)))

    assert not [rect for rect in rects if rect.get("fill") == "#17415a"]
    assert [rect for rect in rects if rect.get("stroke") == "#17415a"]


def test_showtime_is_a_line_where_weeks_go_on_after_it():
    _, after, _ = shapes(weeks_bar(week_bar(0, 1)))
    _, none, _ = shapes(weeks_bar(week_bar(0, 1, showtime=12)))

    assert len(after) == len(none) + 2
    assert "<b>" not in weeks_bar(week_bar(0, 1))
