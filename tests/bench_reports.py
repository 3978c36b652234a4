"""How long a report takes, cold and warm, alone and on workers, beside tools we did not choose.

    python -m tests.bench_reports [REPORTS]        (or `make bench-reports`)

One report of 43 criteria goes through

- our printer, without and with the files that it carries;
- bare WeasyPrint on the very same HTML, style sheet and fonts, asked for the same standard;
- the naive way: the same words in the same tables, with fonts by `@font-face`, charts written into
  the page, tables that find their own widths, an id on every row and a style on every cell;
- typst and Chromium, on the same words, tables and pictures.

They take turns; what is printed are medians of processor time, for Chromium of the clock, as its
work is done by other processes. Then workers print the report many times over, and the memory of
one is looked at until it has printed REPORTS of them (500).
"""

import base64
import gc
import itertools
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import typst
from lxml import html as lxml_html
from markupsafe import Markup
from playwright.sync_api import sync_playwright

from api.dossier import dossier
from api.printing import Job, Printers, PrintLimits
from reports.renderer import pages, printer, render_html, render_pdf
from tests.reports.examples import DAY, demo_city, report_of

CITY, LANGUAGE = "rio-verde", "en"
ROUNDS = 7
ON_WORKERS = 24
GOALS = {"our printer / bare WeasyPrint": 1.1, "naive HTML / our HTML": 1.5, "two workers": 1.9}

COLD = (
    "from tests.reports.examples import report_of; from reports.renderer import render_pdf; "
    "import time; start = time.process_time(); "
    f"render_pdf(report_of({CITY!r}, {LANGUAGE!r})); print(time.process_time() - start)"
)


def main() -> None:
    reports = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    report, scored = report_of(CITY, LANGUAGE), demo_city(CITY)
    carried = dossier(scored, report, paper="a4")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as browsers:
        chromium = browsers.chromium.launch(executable_path="/usr/bin/chromium")
        contenders: dict[str, Callable[[], object]] = {
            "our printer": lambda: render_pdf(report),
            "our printer, with what it carries": lambda: render_pdf(report, attachments=carried),
            "bare WeasyPrint, same HTML": bare(report),
            "naive HTML, bare WeasyPrint": naive(report),
            "typst": by_typst(report, Path(folder)),
        }
        times = take_turns(contenders, time.process_time)
        times |= take_turns({"Chromium, kept open (clock)": by_chromium(report, chromium)}, clock)
        chromium.close()
    ours = times["our printer"]
    print(
        f"\nOne report on {CITY}, {DAY}, {len(render_pdf(report)):,} bytes; medians of {ROUNDS}:\n"
    )
    print(f"{'':36} {'ms':>8} {'x ours':>8}")
    print(f"{'cold: a process that prints one':36} {1000 * cold():8.0f}")
    for name, seconds in times.items():
        print(f"{name:36} {1000 * seconds:8.0f} {seconds / ours:8.2f}")
    bare_one = times["bare WeasyPrint, same HTML"]
    found = {
        "our printer / bare WeasyPrint": ours / bare_one,
        "naive HTML / our HTML": times["naive HTML, bare WeasyPrint"] / bare_one,
    }
    one, two = (on_workers(n, report) for n in (1, 2))
    print(f"\nreports a second: one worker {one:.2f}, two workers {two:.2f}")
    found["two workers"] = two / one
    print()
    for name, value in found.items():
        goal = GOALS[name]
        reached = value <= goal if name.startswith("our") else value >= goal
        print(f"{name:36} {value:8.2f} (goal {goal}) {'reached' if reached else 'MISSED'}")
    watch_memory(reports, report)


def clock() -> float:
    return time.perf_counter()


def take_turns(
    contenders: dict[str, Callable[[], object]], timer: Callable[[], float]
) -> dict[str, float]:
    """The median time of each, after one turn that does not count."""
    taken: dict[str, list[float]] = {name: [] for name in contenders}
    for turn in range(ROUNDS + 1):
        for name, work in contenders.items():
            gc.collect()
            start = timer()
            work()
            if turn:
                taken[name].append(timer() - start)
    return {name: statistics.median(values) for name, values in taken.items()}


def cold() -> float:
    """Processor time of the first report of a process, WeasyPrint's loading included."""
    done = subprocess.run([sys.executable, "-c", COLD], capture_output=True, check=True, text=True)
    return float(done.stdout)


def bare(report: Any) -> Callable[[], object]:
    """WeasyPrint alone on the page that our templates make."""
    loaded = printer.load_printer()
    pictures = printer._Pictures()
    page = pages.build_page(report, picture=pictures.keep, css=Markup(""))

    def work() -> object:
        made = loaded.weasyprint.HTML(string=page, url_fetcher=loaded.fetcher(pictures.kept))
        return made.write_pdf(
            stylesheets=[loaded.style("a4")], font_config=loaded.fonts, pdf_variant="pdf/a-3a"
        )

    return work


def naive(report: Any) -> Callable[[], object]:
    """The same words as most projects would lay them out, printed as most projects would."""
    loaded = printer.load_printer()
    page = naive_page(report)

    def work() -> object:
        from weasyprint.text.fonts import FontConfiguration

        made = loaded.weasyprint.HTML(string=page, base_url=str(pages.STATIC / "report.css"))
        return made.write_pdf(font_config=FontConfiguration(), pdf_variant="pdf/a-3a")

    return work


def naive_page(report: Any) -> str:
    page = render_html(report)
    page = re.sub(
        r'<img([^>]*?)src="data:image/svg\+xml;base64,([^"]+)"[^>]*>',
        lambda m: base64.b64decode(m.group(2)).decode(),
        page,
    )
    numbers = iter(range(1_000_000))
    page = re.sub(r"<tr(?=[ >])", lambda _: f'<tr id="row-{next(numbers)}"', page)
    page = re.sub(r"<t([dh])(?=[ >])", r'<t\1 style="vertical-align: top"', page)
    faces = "".join(
        f'@font-face {{ font-family: "Readiness Sans"; font-weight: {weight}; '
        f'src: url("fonts/ReadinessSans-{name}.ttf") }}'
        for name, weight in (("Regular", 400), ("Medium", 500), ("SemiBold", 600), ("Bold", 700))
    )
    page = page.replace("<style>", f"<style>{faces}", 1)
    # Breaking anywhere makes tables that find their own widths five times slower again, which
    # would be no fair comparison: whoever leaves tables alone leaves long words alone as well.
    page = page.replace("overflow-wrap: anywhere", "")
    return page.replace("table-layout: fixed", "table-layout: auto")


def by_typst(report: Any, folder: Path) -> Callable[[], object]:
    """The same words, tables and pictures, as typst sets them by its own defaults."""
    source = typst_source(render_html(report), folder)
    (folder / "report.typ").write_text(source, "utf-8")
    compiler = typst.Compiler(
        folder / "report.typ",
        root=folder,
        font_paths=[pages.STATIC / "fonts"],
        ignore_system_fonts=True,
    )
    turns = itertools.count()

    def work() -> object:
        # It remembers what it has set before; a size that differs by a hair makes all of it new.
        size = f"size: {8.8 + next(turns) / 1000:.3f}pt"
        (folder / "report.typ").write_text(source.replace("size: 8.8pt", size), "utf-8")
        return compiler.compile(format="pdf", pdf_standards=["ua-1"])

    return work


def typst_source(page: str, folder: Path) -> str:
    """Our page in typst's language: headings, paragraphs, lists, tables with heads, pictures."""
    tree = lxml_html.document_fromstring(page)
    title = (tree.findtext(".//title") or "").replace('"', "'")
    lines = [
        f'#set document(title: "{title}")',
        '#set text(font: "Readiness Sans", size: 8.8pt, lang: "en")',
        '#set page(paper: "a4", numbering: "1 / 1")',
    ]
    for node in tree.body.iter("h1", "h2", "h3", "p", "li", "table", "figure"):
        if any(a.tag in {"table", "li", "figure"} for a in node.iterancestors()):
            continue
        match node.tag:
            case "h1" | "h2" | "h3":
                lines.append(f"#heading(level: {node.tag[1]})[{words(node)}]")
            case "table":
                lines += typst_table(node, folder)
            case "figure":
                lines += [picture(image, folder) for image in node.iter("img")]
            case "li":
                lines.append(f"- {words(node)}")
            case _:
                lines.append(f"{words(node)}\n")
    return "\n".join(lines)


def typst_table(table: Any, folder: Path) -> list[str]:
    rows = list(table.iter("tr"))
    width = max(sum(int(c.get("colspan", 1)) for c in row) for row in rows)
    lines = [f"#table(columns: {width}, stroke: 0.3pt, table.header("]
    head = list(table.iterfind("thead/tr"))
    for row in head:
        lines += [f"  {cell(c, folder)}," for c in row]
    lines.append("),")
    for row in rows:
        if row not in head:
            lines += [f"  {cell(c, folder)}," for c in row]
            missing = width - sum(int(c.get("colspan", 1)) for c in row)
            lines += ["  [],"] * missing
    return [*lines, ")"]


def cell(node: Any, folder: Path) -> str:
    inner = "".join(picture(image, folder) for image in node.iter("img"))
    return f"table.cell(colspan: {node.get('colspan', 1)})[{words(node)}{inner}]"


def picture(image: Any, folder: Path) -> str:
    body = base64.b64decode(image.get("src").partition(",")[2])
    path = folder / f"{abs(hash(body))}.svg"
    path.write_bytes(body)
    alt = image.get("alt").replace("\\", "").replace('"', "'")
    return f'#image("{path.name}", alt: "{alt}", width: 100%)'


def words(node: Any) -> str:
    text = " ".join(node.text_content().split())
    return re.sub(r"([\\#$*_`<>@\[\]~=/+-])", r"\\\1", text)


def by_chromium(report: Any, browser: Any) -> Callable[[], object]:
    """The page for browsers, printed by one that is kept open."""
    html = render_html(report)
    tab = browser.new_page()

    def work() -> object:
        tab.set_content(html)
        return tab.pdf(prefer_css_page_size=True, tagged=True)

    return work


def on_workers(size: int, report: Any) -> float:
    """Reports a second that so many workers print, once they are there."""
    with Printers(size) as printers:
        list(printers.print_all(Job(report=report) for _ in range(size)))
        start = clock()
        made = list(printers.print_all(Job(report=report) for _ in range(ON_WORKERS)))
        taken = clock() - start
    assert all(isinstance(one, bytes) for one in made)
    return ON_WORKERS / taken


def watch_memory(reports: int, report: Any) -> None:
    """How large one worker is, from its first report to its last."""
    with Printers(1, limits=PrintLimits(reports=reports + 1)) as printers:
        marks = {n for n in (1, 50, 100, 200, 300, 400, 500, reports) if n <= reports}
        print()
        for number in range(1, reports + 1):
            printers.print(Job(report=report))
            if number in marks:
                (pid,) = (s.printer.pid for s in printers._seats.queue if s.printer)
                print(f"after {number:4} reports: {resident(pid) / 1e6:6.1f} MB", flush=True)


def resident(pid: int) -> int:
    pages_ = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages_ * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    main()
