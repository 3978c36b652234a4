"""Renews the catalogues of `reports/locale` from the sentences that the code says.

    python -m tests.reports.catalogues

New sentences arrive untranslated and the test of the catalogues names them; sentences that nobody
says any more are dropped. Then every .po is compiled to the .mo beside it.
"""

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from reports.i18n import DOMAIN, LANGUAGES, LOCALE_FOLDER
from reports.wording import HINT
from rubrics.messages import MESSAGES

ROOT = LOCALE_FOLDER.parent.parent
KEYWORDS = {"N_": None, "NN_": (1, 2), "text": None, "say": None, "_": None}
TRANSLATED = LANGUAGES[1:]

OWN_WORDS = {"forms"}
"""Folders whose words stand beside them, in every language."""

FIXED_DAY = datetime(2025, 1, 1, tzinfo=UTC)
"""Catalogues carry no real dates, so that the same sentences give the same bytes."""


def sentences() -> Iterator[tuple[str | tuple[str, ...], str]]:
    """Every sentence that reports say, with the file that says it."""
    for folder in ("reports", "api"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if path.parent.name not in OWN_WORDS:
                yield from _in_file("python", path)
    for folder in ("reports/templates", "api/web/templates"):
        for path in sorted((ROOT / folder).rglob("*.j2")):
            yield from _in_file("jinja2.ext:babel_extract", path)
    for template in MESSAGES.values():
        yield template, "rubrics/messages.py"
    yield HINT.text, "rubrics/messages.py"


def fresh_catalogue(language: str) -> Catalog:
    """The catalogue of a language as it should be, with the translations that there are."""
    path = po_path(language)
    old = Catalog(locale=language)
    if path.is_file():
        with path.open("rb") as file:
            old = read_po(file, locale=language)
    new = Catalog(
        locale=language,
        domain=DOMAIN,
        project="Readiness",
        version="1",
        msgid_bugs_address="",
        header_comment="# The sentences of reports. Placeholders in {braces} stay as they are.",
        creation_date=FIXED_DAY,
        revision_date=FIXED_DAY,
        language_team=language,
        last_translator="Readiness",
        fuzzy=False,
    )
    for sentence, place in sentences():
        known = old.get(sentence if isinstance(sentence, str) else sentence[0])
        said = known.string if known is not None and _same(known.id, sentence) else None
        new.add(sentence, said, locations=[(place, 1)])
    return new


def po_text(catalogue: Catalog) -> bytes:
    """A catalogue as people edit it."""
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=100, include_lineno=False)
    return buffer.getvalue()


def mo_bytes(catalogue: Catalog) -> bytes:
    """A catalogue as the program reads it."""
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def po_path(language: str) -> Path:
    """Where the catalogue of a language lies."""
    return LOCALE_FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def _in_file(method: str, path: Path) -> Iterator[tuple[str | tuple[str, ...], str]]:
    place = path.relative_to(ROOT).as_posix()
    # A template that cannot be read would else be passed over in silence, with all its sentences.
    options = {"extensions": "jinja2.ext.do", "silent": "false"}
    found = extract_from_file(method, path, keywords=KEYWORDS, options=options)
    for _, sentence, _, _ in found:
        yield sentence, place


def _same(one: object, other: object) -> bool:
    return (tuple(one) if isinstance(one, list | tuple) else one) == other


def main() -> None:
    """Renew everything, and say how many sentences still lack a translation."""
    for language in TRANSLATED:
        catalogue = fresh_catalogue(language)
        path = po_path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(po_text(catalogue))
        path.with_suffix(".mo").write_bytes(mo_bytes(catalogue))
        missing = [m for m in catalogue if m.id and not all(_strings(m.string))]
        print(f"{path.relative_to(ROOT)}: {len(catalogue)} sentences, {len(missing)} untranslated")


def _strings(value: object) -> tuple[object, ...]:
    return tuple(value) if isinstance(value, list | tuple) else (value,)


if __name__ == "__main__":
    main()
