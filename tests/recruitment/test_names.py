"""How names are read, and that a saved name is always read."""

import pytest
from django.core.exceptions import ValidationError

from recruitment.forms.fields import MembersField
from recruitment.models import Person
from recruitment.names import by_letter, by_reading, initials_of, pinyin_of
from tests.branches.factories import make_county
from tests.recruitment.board_rows import put


@pytest.mark.parametrize(
    ("name", "pinyin", "initials"),
    [
        ("张三丰", "zhang san feng", "zsf"),
        ("曾国", "zeng guo", "zg"),
        ("单田芳", "shan tian fang", "stf"),
        ("万俟卨", "mo qi xie", "mqx"),
        ("吕布", "lv bu", "lb"),
        ("买买提·吐尔逊", "mai mai ti tu er xun", "mmttex"),
        ("Anna Li", "anna li", "al"),
        ("", "", ""),
    ],
)
def test_reading(name, pinyin, initials):
    assert pinyin_of(name) == pinyin
    assert initials_of(pinyin) == initials


def test_names_are_sorted_as_they_are_read():
    assert sorted(["张三", "曾一", "安宁", "李四"], key=by_reading) == ["安宁", "李四", "曾一", "张三"]


def test_people_stand_under_the_letter_of_their_reading():
    people = [(1, "安宁"), (2, "曾一"), (3, "翟二"), (4, "张三"), (5, "·")]
    assert by_letter(people) == [
        ("A", [(1, "安宁")]),
        ("Z", [(2, "曾一"), (3, "翟二"), (4, "张三")]),
        ("#", [(5, "·")]),
    ]


def test_a_long_list_of_members_is_under_letters_and_takes_the_same_answer():
    few = [(number, f"张{number}") for number in range(15)]
    many = [(15, "安宁"), *few]
    short, long = (MembersField(people=people, minimum=1, maximum=2) for people in (few, many))
    assert "<optgroup" not in short.widget.render("who", None)
    page = long.widget.render("who", [15])
    assert page.index('<optgroup label="A">') < page.index('<optgroup label="Z">')
    assert '<option value="15" selected>' in page
    assert long.clean(["15", "3"]) == (15, 3)
    with pytest.raises(ValidationError):
        long.clean(["16", ""])


@pytest.mark.django_db
def test_saving_a_name_keeps_its_reading_true():
    person = put(make_county(), name="解放").person
    assert (person.name_pinyin, person.name_initials) == ("xie fang", "xf")
    person.name = "乐平"
    person.save(update_fields=["name"])
    stored = Person.objects.get(pk=person.pk)
    assert (stored.name_pinyin, stored.name_initials) == ("yue ping", "yp")
