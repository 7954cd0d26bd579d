"""The statutory calendar 2004-2026, as a start for the administrator's table (see recruitment/data/README.md).

A day that is there already keeps what the administrator made of it.
"""

import csv
from pathlib import Path

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

HOLIDAYS = Path(__file__).resolve().parents[1] / "data" / "holidays.csv"


def enter(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    holiday = apps.get_model("recruitment", "Holiday")
    with HOLIDAYS.open(encoding="utf-8", newline="") as file:
        rows = [
            holiday(day=row["day"], is_workday=row["is_workday"] == "1", name=row["name"])
            for row in csv.DictReader(file)
        ]
    holiday.objects.using(schema_editor.connection.alias).bulk_create(rows, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("recruitment", "0001_initial")]

    operations = [migrations.RunPython(enter, migrations.RunPython.noop)]
