"""What to do, as an OSCAL plan of action and milestones (POA&M).

Every action of the assessment is an item: the risk that a requirement stays unmet or unproven, and
the remedy with its steps, roles, what comes first and, on a sprint's calendar, its weeks.
"""

from assessment.plans import Schedule, Slot
from assessment.results import Action
from reports.exports.oscal import (
    finding_id,
    findings_of,
    metadata,
    observations_of,
    property_of,
    rubric_resource,
)
from reports.exports.parts import (
    NAMESPACE,
    Json,
    Object,
    end_of_day,
    id_of,
    judged,
    moment,
    one_line,
)
from reports.exports.telling import Told
from reports.report import ActionLine


def plan_of_action(told: Told, schedule: Schedule | None) -> Object:
    """The document `plan-of-action-and-milestones`."""
    context = told.context
    assessment, say = context.assessment, context.language.text
    slots = {(s.requirement, s.goal): s for s in schedule.slots} if schedule is not None else {}
    pairs = list(zip(assessment.actions, told.actions, strict=True))
    title = say("What {city} does next", city=assessment.submission.city)
    roles = {role for action in assessment.actions for role in action.roles}
    risks: list[Json] = [
        _risk(told, action, line, slots.get((action.requirement, action.goal)))
        for action, line in pairs
    ]
    items: list[Json] = [_item(told, action, line) for action, line in pairs]
    return {
        "plan-of-action-and-milestones": {
            "uuid": id_of(assessment, "oscal", "poam"),
            "metadata": metadata(told, title, roles=roles),
            "system-id": {
                "identifier-type": NAMESPACE,
                "id": one_line(assessment.submission.city),
            },
            **observations_of(told),
            **({"risks": risks} if risks else {}),
            "findings": findings_of(told),
            "poam-items": items or [_nothing_to_do(told)],
            "back-matter": {"resources": [rubric_resource(told)]},
        }
    }


def _nothing_to_do(told: Told) -> Object:
    """OSCAL wants an item even where nothing is left."""
    say = told.context.language.text
    return {
        "uuid": id_of(told.context.assessment, "oscal", "item", "nothing"),
        "title": say("Nothing is left to do"),
        "description": say("Nothing of what is assessed in depth is open or unproven."),
    }


def _id(told: Told, what: str, action: Action) -> str:
    names = ("oscal", what, action.requirement, action.goal)
    return id_of(told.context.assessment, *names)


def _item(told: Told, action: Action, line: ActionLine) -> Object:
    assessment = told.context.assessment
    about = {one.id for one in judged(assessment)}
    found: Object = {
        "uuid": _id(told, "item", action),
        "title": one_line(line.title),
        "description": line.why or line.goal_meaning,
        "props": [
            property_of("rank", action.rank),
            property_of("goal", action.goal),
            property_of("effort-days", action.effort_days),
            property_of("weeks", action.weeks),
            property_of("needed", "yes" if action.needed else "no"),
        ],
        "related-risks": [{"risk-uuid": _id(told, "risk", action)}],
    }
    if action.requirement in about:
        found["related-findings"] = [{"finding-uuid": finding_id(assessment, action.requirement)}]
    return found


def _risk(told: Told, action: Action, line: ActionLine, slot: Slot | None) -> Object:
    assessment = told.context.assessment
    found: Object = {
        "uuid": _id(told, "risk", action),
        "title": one_line(line.title),
        "description": line.goal_meaning,
        "statement": line.why or line.goal_meaning,
        "status": "open",
    }
    if slot is not None:
        found["deadline"] = end_of_day(slot.ends)
    steps = "\n".join(f"- {step}" for step in line.steps)
    proof = told.context.language.text("Proof: {text}", text=line.proof) if line.proof else ""
    task: Object = {
        "uuid": _id(told, "task", action),
        "type": "action",
        "title": one_line(line.title),
        "description": "\n".join(part for part in (steps, proof) if part) or line.goal_meaning,
    }
    if slot is not None:
        days: Object = {"start": moment(slot.starts), "end": end_of_day(slot.ends)}
        task["timing"] = {"within-date-range": days}
    before: list[Json] = [
        {"task-uuid": _id(told, "task", other)}
        for other in assessment.actions
        if other.requirement in action.after
    ]
    if before:
        task["dependencies"] = before
    if action.roles:
        task["responsible-roles"] = [{"role-id": role} for role in action.roles]
    found["remediations"] = [
        {
            "uuid": _id(told, "remediation", action),
            "lifecycle": "recommendation" if slot is None else "planned",
            "title": one_line(line.title),
            "description": line.goal_meaning,
            "tasks": [task],
        }
    ]
    return found
