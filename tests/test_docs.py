"""The documents agree with the code."""

from recruitment.management.commands.write_steps_doc import document, render
from recruitment.rules.steps import GATES, STEPS


def test_steps_doc_is_current():
    assert document().read_text(encoding="utf-8") == render(), "run manage.py write_steps_doc"


def test_steps_doc_names_every_step_rule_and_paper():
    written = render()
    for key, step in STEPS.items():
        assert f"`{key}`" in written
        assert all(code in written for code in step.produces)
    assert all(f"`{gate}`" in written for gate in GATES)
