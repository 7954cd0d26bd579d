"""Addresses of recruitment. The address is the state: every filter, tab and page can be sent to a colleague."""

from django.urls import path

from recruitment.views import (
    cases,
    dashboard,
    deliberation,
    figures,
    flagged,
    guide,
    sitting_entry,
    sittings,
    steps,
    verification,
)

urlpatterns = [
    path("", dashboard.Dashboard.as_view(), name="dashboard"),
    path("seat/", dashboard.SwitchSeat.as_view(), name="switch_seat"),
    path("notifications/", dashboard.NotificationList.as_view(), name="notifications"),
    path("cases/", cases.CaseList.as_view(), name="case_list"),
    path("cases/new/", cases.CaseNew.as_view(), name="case_new"),
    path("cases/<str:number>/", cases.CasePage.as_view(), name="case"),
    path("cases/<str:number>/history/", cases.CaseHistory.as_view(), name="case_history"),
    path("cases/<str:number>/person/", cases.CasePerson.as_view(), name="case_person"),
    path("cases/<str:number>/end/", cases.CaseEnd.as_view(), name="case_end"),
    path("cases/<str:number>/transfer/", cases.CaseTransfer.as_view(), name="case_transfer"),
    path("cases/<str:number>/reinstate/", cases.CaseReinstate.as_view(), name="case_reinstate"),
    path("cases/<str:number>/steps/<str:step>/", steps.StepForm.as_view(), name="step"),
    path("cases/<str:number>/steps/<str:step>/log/", steps.StepLog.as_view(), name="step_log"),
    path("cases/<str:number>/steps/<str:step>/papers/", steps.StepPapers.as_view(), name="step_papers"),
    path("cases/<str:number>/steps/<str:step>/report/", steps.StepReport.as_view(), name="step_report"),
    path("cases/<str:number>/explain/<str:code>/", steps.ExplainFlag.as_view(), name="explain"),
    path("cases/<str:number>/materials/<int:pk>/", steps.MaterialFile.as_view(), name="material"),
    path("cases/<str:number>/verify/", verification.CaseVerify.as_view(), name="case_verify"),
    path("cases/<str:number>/decide/", flagged.VetoDecide.as_view(), name="veto_decide"),
    path("cases/<str:number>/deliberate/", deliberation.Deliberate.as_view(), name="deliberate"),
    path("verify/", verification.Queue.as_view(), name="queue"),
    path("flagged/", flagged.Flagged.as_view(), name="flagged"),
    path("sittings/", sittings.SittingList.as_view(), name="sitting_list"),
    path("sittings/new/", sitting_entry.SittingNew.as_view(), name="sitting_new"),
    path("sittings/<int:pk>/", sittings.SittingPage.as_view(), name="sitting"),
    path("figures/", figures.Figures.as_view(), name="figures"),
    path("figures/<str:code>/", figures.Figures.as_view(), name="figures_of"),
    path("guide/", guide.GuideIndex.as_view(), name="guide"),
    path("guide/<str:step>/", guide.GuideStep.as_view(), name="guide_step"),
]
