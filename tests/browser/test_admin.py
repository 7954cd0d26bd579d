"""Django's own pages in a real browser, under our Content-Security-Policy."""

from playwright.sync_api import Page, expect


def test_the_admin_stands_under_the_strict_policy(page: Page, django_user_model):
    django_user_model.objects.create_superuser("administrator", password="kept-for-the-test")
    page.goto("/admin/")
    page.fill("[name=username]", "administrator")
    page.fill("[name=password]", "kept-for-the-test")
    page.click("[type=submit]")
    expect(page.locator("#user-tools")).to_contain_text("administrator", ignore_case=True)
