"""Cases brought to any step through the real services, in the test's transaction."""

from collections.abc import Callable, Iterator

import pytest

from recruitment.models import Case
from recruitment.rehearsal.play import papers_in_memory
from recruitment.rehearsal.stage import Stage, build
from tests.rehearsal.dsl import Story, Theatre


@pytest.fixture
def stage(db: None) -> Stage:
    return build()


@pytest.fixture
def case_of(stage: Stage) -> Iterator[Callable[[Story], Case]]:
    """The case of a story, all of whose events must be answered as it says."""
    with papers_in_memory():
        theatre = Theatre(stage)

        def played(story: Story) -> Case:
            answer = theatre.play(story)
            assert not story.differences(answer["events"])
            return Case.objects.select_related("branch", "person").get(branch__code__startswith="REHEARSAL")

        yield played
