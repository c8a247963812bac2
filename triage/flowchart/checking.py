"""What must be mended before a chart may be published."""

from collections.abc import Collection, Iterator, Mapping

from triage.facts import FACTS, FactSort
from triage.flowchart.chart import NOBODY, TESTS, UNSURE, Ask, Assign, Chart, Problem, Step, listed, nearest


def check(chart: Chart, departments: Collection[str], facts: Mapping[str, FactSort] = FACTS) -> list[Problem]:
    """Return everything that must be mended before the chart may be published, in the order of its lines.

    `departments` are the keys of those that exist. Nothing found means: every walk ends, and ends with someone,
    with a listener or with nobody on purpose.
    """
    problems = [*chart.stray, *_start(chart)]
    for step in chart.steps.values():
        problems += _assign(step, departments) if isinstance(step, Assign) else _ask(chart, step, facts)
    problems += loops(chart)
    problems += _unreachable(chart)
    return sorted(problems, key=lambda problem: problem.line)


def _start(chart: Chart) -> Iterator[Problem]:
    if chart.start not in chart.steps:
        near = nearest(chart.start, chart.steps)
        sentence = (
            f'The chart starts at "{chart.start}", and there is no such step.{near} Name one of its steps in `start`.'
        )
        yield Problem(chart.start_line, "", "unknown_start", sentence, {"name": chart.start})


def _assign(step: Assign, departments: Collection[str]) -> Iterator[Problem]:
    known = (*sorted(departments), UNSURE, NOBODY)
    if step.to not in known:
        near = nearest(step.to, known)
        sentence = f'There is no department "{step.to}".{near} Choose {listed(known)}, or add the department first.'
        yield Problem(step.line, step.name, "unknown_department", sentence, {"name": step.to, "known": list(known)})


def _ask(chart: Chart, step: Ask, facts: Mapping[str, FactSort]) -> Iterator[Problem]:
    yield from _question(step, facts)
    for answer, target in (("yes", step.yes), ("no", step.no)):
        if not target:
            sentence = (
                f'The answer "{answer}" leads nowhere. Every question needs both answers: name a step in `{answer}`.'
            )
            yield Problem(step.line, step.name, "dead_end", sentence, {"answer": answer})
        elif target not in chart.steps:
            near = nearest(target, chart.steps)
            sentence = (
                f'The answer "{answer}" leads to "{target}", and there is no such step.{near} Add it, or name another.'
            )
            yield Problem(step.at(answer), step.name, "unknown_step", sentence, {"answer": answer, "name": target})


def _question(step: Ask, facts: Mapping[str, FactSort]) -> Iterator[Problem]:
    fact = facts.get(step.fact)
    if fact is None:
        if not step.fact:
            sentence = "This step neither asks nor assigns. Write `ask` with a fact, or `assign` with a department."
            yield Problem(step.at("ask"), step.name, "asks_nothing", sentence)
            return
        near = nearest(step.fact, facts) or f" A step may ask {listed(facts)}."
        sentence = f'Nothing is known by the name "{step.fact}".{near}'
        yield Problem(step.at("ask"), step.name, "unknown_fact", sentence, {"name": step.fact, "known": list(facts)})
        return
    fitting = [test for test, (sort, _) in TESTS.items() if sort == fact.sort]
    if step.test not in TESTS:
        sentence = f'There is no test "{step.test}". `{fact.name}` can be asked with {listed(fitting)}.'
        yield Problem(step.at("test"), step.name, "unknown_test", sentence, {"name": step.test, "known": fitting})
    elif step.test not in fitting:
        sentence = f"`{step.test}` does not fit `{fact.name}`. Ask it with {listed(fitting)}."
        yield Problem(step.at("test"), step.name, "unfit_test", sentence, {"name": step.test, "known": fitting})
    else:
        yield from _value(step, fact)


def _value(step: Ask, fact: FactSort) -> Iterator[Problem]:
    wanted, value = TESTS[step.test][1], step.value
    fits = {
        "nothing": value is None,
        "one word": isinstance(value, str) and value != "",
        "a list of words": isinstance(value, list) and bool(value) and all(isinstance(word, str) for word in value),
        "a number": isinstance(value, int | float) and not isinstance(value, bool),
    }
    if not fits[wanted]:
        sentence = f"`{step.test}` takes {wanted} in `value`" + (
            ": take the value out." if wanted == "nothing" else "; write it after `value =`."
        )
        yield Problem(step.at("value"), step.name, "odd_value", sentence, {"key": "value", "wanted": wanted})
    elif fact.values:
        for word in value if isinstance(value, list) else [value] if isinstance(value, str) else []:
            if word not in fact.values:
                near = nearest(word, fact.values)
                sentence = f'`{fact.name}` is never "{word}".{near} It is one of {listed(fact.values)}.'
                yield Problem(
                    step.at("value"), step.name, "unknown_value", sentence, {"name": word, "known": [*fact.values]}
                )


def loops(chart: Chart) -> list[Problem]:
    """Return one problem for each edge that leads back into its own walk, said at the step it leaves."""
    found: list[Problem] = []
    settled: set[str] = set()
    for root in chart.steps:
        trail: list[str] = []
        # a walk with its own stack: a long chart must not meet Python's recursion limit
        stack: list[tuple[str, bool]] = [(root, False)]
        while stack:
            name, leaving = stack.pop()
            if leaving:
                settled.add(trail.pop())
                continue
            if name in settled or name in trail:
                continue
            trail.append(name)
            stack.append((name, True))
            for target in _targets(chart.steps[name]):
                if target in trail:
                    round_trip = [*trail[trail.index(target) :], target]
                    sentence = f"This walk never ends: {' → '.join(round_trip)}. Lead one of these answers elsewhere."
                    found.append(Problem(chart.steps[name].line, name, "loop", sentence, {"steps": round_trip}))
                elif target in chart.steps:
                    stack.append((target, False))
    return found


def _unreachable(chart: Chart) -> Iterator[Problem]:
    reached = reachable(chart)
    for step in chart.steps.values():
        if chart.start in chart.steps and step.name not in reached:
            sentence = "No answer leads here. Point an answer to it, or take it out."
            yield Problem(step.line, step.name, "unreachable", sentence)


def reachable(chart: Chart) -> dict[str, None]:
    """Return the names of the steps that a walk can reach, nearest first."""
    reached: dict[str, None] = {}
    waiting = [chart.start]
    while waiting:
        name = waiting.pop(0)
        if name in chart.steps and name not in reached:
            reached[name] = None
            waiting += _targets(chart.steps[name])
    return reached


def _targets(step: Step) -> tuple[str, ...]:
    return (step.yes, step.no) if isinstance(step, Ask) else ()
