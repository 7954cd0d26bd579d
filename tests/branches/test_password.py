"""A password given by an administrator is changed by its holder before anything else."""

import pytest
from django.urls import reverse

from audit.models import Entry
from tests.branches.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
NEW = "新的口令-2026-kept"


def test_a_given_password_is_changed_first(client):
    user = UserFactory(must_change_password=True)
    client.force_login(user)
    assert client.get(reverse("case_list")).url == reverse("password_change")
    answer = client.post(
        reverse("password_change"), {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    )
    assert answer.url == reverse("password_change_done")
    user.refresh_from_db()
    assert not user.must_change_password
    assert user.check_password(NEW)
    # Still signed in, and no longer sent to the form.
    assert client.get(reverse("password_change_done")).status_code == 200
    entry = Entry.objects.get(chain=f"user:{user.pk}", action="account_changed")
    assert entry.payload["password"] == ["***", "***"]
    assert NEW not in str(entry.payload)


def test_a_wrong_old_password_changes_nothing(client):
    user = UserFactory(must_change_password=True)
    client.force_login(user)
    answer = client.post(
        reverse("password_change"), {"old_password": "falsch", "new_password1": NEW, "new_password2": NEW}
    )
    assert answer.status_code == 200
    user.refresh_from_db()
    assert user.must_change_password


def test_the_language_can_be_changed_before(client):
    client.force_login(UserFactory(must_change_password=True))
    answer = client.post(reverse("set_language"), {"language": "en", "next": "/password/"})
    assert answer.url == "/password/"
