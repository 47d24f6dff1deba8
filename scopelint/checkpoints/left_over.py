"""What no error tells: variables that a line does not load, keys that nothing reads."""

from __future__ import annotations

from scopelint.checkpoints.case import Case, Cause, count, optimizers_of, several


def left_out(case: Case) -> list[Cause]:
    """Variables of the program that this line does not load: TF says nothing of them."""
    found = case.found
    demand = found.demand
    late = set(demand.after)
    silent = [v for v in found.silent if v.name not in case.by_variable]
    if demand.kind == "all" or not silent:
        return []
    causes: list[Cause] = []
    after = [v for v in silent if v.name in late]
    if after:
        companions = found.matching.wanted_companions
        slots = [v for v in after if v.name in companions or v.is_slot]
        what = count(len(after), "variable")
        if slots:
            what += " of an optimizer" if len(slots) == len(after) else f", {len(slots)} of them of an optimizer,"
        first = demand.made_at or demand.place
        causes.append(
            Cause(
                "not-in-saver",
                "too late",
                f"{what} made after the Saver ({first}): neither restored nor saved, TF says nothing   "
                f"{several([v.name for v in after], 2)} at {after[0].place}",
                tuple(v.name for v in after),
                place=after[0].place,
                serious=False,
            )
        )
    rest = [v for v in silent if v.name not in late and not v.is_slot]
    if rest:
        there = [v for v in rest if v.name in found.keys]
        moving = [v for v in rest if v.name.rpartition("/")[2] in ("moving_mean", "moving_variance")]
        said = f"{count(len(rest), 'variable')} not asked for by {demand.what}: start values, TF says nothing"
        if there:
            said += f"; {len(there)} of them {'are' if len(there) != 1 else 'is'} in the checkpoint"
        causes.append(
            Cause(
                "silently-not-loaded",
                "left out",
                said + f"   {several([v.name for v in rest])}",
                tuple(v.name for v in rest),
                place=demand.place,
                serious=bool(moving and there) or (demand.kind == "init" and not demand.pairs),
                more=("statistics of batch norm are not trainable: tf.trainable_variables() leaves them out",)
                if moving and there
                else (),
            )
        )
    return causes


def unread(case: Case) -> list[Cause]:
    """What of the file nothing reads: no error, but often the other half of what is missing."""
    found = case.found
    if case.is_other:
        return []
    rest = [t for t in found.unread if t.key not in case.paired_keys and t.name not in case.paired_keys]
    rest = [t for t in rest if t.is_variable]
    companions = found.matching.held_companions
    slots = [t for t in rest if t.name in companions]
    others = [t for t in rest if t.name not in companions]
    causes = []
    if slots:
        what = " and ".join(sorted(optimizers_of({t.name: companions[t.name] for t in slots}))) or "an optimizer"
        averages = [t for t in slots if companions[t.name].kind == "average"]
        what = "moving averages" if len(averages) == len(slots) else f"slots of {what}"
        causes.append(
            Cause(
                "slots-extra",
                "not used",
                f"{len(slots)} {what}: {several([t.key for t in slots], 2)}  (TF says nothing)",
                keys=tuple(t.key for t in slots),
                serious=False,
            )
        )
    if others:
        causes.append(
            Cause(
                "extra-in-checkpoint",
                "not used",
                f"{count(len(others), 'key')}: {several([t.key for t in others])}  (TF says nothing)",
                keys=tuple(t.key for t in others),
                serious=False,
            )
        )
    return causes
