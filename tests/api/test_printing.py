"""Printing in other processes: the same bytes, within limits, and nothing left behind."""

import dataclasses
import gc
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.printing import DiedError, Job, Printers, PrintLimits, TooLongError
from api.printing.printers import _Workshop
from reports.renderer import Attachment, ReportError, render_pdf
from reports.report import Report
from tests.reports.examples import empty_city, report_on

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot split off")


@pytest.fixture(scope="module")
def report(pdfs) -> Report:
    return small(report_on(empty_city()))


@pytest.fixture(scope="module")
def printers(pdfs):
    with Printers(2) as made:
        yield made


def small(report: Report) -> Report:
    """A report that is quick to print."""
    method = dataclasses.replace(report.method, sources=(), references=())
    return dataclasses.replace(report, criteria=(), actions=(), practices=(), method=method)


def endless(report: Report) -> Report:
    """A report that takes a minute, for the sum of what it lists."""
    return dataclasses.replace(report, actions=report_on(empty_city()).actions * 300)


def seats(printers: Printers) -> list[int]:
    return [seat.printer.pid for seat in printers._seats.queue if seat.printer is not None]


def is_alive(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def test_another_process_prints_the_same_bytes(printers, report):
    attachments = (Attachment(name="a.json", content=b"{}", about="A", relation="Data"),)

    printed = printers.print(Job(report=report, paper="letter", attachments=attachments))

    assert printed == render_pdf(report, paper="letter", attachments=attachments)


def test_many_are_printed_in_their_order_and_one_that_fails_stops_no_other(printers, report):
    broken = dataclasses.replace(report, language="xx")
    jobs = [
        Job(report=one)
        for one in (report, broken, dataclasses.replace(report, city="B"), report, report)
    ]

    outcomes = list(printers.print_all(iter(jobs)))

    assert [isinstance(outcome, ReportError) for outcome in outcomes] == [
        *(False, True, False, False, False)
    ]
    assert outcomes[0] == outcomes[3] == outcomes[4] != outcomes[2]


def test_jobs_are_taken_only_as_fast_as_they_are_printed(printers, report):
    taken: list[int] = []

    def jobs() -> Iterator[Job]:
        for number in range(20):
            taken.append(number)
            yield Job(report=report)

    first = next(printers.print_all(jobs()))

    assert isinstance(first, bytes)
    assert len(taken) < 20


def test_a_process_that_somebody_ends_costs_no_report(printers, report):
    expected = printers.print(Job(report=report))
    outcome: list[bytes] = []
    thread = threading.Thread(target=lambda: outcome.append(printers.print(Job(report=report))))

    os.kill(seats(printers)[-1], signal.SIGKILL)
    thread.start()
    thread.join()

    assert outcome == [expected]


def test_a_workshop_that_somebody_ends_is_opened_anew_and_takes_its_printers_along(pdfs, report):
    with Printers(1) as printers:
        expected = printers.print(Job(report=report))
        assert printers._workshop is not None
        (before,) = seats(printers)

        os.kill(printers._workshop._process.pid, signal.SIGKILL)
        again = printers.print(Job(report=report))

        assert again == expected
        assert seats(printers) != [before]
        assert not is_alive(before)


def test_a_report_that_takes_too_long_is_given_up_and_the_next_one_is_printed(pdfs, report):
    with Printers(1, limits=PrintLimits(cpu_seconds=1, wall_seconds=30)) as printers:
        printers.start()
        with pytest.raises(TooLongError, match="not ready after 1 seconds"):
            printers.print(Job(report=endless(report)))

        printers._limits = PrintLimits(wall_seconds=0.5)
        with pytest.raises(TooLongError, match="Shorten very long answers"):
            printers.print(Job(report=endless(report)))
        assert seats(printers) == []

        printers._limits = PrintLimits()
        assert printers.print(Job(report=report)).startswith(b"%PDF")


def test_a_report_that_needs_too_much_memory_says_so_and_a_tired_process_is_replaced(pdfs, report):
    with Printers(1, limits=PrintLimits(memory_bytes=700_000_000, reports=2)) as printers:
        huge = (Attachment(name="a.bin", content=bytes(400_000_000), about="", relation="Data"),)

        with pytest.raises(ReportError, match="more memory than a report may"):
            printers.print(Job(report=report, attachments=huge))

        pids = []
        for _ in range(3):
            printers.print(Job(report=report))
            pids += seats(printers)
        assert len(set(pids)) == 2


def test_nothing_is_left_when_printing_ends(printers, report):
    ending = Printers(1)
    ending.start()
    ending.print(Job(report=report))
    workshop = ending._workshop
    assert isinstance(workshop, _Workshop)
    pids = [workshop._process.pid, *seats(ending)]

    ending.close()

    assert not any(is_alive(pid) for pid in pids)
    assert not Path(workshop._folder).exists()
    with pytest.raises(DiedError, match="not printed here any more"):
        ending.print(Job(report=report))


def test_nothing_is_left_when_whoever_prints_is_gone(pdfs, report):
    """As after `kill -9`: only the system closes what was open."""
    printers = Printers(1)
    printers.print(Job(report=report))
    workshop = printers._workshop
    assert isinstance(workshop, _Workshop)
    pids = [workshop._process.pid, *seats(printers)]

    workshop._control.close()
    workshop._process.wait(10)

    assert not any(is_alive(pid) for pid in pids)
    assert not Path(workshop._folder).exists()
    printers.close()


def test_a_copy_of_us_uses_none_of_our_processes(printers, report):
    printers.print(Job(report=report))
    reader, writer = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            there = any(seat.printer.is_there() for seat in printers._seats.queue if seat.printer)
            os.write(writer, b"uses them" if there else b"lets go")
        finally:
            os._exit(0)
    os.waitpid(pid, 0)

    assert os.read(reader, 20) == b"lets go"
    os.close(reader)
    os.close(writer)
    gc.collect()
    assert printers.print(Job(report=report)).startswith(b"%PDF")


def test_a_process_that_prints_has_no_way_out_and_writes_nowhere(printers, report):
    """What a stranger's text could not do even if it took a printer over."""
    printers.print(Job(report=report))
    (*_, pid) = seats(printers)

    limits = Path(f"/proc/{pid}/limits").read_text()

    assert "Max address space         1500000000" in limits
    assert "Max core file size        0" in limits
    interfaces = Path(f"/proc/{pid}/net/dev").read_text().splitlines()[2:]
    assert [line.split(":")[0].strip() for line in interfaces] in (["lo"], [])
