import re

from django.db import migrations, models
from pypinyin import lazy_pinyin

# What the product reads otherwise than the character alone; later saves use recruitment.names.
SURNAMES = {
    "万俟": "mo qi",
    "令狐": "ling hu",
    "尉迟": "yu chi",
    "单于": "chan yu",
    "长孙": "zhang sun",
    "澹台": "tan tai",
    "曾": "zeng",
    "单": "shan",
    "解": "xie",
    "仇": "qiu",
    "查": "zha",
    "盖": "ge",
    "区": "ou",
    "任": "ren",
    "朴": "piao",
    "翟": "zhai",
    "缪": "miao",
    "乐": "yue",
    "车": "che",
    "谌": "chen",
    "覃": "qin",
    "宓": "mi",
}


def read_names(apps, schema_editor):
    """How the names that are on the roster already are read."""
    members = apps.get_model("branches", "Member").objects
    rows = []
    for member in members.only("pk", "name").iterator(chunk_size=2000):
        surname = next((member.name[:length] for length in (2, 1) if member.name[:length] in SURNAMES), "")
        words = [*SURNAMES.get(surname, "").split(), *lazy_pinyin(member.name[len(surname) :])]
        letters = (re.sub("[^a-z]+", " ", word.lower().replace("ü", "v")).strip() for word in words)
        member.name_pinyin = " ".join(word for word in letters if word)[:400]
        member.name_initials = "".join(word[0] for word in member.name_pinyin.split())[:60]
        rows.append(member)
    members.bulk_update(rows, ["name_pinyin", "name_initials"], batch_size=2000)


class Migration(migrations.Migration):
    dependencies = [
        ("branches", "0003_accounts_from_elsewhere"),
    ]

    operations = [
        migrations.AddField(
            model_name="member",
            name="name_initials",
            field=models.CharField(blank=True, editable=False, max_length=60, verbose_name="姓名首字母"),
        ),
        migrations.AddField(
            model_name="member",
            name="name_pinyin",
            field=models.CharField(blank=True, editable=False, max_length=400, verbose_name="姓名拼音"),
        ),
        migrations.RunPython(read_names, migrations.RunPython.noop),
    ]
