"""A small rubric as a folder of YAML, to be spoilt in one place at a time."""

from pathlib import Path

from rubrics.loader import load_rubric
from rubrics.problems import InputError

RUBRIC = """\
id: small
edition: "1"
status: draft
title: A small rubric
status_note: It is made up.
language: en
tiers:
  rounding: whole_percent
  rounding_source: interpretation
  target: silver
  levels:
    - {id: silver, title: Silver, min_percent: 51, source: S1}
    - {id: gold, title: Gold, min_percent: 68, source: S1}
  cautions:
    - {points: 1, text: This is the edge., source: S1}
eligibility: {min_population: 30000, countries: [US, MX], source: S1}
unscored:
  - {id: equity, title: Equity, text: It is shown., source: S1}
declarations:
  proof: {evidence: [official_result], where: [dated_within: 36 months]}
  source: {refs: [S1], thresholds: interpretation}
planning: {prove_days: 1, show_days: 0.5, source: interpretation}
vocabulary:
  evidence_kinds: {document: Document, dataset: Dataset, official_result: Official result}
  roles: {buyer: Buyer}
  activities: {support: Support}
  marks: {scope: Scope}
sources:
  S1: {title: A source}
practices:
  - id: RDC
    title: Contracting
    criteria:
      - {id: DM1, title: Data, statement: It is so.}
      - RDC1
"""

CRITERION = """\
id: RDC1
title: Purchases are public
statement: The city publishes its purchases.
prerequisites: [DM1]
requirements:
  - id: awards
    title: Awards are public
    ask: {kind: percentage, text: Which share?}
    check: {min: 80}
    proof:
      evidence: [dataset]
      where:
        - {newest_within: 12 months, source: S1}
        - {shows: [scope]}
    counts_as_proof: The data.
    why: Because.
    source: {refs: [S1], thresholds: interpretation}
    flags:
      - {id: thin, text: It is thin., unless: {min: 90}}
    not_applicable:
      because: There may be none.
      source: {refs: [S1], thresholds: interpretation}
      when: {question: register, field: kind, one_of: [paper]}
    remedy:
      title: Publish them
      steps: [Start.]
      effort_days: 2
      weeks: 1
      roles: [buyer]
      activity: [support]
  - id: register
    title: A register exists
    ask:
      kind: group
      text: How is it kept?
      fields:
        kind: {kind: choice, text: Which kind?, options: {paper: Paper, data: Data}}
        parts: {kind: choices, text: Which parts?, options: {dates: Dates, values: Values}}
        kept_since: {kind: date, text: Since when?}
        found: {kind: number, text: How many were found?}
        all: {kind: number, text: How many are there?}
        public: {kind: yes_no, text: Is it public?}
        rows:
          kind: table
          text: The rows
          columns:
            stage: {kind: choice, text: Stage, options: {award: Award, contract: Contract}}
            owner: {kind: text, text: Owner}
            share: {kind: percentage, text: Share}
    check:
      all_of:
        - {field: kind, one_of: [data]}
        - {field: parts, includes: [dates, values], at_least: 2}
        - {field: kept_since, within: 2 years}
        - {ratio: [found, all], min: 50}
        - {filled: [found]}
        - {field: public, is: yes}
        - {field: rows, covers: [award, contract], column: stage}
        - {field: rows, distinct: 2, column: stage}
        - field: rows
          rows: 1
          where:
            - {filled: [owner]}
            - any_of: [{field: share, max: 50}, {question: awards, min: 80}]
        - {field: rows, every_row: [{field: stage, one_of: [award]}]}
    proof:
      any_of:
        - {evidence: [document], where: [{rows: 1}, {stage: award, records: 2}]}
        - evidence: [dataset]
          where:
            - every_row: [{field: anything, is: yes}]
            - {covers: [x], column: anything}
    counts_as_proof: The register.
    why: Because.
    source: {refs: [S1], thresholds: S1}
    remedy:
      title: Keep one
      steps: [Start.]
      effort_days: 2
      weeks: 1
      roles: [buyer]
      after: [awards]
      activity: [support]
      also_meets: [awards]
passes:
  source: {refs: [S1], thresholds: interpretation}
  rule:
    all_of:
      - awards
      - at_least: 1
        of: [register]
literal:
  source: {refs: [S1], thresholds: interpretation}
  rule: {routes: {A: [awards, register], B: [register]}, each_at_least: 1, strong_from: 2}
points: 2
"""


def write(folder: Path, rubric: str = RUBRIC, criterion: str = CRITERION) -> Path:
    """The folder of a rubric whose texts are these."""
    (folder / "criteria").mkdir(parents=True)
    (folder / "rubric.yaml").write_text(rubric, encoding="utf-8")
    (folder / "criteria/rdc1.yaml").write_text(criterion, encoding="utf-8")
    return folder


def spoilt(old: str, new: str) -> tuple[str, str]:
    """The two texts with one thing changed; it stands in one of them, once."""
    assert (RUBRIC + CRITERION).count(old) == 1, old
    return RUBRIC.replace(old, new), CRITERION.replace(old, new)


def complaints(folder: Path, old: str, new: str) -> list[str]:
    """What the loader says of a rubric that was spoilt so."""
    try:
        load_rubric(write(folder, *spoilt(old, new)))
    except InputError as error:
        return [str(problem) for problem in error.problems]
    return []
