"""Makes the data files of the demo cities: `python -m tests.demo` writes them anew.

Nothing is random: the same program writes the same bytes, and a test holds the files that are
committed against it.
"""

import csv
import json
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

from rubrics.loader import LIBRARY
from tests.demo.datasets import puerto_claro, rio_verde, springfield_falls

SUBMISSIONS = LIBRARY / "wwc-2022" / "submissions"

PERIOD = (date(2024, 10, 1), date(2025, 9, 30))
"""The 12 full months that the key figures cover."""

KPI_COLUMNS = (
    *("kpi", "name", "numerator", "denominator", "value", "unit"),
    *("exclusions", "period_start", "period_end"),
)


def key_figures(package: dict[str, object], names: tuple[str, str, str], left_out: str) -> str:
    """The baseline as CSV, counted from the data: the figures of a city and its data agree."""
    releases = _releases(package)
    bids = []
    winners = [
        (str(won["date"])[:10], str(won["suppliers"][0]["id"]))
        for one in releases
        for won in _list(one.get("awards"))
    ]
    for one in releases:
        section = one.get("tender")
        if isinstance(section, dict) and section.get("numberOfTenderers"):
            closed = str(section["tenderPeriod"]["endDate"])[:10]
            if PERIOD[0].isoformat() <= closed <= PERIOD[1].isoformat():
                bids.append(int(section["numberOfTenderers"]))
    awards, new, known = 0, 0, set[str]()
    for day, supplier in sorted(winners):
        if PERIOD[0].isoformat() <= day <= PERIOD[1].isoformat():
            awards += 1
            new += supplier not in known
        known.add(supplier)
    single = sum(1 for number in bids if number == 1)
    stream = StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(KPI_COLUMNS)
    counted: tuple[tuple[str, int, int, float, str], ...] = (
        ("avg_bids", sum(bids), len(bids), round(sum(bids) / len(bids), 2), "bids"),
        ("single_bid_rate", single, len(bids), round(100 * single / len(bids), 1), "percent"),
        ("new_vendor_share", new, awards, round(100 * new / awards, 1), "percent"),
    )
    for (kpi, part, whole, value, measure), name in zip(counted, names, strict=True):
        days = [day.isoformat() for day in PERIOD]
        writer.writerow([kpi, name, part, whole, value, measure, left_out, *days])
    return stream.getvalue()


def _releases(package: dict[str, object]) -> list[dict[str, object]]:
    records = _list(package.get("records"))
    return [one["compiledRelease"] for one in records] or _list(package.get("releases"))


def _list(value: object) -> list[dict[str, Any]]:
    return value if isinstance(value, list) else []


# --- files ----------------------------------------------------------------------------------------


def as_json(package: dict[str, object]) -> str:
    """JSON with one release or record a line, so that a change shows what it changed."""
    head = {key: value for key, value in package.items() if not isinstance(value, list)}
    name = next(key for key, value in package.items() if isinstance(value, list))
    lines = [json.dumps(one, ensure_ascii=False) for one in _list(package[name])]
    opening = json.dumps(head, ensure_ascii=False, indent=1).removesuffix("\n}")
    return f'{opening},\n "{name}": [\n' + ",\n".join(lines) + "\n ]\n}\n"


def pdf(lines: tuple[str, ...]) -> bytes:
    """A page of text as PDF, in the plainest form that every reader opens."""
    shown = "".join(f"({line}) Tj 0 -20 Td " for line in lines)
    stream = f"BT /F1 12 Tf 60 760 Td {shown}ET".encode("cp1252")
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>"
    )
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        page,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        font,
    )
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for place in places:
        out += b"%010d 00000 n \n" % place
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\n" % (len(objects) + 1)
    out += b"startxref\n%d\n%%%%EOF\n" % start
    return bytes(out)


def files() -> dict[Path, bytes]:
    """Every file that is made here, by its path in the folder of the submissions."""
    claro, verde, falls = puerto_claro(), rio_verde(), springfield_falls()
    figures = (
        "Promedio de ofertas por licitación",
        "Licitaciones con una sola oferta",
        "Adjudicaciones a proveedores nuevos",
    )
    figures_verde = (
        "Média de propostas por licitação",
        "Licitações com uma única proposta",
        "Adjudicações a fornecedores novos",
    )
    result = (
        "What Works Cities Certification: resultado da avaliação oficial (exemplo fictício)",
        "Cidade: Rio Verde do Vale. Data: 18 de junho de 2024.",
        "Critérios atendidos: 20 de 43.",
        "DM1 DM2 DM4 DM5 DM6 DM7 LC1 LC2 LC3 LC5 OD1 OD3 PA1 PA2 PA3 BF1 RDC1 RDC2 RDC5 CI1",
        "RDC7 e RDC8 não foram avaliados nesta rodada.",
    )
    return {
        Path("puerto-claro/evidence/contrataciones-ocds.json"): as_json(claro).encode(),
        Path("puerto-claro/evidence/linea-base.csv"): key_figures(
            claro, figures, "tratos directos; licitaciones desiertas"
        ).encode(),
        Path("rio-verde/evidence/registros-ocds.json"): as_json(verde).encode(),
        Path("rio-verde/evidence/linha-de-base.csv"): key_figures(
            verde, figures_verde, "licitações revogadas"
        ).encode(),
        Path("rio-verde/evidence/resultado-oficial-2024.pdf"): pdf(result),
        Path("springfield-falls/evidence/awards-ocds.json"): as_json(falls).encode(),
    }


def main() -> None:
    """Writes every file."""
    for path, data in files().items():
        (SUBMISSIONS / path).parent.mkdir(parents=True, exist_ok=True)
        (SUBMISSIONS / path).write_bytes(data)
        print(f"{len(data):>8} bytes  {path}")


if __name__ == "__main__":
    main()
