"""The admin shows the record and offers nothing else."""

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from audit.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client):
    client.force_login(get_user_model().objects.create_superuser(username="sample-admin", password="x"))
    return client


def test_the_list_finds_a_chain_by_its_name(append, administrator):
    append("case:1")
    append("case:12")
    response = administrator.get(reverse("admin:audit_entry_changelist"), {"q": "case:1"})

    assert response.status_code == 200
    assert [entry.chain for entry in response.context["cl"].result_list] == ["case:1"]


def test_an_entry_is_shown_without_anything_to_change_it(append, administrator):
    entry = append(step="application")
    response = administrator.get(reverse("admin:audit_entry_change", args=[entry.pk]))

    page = response.content.decode()
    assert entry.hash in page
    assert 'name="_save"' not in page
    assert "deletelink" not in page


@pytest.mark.parametrize("page", ["add", "change", "delete"])
def test_nothing_can_be_added_changed_or_deleted(append, administrator, page):
    entry = append(step="application")
    address = reverse(f"admin:audit_entry_{page}", args=[] if page == "add" else [entry.pk])

    assert administrator.post(address, {"action": "other", "post": "yes"}).status_code == 403
    assert Entry.objects.get().action == "step.recorded"


def test_the_list_offers_no_action_on_entries(append, administrator):
    entry = append(step="application")
    administrator.post(
        reverse("admin:audit_entry_changelist"), {"action": "delete_selected", "_selected_action": [entry.pk]}
    )

    assert Entry.objects.filter(pk=entry.pk).exists()
    assert 'name="action"' not in administrator.get(reverse("admin:audit_entry_changelist")).content.decode()
