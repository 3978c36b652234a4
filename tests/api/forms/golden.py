"""Makes the golden workbooks: forms in three languages that LibreOffice has filled in.

`python -m tests.api.forms.golden` makes them anew, in `tests/golden/`.
"""

import tempfile
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from api.forms.sheets import cell_name
from api.forms.telling import say
from api.forms.writing_xlsx import write_xlsx
from rubrics.forms import Column, Form
from tests.api.forms.filling import form_of
from tests.api.forms.libreoffice import Typed, type_into

FOLDER = Path(__file__).parents[2] / "golden"

Values = Mapping[str, str | int | float | bool | date]

GOLDEN: dict[str, tuple[str, str, dict[str, list[Values]], Values]] = {
    "form-data-map.xlsx": (
        "data-map",
        "es",
        {
            "rows": [
                {
                    "stage": "planning",
                    "data_element": "Plan anual; «Compras» 2026",
                    "system": "=Planilla compartida",
                    "owner": "Unidad de Compras Públicas",
                    "captured": "yes",
                    "completeness_pct": 57,
                    "published": "planned",
                    "last_updated": date(2025, 9, 3),
                },
                {
                    "stage": "implementation",
                    "data_element": "Recepción conforme",
                    "owner": "Dirección de Finanzas",
                    "data_steward_email": "finanzas@ciudad.example",
                    "captured": "no",
                    "published": "no",
                    "priority": "high",
                },
            ]
        },
        {"reviewed_on": date(2025, 8, 20), "departments_covered": 92.5},
    ),
    "form-kpi.xlsx": (
        "kpi",
        "pt",
        {
            "figures": [
                {
                    "kpi": "avg_bids",
                    "numerator": 68,
                    "denominator": 24,
                    "value": 2.83,
                    "unit": "bids",
                    "exclusions": "licitações revogadas",
                    "period_start": date(2024, 10, 1),
                    "period_end": date(2025, 9, 30),
                },
                {"kpi": "Propostas por edital", "value": 1234.5},
            ],
            "vendor_types": [
                {
                    "vendor_type": "women_owned",
                    "definition": "Ao menos 51% pertence a mulheres",
                    "identified_by": "self_declared",
                    "share_of_awards": 17,
                    "share_of_value": 9.5,
                    "period_start": date(2024, 10, 1),
                    "period_end": date(2025, 9, 30),
                }
            ],
            "changes": [
                {
                    "change": "Lotes por bairro",
                    "in_use_since": date(2025, 9, 17),
                    "kpi": "avg_bids",
                    "before": 2.4,
                    "after": 6,
                    "responsible": "Secretaria de Obras",
                }
            ],
        },
        {"full_months": 12, "small_cells_suppressed": True, "invoices_covered": 100},
    ),
    "form-plan.ods": (
        "plan",
        "en",
        {
            "rows": [
                {
                    "action_id": "1",
                    "pain_point": "Documents are long",
                    "action": "Short terms of six pages",
                    "owner": "Purchasing",
                    "start": date(2025, 4, 1),
                    "due": date(2025, 12, 15),
                    "cost": 1500,
                    "kpi": "avg_bids",
                    "baseline": 2.4,
                    "status": "in_progress",
                }
            ]
        },
        {"updated_on": date(2025, 9, 15), "approved": False},
    ),
}
"""By file: the form, its language, the rows of each part, and the answers beside them."""


def fill(name: str, target: Path, folder: Path) -> None:
    """Has LibreOffice fill in a golden workbook."""
    form_id, language, _, _ = GOLDEN[name]
    empty = folder / "empty.xlsx"
    empty.write_bytes(write_xlsx(form_of(form_id), language=language))
    type_into(empty, list(typed(name)), folder=folder, save_as=[target])


def typed(name: str) -> Iterator[Typed]:
    """What somebody types into the cells of a golden workbook."""
    form_id, language, parts, details = GOLDEN[name]
    form = form_of(form_id)
    for part in form.parts:
        sheet, columns = part.title.said(language), form.columns_of(part)
        for i, row in enumerate(parts[part.id], 2):
            for j, column in enumerate(columns):
                if column.id in row:
                    yield _typed(sheet, cell_name(i, j), column, row[column.id], language)
    for i, detail in enumerate(form.details, 1):
        if detail.id in details:
            sheet = say("about", language)
            yield _typed(sheet, cell_name(i, 2), detail, details[detail.id], language)


def rows_of(name: str) -> list[dict[str, object]]:
    """The rows that must come back."""
    form: Form = form_of(GOLDEN[name][0])
    return [
        {column.id: row.get(column.id) for column in form.columns_of(part)}
        for part in form.parts
        for row in GOLDEN[name][2][part.id]
    ]


def _typed(sheet: str, cell: str, column: Column, value: object, language: str) -> Typed:
    if isinstance(value, bool):
        return Typed(sheet, cell, say("yes" if value else "no", language))
    if str(value) in column.options:
        return Typed(sheet, cell, column.options[str(value)].said(language))
    if column.kind == "percentage":
        return Typed(sheet, cell, f"{value}%")
    return Typed(sheet, cell, str(value), as_text=column.kind in {"text", "choice"})


if __name__ == "__main__":
    for golden in GOLDEN:
        with tempfile.TemporaryDirectory() as place:
            fill(golden, FOLDER / golden, Path(place))
        print(f"Written: tests/golden/{golden}")
