"""The schema of 0001 to 0016 at one stroke, for a new installation: a fifth of the time that the sixteen take.

An installation that has begun with them goes on with them. They are deleted once none is left that has not.
"""

import csv
import uuid
from pathlib import Path

import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django_fsm
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import recruitment.models.appeal
import recruitment.models.background
import recruitment.models.correction
import recruitment.models.custody
import recruitment.models.delivery
import recruitment.models.fields
import recruitment.models.material
import recruitment.models.meeting
import recruitment.models.person
import recruitment.models.policy_document
import recruitment.models.step_record
import recruitment.models.toolbox

HOLIDAYS = Path(__file__).resolve().parents[1] / "data" / "holidays.csv"


def enter_holidays(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The statutory calendar 2004-2026, as a start for the administrator's table (see recruitment/data/README.md)."""
    holiday = apps.get_model("recruitment", "Holiday")
    with HOLIDAYS.open(encoding="utf-8", newline="") as file:
        rows = [
            holiday(day=row["day"], is_workday=row["is_workday"] == "1", name=row["name"])
            for row in csv.DictReader(file)
        ]
    holiday.objects.using(schema_editor.connection.alias).bulk_create(rows)


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("recruitment", "0001_initial"),
        ("recruitment", "0002_holidays"),
        ("recruitment", "0003_forms"),
        ("recruitment", "0004_templates"),
        ("recruitment", "0005_training"),
        ("recruitment", "0006_outbox"),
        ("recruitment", "0007_review"),
        ("recruitment", "0008_corrections"),
        ("recruitment", "0009_clocks"),
        ("recruitment", "0010_case_origins"),
        ("recruitment", "0011_archive_custody"),
        ("recruitment", "0012_staged_uploads"),
        ("recruitment", "0013_meetings"),
        ("recruitment", "0014_learning_and_analyses"),
        ("recruitment", "0015_background_papers"),
        ("recruitment", "0016_drafts_in_order"),
    ]

    dependencies = [
        ("branches", "0003_accounts_from_elsewhere"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ExamQuestion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("key", models.CharField(max_length=12, verbose_name="题号")),
                ("content", models.JSONField()),
            ],
            options={
                "verbose_name": "试题",
                "verbose_name_plural": "试题",
                "ordering": ["key", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Holiday",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(unique=True, verbose_name="日期")),
                ("is_workday", models.BooleanField(default=False, verbose_name="调休上班")),
                ("name", models.CharField(blank=True, max_length=40, verbose_name="名称")),
            ],
            options={
                "verbose_name": "节假日和调休",
                "verbose_name_plural": "节假日和调休",
                "ordering": ["day"],
            },
        ),
        migrations.CreateModel(
            name="Case",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=48, unique=True, verbose_name="纪实编号")),
                (
                    "step",
                    django_fsm.FSMField(
                        choices=[
                            ("submit_application", "submit_application"),
                            ("register_application", "register_application"),
                            ("organization_talk", "organization_talk"),
                            ("recommend_activist", "recommend_activist"),
                            ("determine_activist", "determine_activist"),
                            ("file_activist", "file_activist"),
                            ("assign_contacts", "assign_contacts"),
                            ("cultivate_educate", "cultivate_educate"),
                            ("halfyear_review", "halfyear_review"),
                            ("solicit_opinions", "solicit_opinions"),
                            ("propose_development_target", "propose_development_target"),
                            ("consent_development_target", "consent_development_target"),
                            ("publicize_development_target", "publicize_development_target"),
                            ("assign_introducers", "assign_introducers"),
                            ("political_review", "political_review"),
                            ("intensive_training", "intensive_training"),
                            ("branch_committee_review", "branch_committee_review"),
                            ("preliminary_review", "preliminary_review"),
                            ("fill_application_form", "fill_application_form"),
                            ("admission_branch_meeting", "admission_branch_meeting"),
                            ("superior_talk", "superior_talk"),
                            ("committee_approval", "committee_approval"),
                            ("file_with_org_department", "file_with_org_department"),
                            ("assign_to_branch_group", "assign_to_branch_group"),
                            ("admission_oath", "admission_oath"),
                            ("probation_education", "probation_education"),
                            ("conversion_application", "conversion_application"),
                            ("conversion_review", "conversion_review"),
                            ("conversion_branch_meeting", "conversion_branch_meeting"),
                            ("conversion_approval", "conversion_approval"),
                            ("archive_records", "archive_records"),
                            ("completed", "completed"),
                            ("terminated", "terminated"),
                            ("closed", "closed"),
                        ],
                        default="submit_application",
                        max_length=40,
                        protected=True,
                        verbose_name="当前环节",
                    ),
                ),
                ("stage", models.PositiveSmallIntegerField(default=1, verbose_name="阶段")),
                ("round", models.PositiveSmallIntegerField(default=1, verbose_name="预备期轮次")),
                (
                    "freeze",
                    models.CharField(
                        blank=True,
                        choices=[("", "未冻结"), ("veto", "一票否决待定"), ("transfer", "转接中")],
                        default="",
                        max_length=10,
                        verbose_name="冻结",
                    ),
                ),
                ("veto_code", models.CharField(blank=True, max_length=4, verbose_name="否决情形")),
                ("suspended_codes", models.JSONField(blank=True, default=list, verbose_name="暂停情形")),
                ("extended_until", models.DateField(blank=True, null=True, verbose_name="延长的预备期止")),
                ("transferred_in", models.BooleanField(default=False, verbose_name="预备期内转入")),
                (
                    "light",
                    models.CharField(
                        choices=[("green", "绿灯"), ("yellow", "黄灯"), ("red", "红灯")],
                        default="green",
                        max_length=6,
                        verbose_name="灯",
                    ),
                ),
                ("next_change_on", models.DateField(blank=True, null=True, verbose_name="下次变灯日")),
                ("settle_on", models.DateField(blank=True, null=True, verbose_name="下次重算日")),
                ("unlocks_on", models.DateField(blank=True, null=True, verbose_name="解锁日")),
                ("awaiting", models.CharField(blank=True, max_length=12, verbose_name="由谁办理")),
                ("held_since", models.DateField(blank=True, null=True, verbose_name="在手起始日")),
                ("opened_at", models.DateTimeField(verbose_name="建档时间")),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="终止日期")),
                (
                    "end",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("completed", "办结归档"),
                            ("veto", "一票否决"),
                            ("cancelled", "取消预备党员资格"),
                            ("withdrawn", "本人撤回"),
                            ("died", "去世"),
                            ("moved_away", "转出本系统"),
                            ("dropped", "调整出队"),
                        ],
                        max_length=12,
                        verbose_name="结束情形",
                    ),
                ),
                ("ended_at_step", models.CharField(blank=True, max_length=40)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "branch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="branches.organisation",
                        verbose_name="党支部",
                    ),
                ),
                (
                    "committee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="committee_cases",
                        to="branches.organisation",
                        verbose_name="审批党委",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="department_cases",
                        to="branches.organisation",
                        verbose_name="上级组织部门",
                    ),
                ),
            ],
            options={
                "verbose_name": "纪实",
                "verbose_name_plural": "纪实",
                "ordering": ["-opened_at", "-pk"],
                "indexes": [
                    models.Index(fields=["branch", "stage", "light"], name="recruitment_case_board"),
                    models.Index(fields=["committee", "step"], name="recruitment_case_committee"),
                    models.Index(
                        condition=models.Q(("ended_on__isnull", True), ("settle_on__isnull", False)),
                        fields=["settle_on"],
                        name="recruitment_case_due",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "step__in",
                                (
                                    "submit_application",
                                    "register_application",
                                    "organization_talk",
                                    "recommend_activist",
                                    "determine_activist",
                                    "file_activist",
                                    "assign_contacts",
                                    "cultivate_educate",
                                    "halfyear_review",
                                    "solicit_opinions",
                                    "propose_development_target",
                                    "consent_development_target",
                                    "publicize_development_target",
                                    "assign_introducers",
                                    "political_review",
                                    "intensive_training",
                                    "branch_committee_review",
                                    "preliminary_review",
                                    "fill_application_form",
                                    "admission_branch_meeting",
                                    "superior_talk",
                                    "committee_approval",
                                    "file_with_org_department",
                                    "assign_to_branch_group",
                                    "admission_oath",
                                    "probation_education",
                                    "conversion_application",
                                    "conversion_review",
                                    "conversion_branch_meeting",
                                    "conversion_approval",
                                    "archive_records",
                                    "completed",
                                    "terminated",
                                    "closed",
                                ),
                            )
                        ),
                        name="recruitment_case_step",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("end", ""), ("ended_on__isnull", True)),
                            models.Q(("ended_on__isnull", False), models.Q(("end", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="recruitment_case_ended",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ArchivePackage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "extension",
                    models.CharField(choices=[("zip", "ZIP"), ("pdf", "PDF")], max_length=4, verbose_name="格式"),
                ),
                ("archive", models.CharField(max_length=10, verbose_name="档案")),
                ("sha256", models.CharField(max_length=64)),
                ("manifest", models.CharField(max_length=64, verbose_name="清单哈希")),
                ("files", models.JSONField(default=list)),
                ("missing", models.JSONField(blank=True, default=list)),
                ("standard", models.CharField(blank=True, max_length=12)),
                ("obstacles", models.JSONField(blank=True, default=list)),
                ("made_at", models.DateTimeField(verbose_name="取出时间")),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="archive_packages",
                        to="recruitment.case",
                    ),
                ),
            ],
            options={
                "verbose_name": "归档材料包",
                "verbose_name_plural": "归档材料包",
                "ordering": ["-made_at", "-pk"],
                "indexes": [models.Index(fields=["case", "-made_at"], name="recruitment_package_case")],
            },
        ),
        migrations.CreateModel(
            name="CaseOrigin",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(verbose_name="序号")),
                ("key", models.CharField(max_length=40, verbose_name="密钥指纹")),
                ("manifest", models.TextField()),
                ("signature", models.CharField(max_length=128)),
                ("acts", models.TextField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="origins", to="recruitment.case"
                    ),
                ),
            ],
            options={
                "verbose_name": "来件",
                "verbose_name_plural": "来件",
                "ordering": ["case", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("case", "number"), name="recruitment_case_origin_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="ChannelSetting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("email", "电子邮件"),
                            ("wecom", "企业微信群机器人"),
                            ("dingtalk", "钉钉群机器人"),
                            ("sms", "短信"),
                        ],
                        max_length=10,
                        verbose_name="渠道",
                    ),
                ),
                ("enabled", models.BooleanField(default=False, verbose_name="启用")),
                ("endpoint", recruitment.models.fields.EncryptedTextField(blank=True, verbose_name="接口地址")),
                ("secret", recruitment.models.fields.EncryptedTextField(blank=True, verbose_name="签名密钥")),
                ("headers", recruitment.models.fields.EncryptedTextField(blank=True, verbose_name="请求头")),
                ("body", models.TextField(blank=True, verbose_name="请求正文模板")),
                ("success_text", models.CharField(blank=True, max_length=100, verbose_name="成功标志")),
                (
                    "immediate_topics",
                    models.JSONField(blank=True, default=recruitment.models.delivery.red_only, verbose_name="立即发送"),
                ),
                (
                    "digest_hour",
                    models.PositiveSmallIntegerField(
                        default=8,
                        validators=[django.core.validators.MaxValueValidator(23)],
                        verbose_name="每日汇总时间（点）",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="channel_settings",
                        to="branches.organisation",
                        verbose_name="党组织",
                    ),
                ),
            ],
            options={
                "verbose_name": "通知渠道",
                "verbose_name_plural": "通知渠道",
                "ordering": ["organisation__path", "channel"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "channel"),
                        name="recruitment_channel_setting_once",
                        violation_error_message="该组织已设置这个渠道。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("digest_hour__lte", 23)), name="recruitment_channel_setting_hour"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CommonPaper",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "等待制作"),
                            ("running", "正在制作"),
                            ("done", "已完成"),
                            ("failed", "没有完成"),
                            ("expired", "文件已清除"),
                        ],
                        default="waiting",
                        max_length=8,
                        verbose_name="状态",
                    ),
                ),
                ("requested_at", models.DateTimeField(verbose_name="申请时间")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="完成时间")),
                ("expires_at", models.DateTimeField(blank=True, null=True, verbose_name="清除时间")),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("claim", models.CharField(blank=True, max_length=32)),
                ("claimed_until", models.DateTimeField(blank=True, null=True)),
                (
                    "file",
                    models.FileField(
                        blank=True,
                        max_length=120,
                        storage=recruitment.models.background.document_storage,
                        upload_to=recruitment.models.background.made_path,
                    ),
                ),
                ("file_name", models.CharField(blank=True, max_length=200)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("name", models.CharField(max_length=40, verbose_name="文书")),
                ("digest", models.CharField(max_length=64, verbose_name="内容摘要")),
            ],
            options={
                "verbose_name": "公用文书",
                "verbose_name_plural": "公用文书",
                "ordering": ["name", "-requested_at"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["waiting", "running"])),
                        fields=["claimed_until"],
                        name="recruitment_common_pending",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("name", "digest"), name="recruitment_commonpaper_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="ContactPreference",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("email", recruitment.models.fields.EncryptedTextField(blank=True, verbose_name="电子邮箱")),
                (
                    "email_choice",
                    models.CharField(
                        choices=[
                            ("digest", "每日汇总，红灯等紧急事项立即发送"),
                            ("immediate", "每件事立即发送"),
                            ("none", "不发送"),
                        ],
                        default="digest",
                        max_length=9,
                        verbose_name="电子邮件",
                    ),
                ),
                ("phone", recruitment.models.fields.EncryptedTextField(blank=True, verbose_name="手机号码")),
                (
                    "sms_choice",
                    models.CharField(
                        choices=[
                            ("digest", "每日汇总，红灯等紧急事项立即发送"),
                            ("immediate", "每件事立即发送"),
                            ("none", "不发送"),
                        ],
                        default="none",
                        max_length=9,
                        verbose_name="短信",
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="contact", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "接收方式",
                "verbose_name_plural": "接收方式",
            },
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("record_version", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "side",
                    models.CharField(
                        choices=[("branch", "branch"), ("committee", "committee"), ("department", "department")],
                        max_length=12,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("requested", "待批准"),
                            ("approved", "已更正"),
                            ("refused", "未批准"),
                            ("withdrawn", "已撤回"),
                        ],
                        default="requested",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("reason", models.TextField(verbose_name="更正的理由")),
                (
                    "evidence",
                    models.FileField(
                        max_length=120,
                        storage=recruitment.models.material.material_storage,
                        upload_to=recruitment.models.correction._evidence_path,
                    ),
                ),
                ("original_name", models.CharField(max_length=200, verbose_name="文件名")),
                ("content_type", models.CharField(max_length=100)),
                ("extension", models.CharField(max_length=8)),
                ("size", models.PositiveBigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("requested_at", models.DateTimeField(verbose_name="申请时间")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="决定时间")),
                ("decided_for", models.CharField(blank=True, max_length=60)),
                ("decision_reason", models.TextField(blank=True, verbose_name="决定的理由")),
                ("effects", models.JSONField(blank=True, default=list)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="corrections", to="recruitment.case"
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "requested_for",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "更正",
                "verbose_name_plural": "更正",
                "ordering": ["-requested_at", "-pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("status", "requested")), fields=["side"], name="recruitment_correction_open"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at__isnull", True), ("status", "requested")),
                            models.Q(models.Q(("status", "requested"), _negated=True), ("decided_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="recruitment_correction_decided",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CorrectionItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("step", models.CharField(blank=True, max_length=40)),
                ("field", models.CharField(max_length=40)),
                ("values", models.JSONField(blank=True, default=dict)),
                ("sealed", recruitment.models.fields.EncryptedJSONField(blank=True, default=dict)),
                ("followed", models.BooleanField(default=False)),
                (
                    "correction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="items", to="recruitment.correction"
                    ),
                ),
            ],
            options={
                "verbose_name": "更正的栏目",
                "verbose_name_plural": "更正的栏目",
                "ordering": ["correction", "followed", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("correction", "step", "field"), name="recruitment_correction_item_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CustodyEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(verbose_name="序号")),
                ("is_last", models.BooleanField(default=True)),
                (
                    "deed",
                    models.CharField(
                        choices=[
                            ("handed_over", "移交"),
                            ("received", "接收确认"),
                            ("returned", "退回"),
                            ("kept", "保管确认"),
                            ("corrected", "上一条作废"),
                        ],
                        max_length=12,
                        verbose_name="登记",
                    ),
                ),
                ("on", models.DateField(verbose_name="日期")),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "待移交"), ("on_the_way", "移交途中"), ("kept", "已接收保管")],
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("since", models.DateField(verbose_name="自")),
                (
                    "side",
                    models.CharField(
                        choices=[("branch", "branch"), ("committee", "committee"), ("department", "department")],
                        max_length=12,
                    ),
                ),
                (
                    "holder",
                    models.CharField(
                        choices=[
                            ("branch", "党支部"),
                            ("committee", "审批党委"),
                            ("department", "上级党委组织部门"),
                            ("personnel", "人事档案管理单位"),
                            ("using_unit", "用工单位（代管党员档案）"),
                            ("outside", "本系统以外的接收单位"),
                        ],
                        max_length=10,
                        verbose_name="保管者",
                    ),
                ),
                ("holder_name", models.CharField(max_length=120, verbose_name="保管单位")),
                (
                    "receiver",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("branch", "党支部"),
                            ("committee", "审批党委"),
                            ("department", "上级党委组织部门"),
                            ("personnel", "人事档案管理单位"),
                            ("using_unit", "用工单位（代管党员档案）"),
                            ("outside", "本系统以外的接收单位"),
                        ],
                        max_length=10,
                        verbose_name="接收者",
                    ),
                ),
                ("receiver_name", models.CharField(blank=True, max_length=120, verbose_name="接收单位")),
                ("office", models.CharField(blank=True, max_length=120, verbose_name="保管部门或者地点")),
                ("keeper_person", models.CharField(blank=True, max_length=60, verbose_name="保管责任人")),
                ("shelf", models.CharField(blank=True, max_length=60, verbose_name="柜号、盒号")),
                ("hands", models.CharField(blank=True, max_length=60, verbose_name="经手人")),
                (
                    "code",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("incomplete", "材料不全，与移交清单不符"),
                            ("differs", "文件与清单上的哈希不一致"),
                            ("unsigned", "清单没有签名或者盖章"),
                            ("wrong_body", "不属于本单位保管"),
                            ("no_archive", "本人人事档案不在本单位"),
                            ("other", "其他"),
                        ],
                        max_length=12,
                        verbose_name="退回原因",
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=500, verbose_name="说明")),
                (
                    "file",
                    models.FileField(
                        blank=True,
                        max_length=120,
                        storage=recruitment.models.material.material_storage,
                        upload_to=recruitment.models.custody._receipt_path,
                    ),
                ),
                ("original_name", models.CharField(blank=True, max_length=200, verbose_name="文件名")),
                ("content_type", models.CharField(blank=True, max_length=100)),
                ("extension", models.CharField(blank=True, max_length=8)),
                ("size", models.PositiveBigIntegerField(blank=True, null=True)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("entered_at", models.DateTimeField(verbose_name="登记时间")),
                ("entered_for", models.CharField(blank=True, max_length=60)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="custody_entries",
                        to="recruitment.case",
                    ),
                ),
                (
                    "corrects",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrected_by",
                        to="recruitment.custodyentry",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "entered_from",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="branches.organisation",
                    ),
                ),
                (
                    "holder_organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="branches.organisation",
                    ),
                ),
                (
                    "package",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="recruitment.archivepackage",
                    ),
                ),
                (
                    "receiver_organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="branches.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "档案移交",
                "verbose_name_plural": "档案移交",
                "ordering": ["case", "number"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_last", True)),
                        fields=["state", "side"],
                        name="recruitment_custody_standing",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("case", "number"), name="recruitment_custody_number"),
                    models.UniqueConstraint(
                        condition=models.Q(("is_last", True)), fields=("case",), name="recruitment_custody_last"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "on_the_way"), models.Q(("receiver", ""), _negated=True)),
                            models.Q(models.Q(("state", "on_the_way"), _negated=True), ("receiver", "")),
                            _connector="OR",
                        ),
                        name="recruitment_custody_receiver",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("corrects__isnull", False), ("deed", "corrected")),
                            models.Q(models.Q(("deed", "corrected"), _negated=True), ("corrects__isnull", True)),
                            _connector="OR",
                        ),
                        name="recruitment_custody_corrects",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Deliberation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("step", models.CharField(max_length=40)),
                ("held_on", models.DateField(verbose_name="审议日期")),
                ("opinion", models.TextField(verbose_name="审议意见")),
                ("entered_at", models.DateTimeField()),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="branches.organisation"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="deliberations", to="recruitment.case"
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "审议",
                "verbose_name_plural": "审议",
                "ordering": ["held_on", "pk"],
            },
        ),
        migrations.CreateModel(
            name="DocumentBatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "等待制作"),
                            ("running", "正在制作"),
                            ("done", "已完成"),
                            ("failed", "没有完成"),
                            ("expired", "文件已清除"),
                        ],
                        default="waiting",
                        max_length=8,
                        verbose_name="状态",
                    ),
                ),
                ("requested_at", models.DateTimeField(verbose_name="申请时间")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="完成时间")),
                ("expires_at", models.DateTimeField(blank=True, null=True, verbose_name="清除时间")),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("claim", models.CharField(blank=True, max_length=32)),
                ("claimed_until", models.DateTimeField(blank=True, null=True)),
                (
                    "file",
                    models.FileField(
                        blank=True,
                        max_length=120,
                        storage=recruitment.models.background.document_storage,
                        upload_to=recruitment.models.background.made_path,
                    ),
                ),
                ("file_name", models.CharField(blank=True, max_length=200)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("code", models.CharField(max_length=4, verbose_name="模板")),
                ("step", models.CharField(max_length=40, verbose_name="环节")),
                (
                    "mode",
                    models.CharField(
                        choices=[("each", "每人一份，打包成 ZIP"), ("roster", "合成一份，附名册")],
                        max_length=8,
                        verbose_name="方式",
                    ),
                ),
                ("options", models.JSONField(default=dict)),
                ("total", models.PositiveIntegerField(verbose_name="份数")),
                ("done", models.PositiveIntegerField(default=0, verbose_name="已完成")),
                ("failed", models.PositiveIntegerField(default=0, verbose_name="没有做成")),
                ("requested_from", models.CharField(blank=True, max_length=120, verbose_name="席位")),
                (
                    "requested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="申请人",
                    ),
                ),
            ],
            options={
                "verbose_name": "批量制作",
                "verbose_name_plural": "批量制作",
                "ordering": ["-requested_at", "-pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["waiting", "running"])),
                        fields=["claimed_until"],
                        name="recruitment_batch_pending",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BatchCase",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveIntegerField()),
                (
                    "error",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "做成"),
                            ("unseen", "这份纪实不再在申请人的管理范围内"),
                            ("unmade", "模板填写失败"),
                        ],
                        default="",
                        max_length=8,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="recruitment.case"
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rows", to="recruitment.documentbatch"
                    ),
                ),
            ],
            options={
                "verbose_name": "批量制作的人员",
                "verbose_name_plural": "批量制作的人员",
                "ordering": ["batch", "position"],
                "constraints": [models.UniqueConstraint(fields=("batch", "case"), name="recruitment_batchcase_once")],
            },
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("step", models.CharField(max_length=40)),
                ("values", recruitment.models.fields.EncryptedJSONField(blank=True, default=dict)),
                ("page", models.CharField(blank=True, max_length=40)),
                ("place", models.PositiveIntegerField(default=0)),
                ("saved_at", models.DateTimeField(db_index=True, verbose_name="保存时间")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="drafts", to="recruitment.case"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="drafts", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "草稿",
                "verbose_name_plural": "草稿",
                "constraints": [
                    models.UniqueConstraint(fields=("user", "case", "step"), name="recruitment_draft_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Exam",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("secretary", "书记"),
                            ("deputy_secretary", "副书记"),
                            ("organisation_commissioner", "组织委员"),
                            ("clerk", "录入员"),
                            ("committee_verifier", "党委校核员"),
                            ("organiser", "组织员"),
                            ("department_officer", "组织部干部"),
                            ("inspector", "巡查员（只读）"),
                            ("administrator", "管理员"),
                        ],
                        max_length=32,
                        verbose_name="职务",
                    ),
                ),
                ("seed", models.BigIntegerField()),
                ("pass_mark", models.PositiveSmallIntegerField(verbose_name="合格分数")),
                ("started_at", models.DateTimeField(verbose_name="开始时间")),
                ("ends_at", models.DateTimeField(verbose_name="截止时间")),
                ("handed_in_at", models.DateTimeField(blank=True, null=True, verbose_name="交卷时间")),
                ("ran_out", models.BooleanField(default=False, verbose_name="到时自动交卷")),
                ("score", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="分数")),
                ("passed", models.BooleanField(blank=True, null=True, verbose_name="合格")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exams",
                        to="branches.organisation",
                        verbose_name="党组织",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="exams", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "测试",
                "verbose_name_plural": "测试",
                "ordering": ["-started_at", "-pk"],
                "indexes": [
                    models.Index(fields=["user", "-handed_in_at"], name="recruitment_exam_user"),
                    models.Index(fields=["organisation", "handed_in_at"], name="recruitment_exam_place"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("handed_in_at", None)), fields=("user",), name="recruitment_exam_one_open"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("started_at"))), name="recruitment_exam_time"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("handed_in_at", None), ("passed", None), ("score", None)),
                            models.Q(
                                ("handed_in_at__isnull", False), ("passed__isnull", False), ("score__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="recruitment_exam_result",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("score", None), ("score__lte", 100), _connector="OR"),
                        name="recruitment_exam_score",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Certificate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=20, unique=True, verbose_name="证书编号")),
                ("name", models.CharField(max_length=50, verbose_name="姓名")),
                ("organisation_name", models.CharField(max_length=120, verbose_name="党组织")),
                ("score", models.PositiveSmallIntegerField(verbose_name="分数")),
                ("issued_on", models.DateField(verbose_name="发证日期")),
                (
                    "exam",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="certificate", to="recruitment.exam"
                    ),
                ),
            ],
            options={
                "verbose_name": "证书",
                "verbose_name_plural": "证书",
                "ordering": ["-issued_on", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="ExamAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.PositiveSmallIntegerField(verbose_name="题序")),
                ("given", models.JSONField(blank=True, null=True, verbose_name="作答")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="作答时间")),
                ("right", models.BooleanField(blank=True, null=True, verbose_name="答对")),
                (
                    "exam",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="answers", to="recruitment.exam"
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="recruitment.examquestion"
                    ),
                ),
            ],
            options={
                "verbose_name": "作答",
                "verbose_name_plural": "作答",
                "ordering": ["exam", "place"],
                "constraints": [
                    models.UniqueConstraint(fields=("exam", "place"), name="recruitment_exam_answer_place")
                ],
            },
        ),
        migrations.CreateModel(
            name="Flag",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("step", models.CharField(max_length=40)),
                ("code", models.CharField(max_length=40)),
                ("subkey", models.CharField(blank=True, max_length=24)),
                (
                    "holder",
                    models.CharField(
                        choices=[("branch", "党支部"), ("committee", "基层党委"), ("department", "组织部门")],
                        max_length=12,
                    ),
                ),
                ("due", models.DateField(blank=True, null=True)),
                ("needs_explanation", models.BooleanField(default=False)),
                ("raised_on", models.DateField()),
                ("raised_at", models.DateTimeField()),
                ("explanation", models.TextField(blank=True)),
                ("explained_at", models.DateTimeField(blank=True, null=True)),
                ("resolved_at", models.DateTimeField(blank=True, null=True)),
                ("resolution", models.CharField(blank=True, max_length=20)),
                ("voided", models.BooleanField(default=False)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="flags", to="recruitment.case"
                    ),
                ),
                (
                    "explained_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "提醒",
                "verbose_name_plural": "提醒",
                "ordering": ["case", "raised_at", "pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("resolved_at__isnull", True)), fields=["code"], name="recruitment_flag_open"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("resolved_at__isnull", True)),
                        fields=("case", "step", "code", "subkey"),
                        name="recruitment_flag_open_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LibraryVisit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seen_at", models.DateTimeField()),
                ("seen_before", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="library_visit",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "资料浏览",
                "verbose_name_plural": "资料浏览",
            },
        ),
        migrations.CreateModel(
            name="LocalRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "gate",
                    models.CharField(
                        choices=[
                            ("upload_within_one_month", "upload_within_one_month"),
                            ("application_to_recommendation", "application_to_recommendation"),
                            ("assign_contacts_within_one_month", "assign_contacts_within_one_month"),
                            ("thought_report_quarterly", "thought_report_quarterly"),
                            ("minimum_two_reviews", "minimum_two_reviews"),
                            ("annual_plan_quota", "annual_plan_quota"),
                            ("review_within_one_month", "review_within_one_month"),
                            ("political_review_validity", "political_review_validity"),
                            ("training_validity", "training_validity"),
                            ("review_within_one_month_of_request", "review_within_one_month_of_request"),
                            ("resolution_report_three_months", "resolution_report_three_months"),
                            ("resolution_report_six_months", "resolution_report_six_months"),
                            ("probation_review_half_yearly", "probation_review_half_yearly"),
                            ("conversion_application_not_too_early", "conversion_application_not_too_early"),
                            ("conversion_application_deadline", "conversion_application_deadline"),
                            ("conversion_publicity", "conversion_publicity"),
                            ("conversion_meeting_within_one_month", "conversion_meeting_within_one_month"),
                            ("conversion_meeting_within_three_months", "conversion_meeting_within_three_months"),
                            ("archive_within_one_month", "archive_within_one_month"),
                            ("six_forms_cut", "six_forms_cut"),
                            ("verification_in_time", "verification_in_time"),
                            ("filing_in_time", "filing_in_time"),
                            ("consent_in_time", "consent_in_time"),
                        ],
                        max_length=48,
                        verbose_name="关卡",
                    ),
                ),
                ("enabled", models.BooleanField(default=True, verbose_name="启用")),
                (
                    "parameters",
                    models.JSONField(
                        blank=True, default=dict, help_text='例如 {"duration": "P2M"}', verbose_name="参数"
                    ),
                ),
                ("effective_from", models.DateField(verbose_name="生效日期")),
                ("document", models.CharField(max_length=200, verbose_name="依据文件")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="local_rules",
                        to="branches.organisation",
                        verbose_name="制定组织",
                    ),
                ),
            ],
            options={
                "verbose_name": "本地规则",
                "verbose_name_plural": "本地规则",
                "ordering": ["organisation__path", "effective_from", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "gate", "effective_from"), name="recruitment_local_rule_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Meeting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("branch_committee", "支部委员会会议"),
                            ("branch_meeting", "支部党员大会"),
                            ("committee_meeting", "党委会议"),
                        ],
                        max_length=20,
                        verbose_name="类别",
                    ),
                ),
                ("held_on", models.DateField(verbose_name="日期")),
                ("begins", models.TimeField(blank=True, null=True, verbose_name="时间")),
                ("place", models.CharField(blank=True, max_length=100, verbose_name="地点")),
                ("chair", models.CharField(blank=True, max_length=60, verbose_name="主持人")),
                ("recorder", models.CharField(blank=True, max_length=60, verbose_name="记录人")),
                (
                    "eligible",
                    models.PositiveIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="应到人数",
                    ),
                ),
                ("present", models.PositiveIntegerField(blank=True, null=True, verbose_name="实到人数")),
                ("absences", recruitment.models.fields.EncryptedTextField(blank=True, verbose_name="缺席人员和原因")),
                ("minutes", models.TextField(blank=True, verbose_name="记录摘要")),
                (
                    "state",
                    models.CharField(
                        choices=[("planned", "准备中"), ("held", "已登记"), ("cancelled", "不开了")],
                        default="planned",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("entry", recruitment.models.fields.EncryptedJSONField(blank=True, default=dict)),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField()),
                ("created_for", models.CharField(blank=True, max_length=60)),
                ("entered_at", models.DateTimeField(blank=True, null=True)),
                ("entered_for", models.CharField(blank=True, max_length=60)),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="meetings",
                        to="branches.organisation",
                        verbose_name="召开组织",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "会议日",
                "verbose_name_plural": "会议日",
                "ordering": ["-held_on", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "held"), _negated=True),
                            models.Q(("present__gte", 1), ("present__lte", models.F("eligible"))),
                            _connector="OR",
                        ),
                        name="recruitment_meeting_attendance",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BulkDecision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token", models.UUIDField(unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("verify", "通过"), ("hand_back", "退回补正"), ("filing_list", "按备案名册办理")],
                        max_length=12,
                    ),
                ),
                ("code", models.CharField(blank=True, max_length=24, verbose_name="退回原因")),
                ("text", models.TextField(blank=True, verbose_name="说明")),
                ("created_at", models.DateTimeField()),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="recruitment.meeting",
                    ),
                ),
            ],
            options={
                "verbose_name": "批量校核",
                "verbose_name_plural": "批量校核",
                "ordering": ["-created_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "hand_back"), _negated=True),
                            models.Q(models.Q(("code", ""), _negated=True), models.Q(("text", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="recruitment_bulk_reason",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MeetingPaper",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("minutes", "会议记录扫描件"),
                            ("sealed", "盖章批复扫描件"),
                            ("reply", "批复"),
                            ("filing_list", "备案名册"),
                        ],
                        max_length=12,
                        verbose_name="类别",
                    ),
                ),
                ("version", models.PositiveSmallIntegerField(default=1, verbose_name="版本")),
                ("number", models.CharField(blank=True, max_length=60, verbose_name="文号")),
                ("dated", models.DateField(blank=True, null=True, verbose_name="成文日期")),
                (
                    "file",
                    models.FileField(
                        max_length=120,
                        storage=recruitment.models.material.material_storage,
                        upload_to=recruitment.models.meeting._path,
                    ),
                ),
                ("original_name", models.CharField(max_length=200, verbose_name="文件名")),
                ("content_type", models.CharField(max_length=100)),
                ("extension", models.CharField(max_length=8)),
                ("size", models.PositiveBigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField()),
                (
                    "branch",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="branches.organisation",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="papers", to="recruitment.meeting"
                    ),
                ),
            ],
            options={
                "verbose_name": "会议文书",
                "verbose_name_plural": "会议文书",
                "ordering": ["kind", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("once", models.CharField(editable=False, max_length=160, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("immediate", "立即发送"), ("digest", "每日汇总"), ("test", "测试")],
                        max_length=9,
                        verbose_name="种类",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("email", "电子邮件"),
                            ("wecom", "企业微信群机器人"),
                            ("dingtalk", "钉钉群机器人"),
                            ("sms", "短信"),
                        ],
                        max_length=10,
                        verbose_name="渠道",
                    ),
                ),
                ("address", recruitment.models.fields.EncryptedTextField(verbose_name="地址")),
                ("subject", models.CharField(max_length=120, verbose_name="标题")),
                ("text", models.TextField(verbose_name="正文")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "待发送"),
                            ("sending", "正在发送"),
                            ("sent", "已发送"),
                            ("failed", "发送失败"),
                            ("unsure", "不能确定"),
                        ],
                        default="waiting",
                        max_length=8,
                        verbose_name="状态",
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="尝试次数")),
                ("created_at", models.DateTimeField(verbose_name="生成时间")),
                ("next_attempt_at", models.DateTimeField(blank=True, null=True, verbose_name="下次发送")),
                ("claimed_at", models.DateTimeField(blank=True, null=True)),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="发送时间")),
                ("last_error", models.CharField(blank=True, max_length=300, verbose_name="最近一次的错误")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="branches.organisation",
                        verbose_name="党组织",
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="收件人",
                    ),
                ),
                (
                    "setting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="recruitment.channelsetting",
                    ),
                ),
            ],
            options={
                "verbose_name": "外发消息",
                "verbose_name_plural": "外发消息",
                "ordering": ["-created_at", "-pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["waiting", "sending"])),
                        fields=["state", "next_attempt_at"],
                        name="recruitment_message_due",
                    ),
                    models.Index(fields=["-created_at"], name="recruitment_message_list"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Notification",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40)),
                ("step", models.CharField(blank=True, max_length=40)),
                ("due", models.DateField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                (
                    "about",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="branches.organisation",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notifications",
                        to="recruitment.case",
                    ),
                ),
                (
                    "flag",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notifications",
                        to="recruitment.flag",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notifications",
                        to="branches.organisation",
                    ),
                ),
                (
                    "read_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "通知",
                "verbose_name_plural": "通知",
                "ordering": ["-created_at", "-pk"],
                "indexes": [models.Index(fields=["organisation", "read_at"], name="recruitment_unread")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("flag__isnull", False)),
                        fields=("organisation", "flag"),
                        name="recruitment_notification_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("recipient__isnull", False)),
                        fields=("organisation", "recipient", "code", "due"),
                        name="recruitment_notification_pass",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("about__isnull", False), ("recipient__isnull", True)),
                        fields=("organisation", "about", "code", "due"),
                        name="recruitment_notification_body",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("once", models.CharField(editable=False, max_length=160, unique=True)),
                ("code", models.CharField(max_length=40)),
                ("due", models.DateField(blank=True, null=True)),
                (
                    "topic",
                    models.CharField(
                        choices=[
                            ("red", "红灯"),
                            ("late", "超过期限"),
                            ("returned", "退回补正"),
                            ("suspended", "暂停"),
                            ("learning", "学习"),
                            ("other", "其他提醒"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("email", "电子邮件"),
                            ("wecom", "企业微信群机器人"),
                            ("dingtalk", "钉钉群机器人"),
                            ("sms", "短信"),
                        ],
                        max_length=10,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("dropped", models.BooleanField(default=False)),
                (
                    "case",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="recruitment.case",
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "setting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="recruitment.channelsetting",
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="recruitment.message",
                    ),
                ),
                (
                    "notification",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="recruitment.notification",
                    ),
                ),
            ],
            options={
                "verbose_name": "送达",
                "verbose_name_plural": "送达",
                "ordering": ["created_at", "pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("dropped", False), ("message__isnull", True)),
                        fields=["setting", "created_at"],
                        name="recruitment_delivery_open",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Obligation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("deadline", "期限"), ("lock", "锁定"), ("service", "办理时限")], max_length=8
                    ),
                ),
                ("step", models.CharField(max_length=40)),
                ("code", models.CharField(max_length=40)),
                ("subkey", models.CharField(blank=True, max_length=24)),
                (
                    "holder",
                    models.CharField(
                        choices=[("branch", "党支部"), ("committee", "基层党委"), ("department", "组织部门")],
                        max_length=12,
                    ),
                ),
                ("anchored_on", models.DateField(blank=True, null=True)),
                ("due", models.DateField()),
                ("changes_on", models.DateField()),
                ("provisional", models.BooleanField(default=False)),
                ("raised_at", models.DateTimeField(blank=True, null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="obligations", to="recruitment.case"
                    ),
                ),
            ],
            options={
                "verbose_name": "待办期限",
                "verbose_name_plural": "待办期限",
                "ordering": ["due", "pk"],
                "indexes": [models.Index(fields=["holder", "due"], name="recruitment_obligation_due")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("case", "kind", "step", "code", "subkey"), name="recruitment_obligation_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60, verbose_name="姓名")),
                ("name_pinyin", models.CharField(blank=True, editable=False, max_length=400, verbose_name="姓名拼音")),
                (
                    "name_initials",
                    models.CharField(blank=True, editable=False, max_length=60, verbose_name="姓名首字母"),
                ),
                (
                    "sex",
                    models.CharField(choices=[("female", "女"), ("male", "男")], max_length=6, verbose_name="性别"),
                ),
                ("ethnicity", models.CharField(blank=True, max_length=20, verbose_name="民族")),
                ("birth_date", models.DateField(verbose_name="出生日期")),
                ("native_place", models.CharField(blank=True, max_length=60, verbose_name="籍贯")),
                ("political_status", models.CharField(blank=True, max_length=40, verbose_name="政治面貌")),
                ("education", models.CharField(blank=True, max_length=40, verbose_name="学历")),
                ("employer_or_school", models.CharField(blank=True, max_length=120, verbose_name="工作单位或学校")),
                ("position", models.CharField(blank=True, max_length=60, verbose_name="职务或职业")),
                (
                    "employment_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("farmer", "农民"),
                            ("worker", "工人"),
                            ("staff", "机关事业单位人员"),
                            ("student", "学生"),
                            ("self_employed", "个体工商户、自由职业"),
                            ("dispatched", "劳务派遣人员"),
                            ("mobile", "流动人员"),
                            ("retired", "离退休人员"),
                            ("other", "其他"),
                        ],
                        max_length=16,
                        verbose_name="用工或人员类别",
                    ),
                ),
                ("using_unit", models.CharField(blank=True, max_length=120, verbose_name="用工单位")),
                ("expected_leave_date", models.DateField(blank=True, null=True, verbose_name="预计离开现单位日期")),
                ("has_personnel_archive", models.BooleanField(default=False, verbose_name="有人事档案")),
                ("id_number", recruitment.models.fields.EncryptedTextField(verbose_name="公民身份号码")),
                ("residence", recruitment.models.fields.EncryptedTextField(blank=True, verbose_name="居住地")),
                (
                    "household_registration",
                    recruitment.models.fields.EncryptedTextField(blank=True, verbose_name="户籍地"),
                ),
                ("phone", recruitment.models.fields.EncryptedTextField(blank=True, verbose_name="联系电话")),
                ("work_history", recruitment.models.fields.EncryptedTextField(blank=True, verbose_name="学习工作经历")),
                ("family", recruitment.models.fields.EncryptedTextField(blank=True, verbose_name="家庭主要成员")),
                (
                    "social_relations",
                    recruitment.models.fields.EncryptedTextField(blank=True, verbose_name="主要社会关系"),
                ),
                ("id_index", models.CharField(editable=False, max_length=64, unique=True)),
                ("salt", models.CharField(default=recruitment.models.person._salt, editable=False, max_length=32)),
                ("is_sample", models.BooleanField(default=False, verbose_name="样本")),
                (
                    "member",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="person",
                        to="branches.member",
                        verbose_name="党员名册",
                    ),
                ),
            ],
            options={
                "verbose_name": "人员",
                "verbose_name_plural": "人员",
                "indexes": [
                    models.Index(fields=["name"], name="recruitment_person_name"),
                    models.Index(fields=["name_pinyin"], name="recruitment_person_pinyin"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id_index", ""), _negated=True), name="recruitment_person_indexed"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="case",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="cases",
                to="recruitment.person",
                verbose_name="人员",
            ),
        ),
        migrations.CreateModel(
            name="PolicyDocument",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("policy", "政策文件"), ("commentary", "解读"), ("example", "工作实例")],
                        default="policy",
                        max_length=12,
                        verbose_name="类型",
                    ),
                ),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("general", "综合"),
                            ("application", "申请入党"),
                            ("activist", "入党积极分子"),
                            ("target", "发展对象"),
                            ("admission", "预备党员接收"),
                            ("probation", "预备期和转正"),
                            ("transfer", "转接"),
                            ("archive", "档案"),
                        ],
                        default="general",
                        max_length=12,
                        verbose_name="分类",
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="标题")),
                ("issuing_body", models.CharField(max_length=120, verbose_name="发文机关")),
                ("number", models.CharField(blank=True, max_length=60, verbose_name="文号")),
                ("issued_on", models.DateField(verbose_name="发文日期")),
                ("effective_from", models.DateField(blank=True, null=True, verbose_name="施行日期")),
                (
                    "effective_to",
                    models.DateField(
                        blank=True, help_text="施行的最后一天；长期有效的留空。", null=True, verbose_name="失效日期"
                    ),
                ),
                ("summary", models.TextField(max_length=2000, verbose_name="摘要")),
                ("search_text", models.TextField(blank=True, editable=False)),
                ("added_at", models.DateTimeField(verbose_name="入库时间")),
                ("renewed_at", models.DateTimeField(verbose_name="最近更新")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="撤下时间")),
                ("withdrawn_reason", models.CharField(blank=True, max_length=300, verbose_name="撤下原因")),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="policy_documents",
                        to="branches.organisation",
                        verbose_name="上传部门",
                    ),
                ),
                (
                    "reach",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="branches.organisation",
                        verbose_name="可见范围",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "学习资料",
                "verbose_name_plural": "学习资料",
                "ordering": ["-renewed_at", "-pk"],
                "indexes": [models.Index(fields=["reach", "-renewed_at"], name="recruitment_policy_reach")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("effective_from", None),
                            ("effective_to", None),
                            ("effective_to__gte", models.F("effective_from")),
                            _connector="OR",
                        ),
                        name="recruitment_policy_dates",
                        violation_error_message="失效日期不能早于施行日期。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("withdrawn_at", None), ("withdrawn_reason", "")),
                            models.Q(
                                ("withdrawn_at__isnull", False), models.Q(("withdrawn_reason", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="recruitment_policy_withdrawn",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PolicyVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveSmallIntegerField(verbose_name="版本")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="更新说明")),
                (
                    "file",
                    models.FileField(
                        max_length=120,
                        storage=recruitment.models.material.material_storage,
                        upload_to=recruitment.models.policy_document._path,
                    ),
                ),
                ("original_name", models.CharField(max_length=200, verbose_name="文件名")),
                ("content_type", models.CharField(max_length=100)),
                ("extension", models.CharField(max_length=8)),
                ("size", models.PositiveBigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("text", models.TextField(blank=True, verbose_name="提取的文字")),
                ("uploaded_at", models.DateTimeField()),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="recruitment.policydocument",
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "资料版本",
                "verbose_name_plural": "资料版本",
                "ordering": ["document", "-version"],
                "constraints": [
                    models.UniqueConstraint(fields=("document", "version"), name="recruitment_policy_version")
                ],
            },
        ),
        migrations.AddField(
            model_name="notification",
            name="policy",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="notifications",
                to="recruitment.policyversion",
            ),
        ),
        migrations.CreateModel(
            name="PoolAnalysis",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("held_on", models.DateField(verbose_name="分析日期")),
                ("content", models.TextField(max_length=5000, verbose_name="分析情况")),
                ("measures", models.TextField(max_length=5000, verbose_name="意见和措施")),
                ("people", models.PositiveIntegerField(verbose_name="积极分子人数")),
                ("yellow", models.PositiveIntegerField(default=0, verbose_name="黄灯")),
                ("red", models.PositiveIntegerField(default=0, verbose_name="红灯")),
                ("entered_at", models.DateTimeField()),
                ("entered_for", models.CharField(blank=True, max_length=60)),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pool_analyses",
                        to="branches.organisation",
                        verbose_name="组织部门",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "队伍年度分析",
                "verbose_name_plural": "队伍年度分析",
                "ordering": ["-held_on", "-pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("body", "held_on"), name="recruitment_pool_analysis_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Printing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("paper", models.CharField(max_length=12, verbose_name="表")),
                (
                    "extension",
                    models.CharField(choices=[("pdf", "PDF"), ("docx", "DOCX")], max_length=4, verbose_name="格式"),
                ),
                ("private", models.BooleanField(verbose_name="含个人隐私")),
                ("code", models.CharField(max_length=10, unique=True, verbose_name="核验码")),
                ("digest", models.CharField(max_length=64, verbose_name="内容摘要")),
                ("parts", models.JSONField(default=dict)),
                ("printed_at", models.DateTimeField(verbose_name="打印时间")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="printings", to="recruitment.case"
                    ),
                ),
                (
                    "printed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="打印人",
                    ),
                ),
            ],
            options={
                "verbose_name": "打印记录",
                "verbose_name_plural": "打印记录",
                "ordering": ["-printed_at", "-pk"],
                "indexes": [models.Index(fields=["case", "-printed_at"], name="recruitment_printing_case")],
            },
        ),
        migrations.CreateModel(
            name="PrintedFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "等待制作"),
                            ("running", "正在制作"),
                            ("done", "已完成"),
                            ("failed", "没有完成"),
                            ("expired", "文件已清除"),
                        ],
                        default="waiting",
                        max_length=8,
                        verbose_name="状态",
                    ),
                ),
                ("requested_at", models.DateTimeField(verbose_name="申请时间")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="完成时间")),
                ("expires_at", models.DateTimeField(blank=True, null=True, verbose_name="清除时间")),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("claim", models.CharField(blank=True, max_length=32)),
                ("claimed_until", models.DateTimeField(blank=True, null=True)),
                (
                    "file",
                    models.FileField(
                        blank=True,
                        max_length=120,
                        storage=recruitment.models.background.document_storage,
                        upload_to=recruitment.models.background.made_path,
                    ),
                ),
                ("file_name", models.CharField(blank=True, max_length=200)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("address", models.URLField(max_length=300)),
                (
                    "printing",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="made", to="recruitment.printing"
                    ),
                ),
            ],
            options={
                "verbose_name": "打印文件",
                "verbose_name_plural": "打印文件",
                "ordering": ["-requested_at", "-pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["waiting", "running"])),
                        fields=["claimed_until"],
                        name="recruitment_printed_pending",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ReminderTalk",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("quarter", models.PositiveSmallIntegerField(verbose_name="季度")),
                ("held_on", models.DateField(verbose_name="谈话日期")),
                ("talker", models.CharField(max_length=60, verbose_name="谈话人")),
                ("listener", models.CharField(max_length=60, verbose_name="谈话对象")),
                ("content", models.TextField(verbose_name="谈话内容")),
                ("yellows", models.PositiveSmallIntegerField(verbose_name="黄灯次数")),
                ("entered_at", models.DateTimeField()),
                (
                    "branch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reminder_talks",
                        to="branches.organisation",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "提醒谈话",
                "verbose_name_plural": "提醒谈话",
                "ordering": ["-year", "-quarter", "branch"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("branch", "year", "quarter"), name="recruitment_reminder_talk_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quarter__range", (1, 4))), name="recruitment_reminder_talk_quarter"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SavedSearch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "page",
                    models.CharField(
                        choices=[("search", "查找"), ("deadlines", "期限"), ("queue", "校核")],
                        max_length=12,
                        verbose_name="列表",
                    ),
                ),
                ("name", models.CharField(max_length=40, verbose_name="名称")),
                ("query", models.CharField(max_length=500, verbose_name="条件")),
                ("created_at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_searches",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "保存的条件",
                "verbose_name_plural": "保存的条件",
                "ordering": ["page", "name"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "page", "name"),
                        name="recruitment_saved_search_name",
                        violation_error_message="这个名称已经用过，请换一个。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Sitting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("branch_committee", "支部委员会会议"),
                            ("branch_meeting", "支部党员大会"),
                            ("committee_meeting", "党委会议"),
                            ("filing_list", "备案名册"),
                            ("public_notice", "公示"),
                            ("training_class", "集中培训班"),
                            ("oath", "入党宣誓仪式"),
                        ],
                        max_length=20,
                        verbose_name="类别",
                    ),
                ),
                ("step", models.CharField(max_length=40, verbose_name="环节")),
                ("held_on", models.DateField(verbose_name="日期")),
                ("eligible", models.PositiveIntegerField(blank=True, null=True, verbose_name="应到人数")),
                ("present", models.PositiveIntegerField(blank=True, null=True, verbose_name="实到人数")),
                ("minutes", models.TextField(blank=True, verbose_name="记录摘要")),
                ("created_at", models.DateTimeField()),
                ("created_for", models.CharField(blank=True, max_length=60)),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sittings",
                        to="branches.organisation",
                        verbose_name="召开组织",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sittings",
                        to="recruitment.meeting",
                        verbose_name="会议日",
                    ),
                ),
            ],
            options={
                "verbose_name": "会议",
                "verbose_name_plural": "会议",
                "ordering": ["-held_on", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="StagedUpload",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("place", models.CharField(max_length=300)),
                ("field", models.CharField(max_length=80)),
                ("kind", models.CharField(choices=[("file", "文件"), ("page", "照片")], max_length=4)),
                ("name", models.CharField(max_length=200, verbose_name="文件名")),
                ("size", models.PositiveBigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("received", models.PositiveBigIntegerField(default=0)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("turn", models.PositiveSmallIntegerField(default=0)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("touched_at", models.DateTimeField(db_index=True, verbose_name="最近上传")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="staged_uploads",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "上传中的文件",
                "verbose_name_plural": "上传中的文件",
                "ordering": ["position", "pk"],
                "indexes": [models.Index(fields=["user", "place"], name="recruitment_staged_place")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("received__lte", models.F("size")), ("size__gt", 0)),
                        name="recruitment_staged_size",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("turn__in", [0, 90, 180, 270])), name="recruitment_staged_turn"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("finished_at__isnull", True), ("received", models.F("size")), _connector="OR"
                        ),
                        name="recruitment_staged_finished",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StepRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("step", models.CharField(max_length=40)),
                ("round", models.PositiveSmallIntegerField(default=1)),
                ("counts", models.BooleanField(default=True)),
                (
                    "status",
                    django_fsm.FSMField(
                        choices=[
                            ("open", "待办"),
                            ("recorded", "已登记"),
                            ("submitted", "待校核"),
                            ("returned", "已退回"),
                            ("verified", "已校核"),
                        ],
                        default="open",
                        max_length=10,
                        protected=True,
                    ),
                ),
                ("attempt", models.PositiveSmallIntegerField(default=1)),
                ("marks", models.JSONField(blank=True, default=list)),
                ("opened_at", models.DateTimeField()),
                ("action_on", models.DateField(blank=True, null=True)),
                ("reported_on", models.DateField(blank=True, null=True)),
                ("reported_at", models.DateTimeField(blank=True, null=True)),
                ("entered_at", models.DateTimeField(blank=True, null=True)),
                ("submitted_at", models.DateTimeField(blank=True, null=True)),
                ("verified_at", models.DateTimeField(blank=True, null=True)),
                ("entered_for", models.CharField(blank=True, max_length=60)),
                ("verified_for", models.CharField(blank=True, max_length=60)),
                ("edition", models.CharField(blank=True, max_length=8)),
                ("values", models.JSONField(blank=True, default=dict)),
                ("sealed", recruitment.models.fields.EncryptedJSONField(blank=True, default=dict)),
                ("verdict", models.JSONField(blank=True, default=dict)),
                ("return_reason", models.TextField(blank=True)),
                ("checked", models.JSONField(blank=True, default=list)),
                ("override_reason", models.TextField(blank=True)),
                ("plan_places", models.PositiveIntegerField(blank=True, null=True)),
                ("plan_used", models.PositiveIntegerField(default=0)),
                ("salt", models.CharField(default=recruitment.models.step_record._salt, editable=False, max_length=32)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="records", to="recruitment.case"
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "sitting",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="records",
                        to="recruitment.sitting",
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "submitted_for",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "verified_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "环节记录",
                "verbose_name_plural": "环节记录",
                "ordering": ["case", "round", "pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("counts", True)), fields=["status", "step"], name="recruitment_record_queue"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("counts", True)),
                        fields=("case", "step", "round"),
                        name="recruitment_record_one_counts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ("open", "recorded", "submitted", "returned", "verified"))),
                        name="recruitment_record_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "step__in",
                                (
                                    "submit_application",
                                    "register_application",
                                    "organization_talk",
                                    "recommend_activist",
                                    "determine_activist",
                                    "file_activist",
                                    "assign_contacts",
                                    "cultivate_educate",
                                    "halfyear_review",
                                    "solicit_opinions",
                                    "propose_development_target",
                                    "consent_development_target",
                                    "publicize_development_target",
                                    "assign_introducers",
                                    "political_review",
                                    "intensive_training",
                                    "branch_committee_review",
                                    "preliminary_review",
                                    "fill_application_form",
                                    "admission_branch_meeting",
                                    "superior_talk",
                                    "committee_approval",
                                    "file_with_org_department",
                                    "assign_to_branch_group",
                                    "admission_oath",
                                    "probation_education",
                                    "conversion_application",
                                    "conversion_review",
                                    "conversion_branch_meeting",
                                    "conversion_approval",
                                    "archive_records",
                                ),
                            )
                        ),
                        name="recruitment_record_step",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RecordMember",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("role", models.CharField(max_length=12)),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="named_in", to="branches.member"
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="members", to="recruitment.steprecord"
                    ),
                ),
            ],
            options={
                "verbose_name": "联系人和介绍人",
                "verbose_name_plural": "联系人和介绍人",
                "constraints": [
                    models.UniqueConstraint(fields=("record", "role", "member"), name="recruitment_record_member_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="MeetingItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("step", models.CharField(max_length=40, verbose_name="环节")),
                ("entry", models.CharField(blank=True, max_length=20)),
                ("position", models.PositiveSmallIntegerField(verbose_name="顺序")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "在议程上"),
                            ("done", "已登记"),
                            ("refused", "没有登记"),
                            ("postponed", "推迟到下次"),
                        ],
                        default="planned",
                        max_length=10,
                        verbose_name="结果",
                    ),
                ),
                ("votes_for", models.PositiveIntegerField(blank=True, null=True, verbose_name="赞成")),
                ("votes_against", models.PositiveIntegerField(blank=True, null=True, verbose_name="反对")),
                ("abstentions", models.PositiveIntegerField(blank=True, null=True, verbose_name="弃权")),
                ("note", recruitment.models.fields.EncryptedTextField(blank=True, verbose_name="讨论摘要")),
                ("decision", models.CharField(blank=True, max_length=24, verbose_name="决定")),
                ("outcome", models.CharField(blank=True, max_length=40)),
                ("reasons", models.JSONField(blank=True, default=list)),
                (
                    "branch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="branches.organisation"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="meeting_items", to="recruitment.case"
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="items", to="recruitment.meeting"
                    ),
                ),
                (
                    "sitting",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="meeting_items",
                        to="recruitment.sitting",
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="recruitment.steprecord",
                    ),
                ),
            ],
            options={
                "verbose_name": "议程上的人员",
                "verbose_name_plural": "议程上的人员",
                "ordering": ["meeting", "position", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("meeting", "case", "step", "entry"), name="recruitment_meeting_item_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Material",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=4, verbose_name="材料")),
                ("version", models.PositiveSmallIntegerField(default=1, verbose_name="版本")),
                (
                    "file",
                    models.FileField(
                        max_length=120,
                        storage=recruitment.models.material.material_storage,
                        upload_to=recruitment.models.material._path,
                    ),
                ),
                ("original_name", models.CharField(max_length=200, verbose_name="文件名")),
                ("content_type", models.CharField(max_length=100)),
                ("extension", models.CharField(max_length=8)),
                ("size", models.PositiveBigIntegerField()),
                ("sha256", models.CharField(db_index=True, max_length=64)),
                ("uploaded_at", models.DateTimeField()),
                ("uploaded_for", models.CharField(blank=True, max_length=60)),
                ("original_seen_at", models.DateTimeField(blank=True, null=True, verbose_name="已核原件")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="materials", to="recruitment.case"
                    ),
                ),
                (
                    "original_seen_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "sitting",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="papers",
                        to="recruitment.sitting",
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="materials",
                        to="recruitment.steprecord",
                    ),
                ),
            ],
            options={
                "verbose_name": "材料",
                "verbose_name_plural": "材料",
                "ordering": ["code", "-version"],
                "constraints": [
                    models.UniqueConstraint(fields=("record", "code", "version"), name="recruitment_material_version")
                ],
            },
        ),
        migrations.CreateModel(
            name="LogEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20)),
                ("on", models.DateField()),
                ("text", recruitment.models.fields.EncryptedTextField(blank=True)),
                ("entered_at", models.DateTimeField()),
                ("entered_for", models.CharField(blank=True, max_length=60)),
                (
                    "entered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opinions",
                        to="branches.member",
                    ),
                ),
                (
                    "sitting",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="recruitment.sitting",
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="entries", to="recruitment.steprecord"
                    ),
                ),
            ],
            options={
                "verbose_name": "台账记录",
                "verbose_name_plural": "台账记录",
                "ordering": ["on", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Inquiry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("letter", "函调"), ("opinion", "征求部门意见")], max_length=8, verbose_name="种类"
                    ),
                ),
                ("body_name", models.CharField(max_length=120, verbose_name="发往单位")),
                ("about", recruitment.models.fields.EncryptedTextField(blank=True, verbose_name="了解什么")),
                ("sent_on", models.DateField(verbose_name="发出日期")),
                ("due_on", models.DateField(verbose_name="请对方答复的日期")),
                ("reminded_on", models.JSONField(blank=True, default=list, verbose_name="催办日期")),
                ("answered_on", models.DateField(blank=True, null=True, verbose_name="收到答复的日期")),
                ("answer", recruitment.models.fields.EncryptedTextField(blank=True, verbose_name="答复摘要")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("entered_at", models.DateTimeField()),
                ("entered_for", models.CharField(blank=True, max_length=60)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="inquiries", to="recruitment.case"
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "sender",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="branches.organisation"
                    ),
                ),
                (
                    "paper",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="recruitment.material",
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inquiries",
                        to="recruitment.steprecord",
                    ),
                ),
            ],
            options={
                "verbose_name": "函调和征求意见",
                "verbose_name_plural": "函调和征求意见",
                "ordering": ["sent_on", "pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("answered_on__isnull", True), ("withdrawn_at__isnull", True)),
                        fields=["sender", "due_on"],
                        name="recruitment_inquiry_waiting",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("due_on__gte", models.F("sent_on"))), name="recruitment_inquiry_due"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("answered_on__isnull", True),
                            models.Q(("answered_on__gte", models.F("sent_on")), ("withdrawn_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="recruitment_inquiry_answer",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="flag",
            name="record",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="flags",
                to="recruitment.steprecord",
            ),
        ),
        migrations.AddField(
            model_name="correction",
            name="record",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="corrections",
                to="recruitment.steprecord",
            ),
        ),
        migrations.CreateModel(
            name="Ballot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("attempt", models.PositiveSmallIntegerField()),
                ("held_on", models.DateField()),
                ("secret", models.BooleanField()),
                ("eligible", models.PositiveIntegerField()),
                ("present", models.PositiveIntegerField()),
                ("votes_for", models.PositiveIntegerField()),
                ("votes_against", models.PositiveIntegerField()),
                ("abstentions", models.PositiveIntegerField()),
                ("written_for", models.PositiveIntegerField(default=0)),
                ("written_against", models.PositiveIntegerField(default=0)),
                ("written_abstain", models.PositiveIntegerField(default=0)),
                ("passed", models.BooleanField()),
                (
                    "record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="ballots", to="recruitment.steprecord"
                    ),
                ),
            ],
            options={
                "verbose_name": "表决",
                "verbose_name_plural": "表决",
                "ordering": ["record", "attempt"],
                "constraints": [
                    models.UniqueConstraint(fields=("record", "attempt"), name="recruitment_ballot_attempt"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "present",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("votes_for"), "+", models.F("votes_against")
                                    ),
                                    "+",
                                    models.F("abstentions"),
                                ),
                            )
                        ),
                        name="recruitment_ballot_adds_up",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Attempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("action_on", models.DateField(null=True)),
                ("outcome", models.CharField(blank=True, max_length=12)),
                ("code", models.CharField(blank=True, max_length=4)),
                ("values", models.JSONField(default=dict)),
                ("sealed", recruitment.models.fields.EncryptedJSONField(blank=True, default=dict)),
                ("entered_at", models.DateTimeField()),
                ("entered_for", models.CharField(blank=True, max_length=60)),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "sitting",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attempts",
                        to="recruitment.sitting",
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attempts",
                        to="recruitment.steprecord",
                    ),
                ),
            ],
            options={
                "verbose_name": "未通过的办理",
                "verbose_name_plural": "未通过的办理",
                "ordering": ["record", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("record", "number"), name="recruitment_attempt_number")
                ],
            },
        ),
        migrations.CreateModel(
            name="StepReturn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("step", models.CharField(max_length=40)),
                ("code", models.CharField(max_length=24, verbose_name="退回原因")),
                ("text", models.TextField(verbose_name="说明")),
                ("returned_at", models.DateTimeField()),
                (
                    "branch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="returns", to="branches.organisation"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="returns", to="recruitment.case"
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="returns", to="recruitment.steprecord"
                    ),
                ),
                (
                    "returned_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "退回",
                "verbose_name_plural": "退回",
                "ordering": ["-returned_at", "-pk"],
                "indexes": [models.Index(fields=["branch", "returned_at"], name="recruitment_return_counted")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "step__in",
                                (
                                    "submit_application",
                                    "register_application",
                                    "organization_talk",
                                    "recommend_activist",
                                    "determine_activist",
                                    "file_activist",
                                    "assign_contacts",
                                    "cultivate_educate",
                                    "halfyear_review",
                                    "solicit_opinions",
                                    "propose_development_target",
                                    "consent_development_target",
                                    "publicize_development_target",
                                    "assign_introducers",
                                    "political_review",
                                    "intensive_training",
                                    "branch_committee_review",
                                    "preliminary_review",
                                    "fill_application_form",
                                    "admission_branch_meeting",
                                    "superior_talk",
                                    "committee_approval",
                                    "file_with_org_department",
                                    "assign_to_branch_group",
                                    "admission_oath",
                                    "probation_education",
                                    "conversion_application",
                                    "conversion_review",
                                    "conversion_branch_meeting",
                                    "conversion_approval",
                                    "archive_records",
                                ),
                            )
                        ),
                        name="recruitment_return_step",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Suspension",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=4)),
                ("reason", models.TextField(blank=True)),
                ("from_at", models.DateTimeField()),
                ("until_at", models.DateTimeField(blank=True, null=True)),
                ("until_reason", models.TextField(blank=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="suspensions", to="recruitment.case"
                    ),
                ),
                (
                    "from_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "until_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "暂停",
                "verbose_name_plural": "暂停",
                "ordering": ["-from_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until_at__isnull", True)),
                        fields=("case", "code"),
                        name="recruitment_suspension_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TemplateVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=4, verbose_name="模板")),
                ("number", models.PositiveSmallIntegerField(verbose_name="版本")),
                ("in_force", models.BooleanField(default=False, verbose_name="使用中")),
                (
                    "file",
                    models.FileField(
                        max_length=120,
                        storage=recruitment.models.background.document_storage,
                        upload_to=recruitment.models.toolbox._template_path,
                    ),
                ),
                ("original_name", models.CharField(max_length=200, verbose_name="文件名")),
                ("size", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("names", models.JSONField(default=list)),
                ("has_roster", models.BooleanField(default=False)),
                ("uploaded_at", models.DateTimeField(verbose_name="上传时间")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="templates",
                        to="branches.organisation",
                        verbose_name="组织部门",
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "自有模板",
                "verbose_name_plural": "自有模板",
                "ordering": ["code", "-number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "code", "number"), name="recruitment_template_number"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("in_force", True)),
                        fields=("organisation", "code"),
                        name="recruitment_template_one_in_force",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TrainingRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "required",
                    models.BooleanField(
                        default=True,
                        help_text="书记、副书记和组织委员每十二个月至少合格一次。",
                        verbose_name="要求一年内测试合格",
                    ),
                ),
                (
                    "before_handing_in",
                    models.BooleanField(
                        default=False,
                        help_text="不勾选时只提醒。勾选以后，超过期限还没有合格的人不能提交和报送，合格以后立即恢复。",
                        verbose_name="逾期未合格不能提交",
                    ),
                ),
                (
                    "grace_days",
                    models.PositiveSmallIntegerField(
                        default=30,
                        help_text="从任职之日或规则生效之日中较晚的一天算起。",
                        validators=[django.core.validators.MaxValueValidator(365)],
                        verbose_name="新任宽限天数",
                    ),
                ),
                ("effective_from", models.DateField(verbose_name="生效日期")),
                ("document", models.CharField(max_length=200, verbose_name="依据文件")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="training_rules",
                        to="branches.organisation",
                        verbose_name="制定组织",
                    ),
                ),
            ],
            options={
                "verbose_name": "测试要求",
                "verbose_name_plural": "测试要求",
                "ordering": ["organisation__path", "effective_from", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "effective_from"),
                        name="recruitment_training_rule_once",
                        violation_error_message="这一天已经有一条测试要求。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Transfer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "status",
                    models.CharField(
                        choices=[("pending", "待接收"), ("accepted", "已接收"), ("refused", "已退回")],
                        default="pending",
                        max_length=10,
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                ("requested_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("decision_reason", models.TextField(blank=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="transfers", to="recruitment.case"
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "from_branch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="branches.organisation"
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "to_branch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="branches.organisation"
                    ),
                ),
            ],
            options={
                "verbose_name": "转接",
                "verbose_name_plural": "转接",
                "ordering": ["-requested_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "pending")),
                        fields=("case",),
                        name="recruitment_transfer_one_pending",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Veto",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=4)),
                ("step", models.CharField(max_length=40)),
                ("by_result", models.BooleanField(default=False)),
                ("reason", models.TextField(blank=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("standing", "待定"),
                            ("confirmed", "已确认"),
                            ("dismissed", "已撤销"),
                            ("overturned", "申诉后恢复"),
                        ],
                        default="standing",
                        max_length=10,
                    ),
                ),
                ("raised_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("decision_reason", models.TextField(blank=True)),
                ("local_document", models.CharField(blank=True, max_length=200, verbose_name="本地规定文号")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="vetoes", to="recruitment.case"
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "raised_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "一票否决",
                "verbose_name_plural": "一票否决",
                "ordering": ["-raised_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "standing")),
                        fields=("case",),
                        name="recruitment_veto_one_standing",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Appeal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("received_on", models.DateField(verbose_name="收到日期")),
                ("contested", models.TextField(blank=True, verbose_name="确认的理由")),
                ("text", models.TextField(verbose_name="申诉内容")),
                ("entered_at", models.DateTimeField()),
                (
                    "file",
                    models.FileField(
                        blank=True,
                        max_length=120,
                        storage=recruitment.models.material.material_storage,
                        upload_to=recruitment.models.appeal._path,
                    ),
                ),
                ("original_name", models.CharField(blank=True, max_length=200, verbose_name="文件名")),
                ("content_type", models.CharField(blank=True, max_length=100)),
                ("extension", models.CharField(blank=True, max_length=8)),
                ("size", models.PositiveBigIntegerField(default=0)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                (
                    "status",
                    models.CharField(
                        choices=[("pending", "待答复"), ("upheld", "申诉成立"), ("rejected", "申诉不成立")],
                        default="pending",
                        max_length=8,
                    ),
                ),
                ("answer", models.TextField(blank=True, verbose_name="答复")),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="branches.organisation"
                    ),
                ),
                (
                    "received_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="appeals", to="recruitment.case"
                    ),
                ),
                (
                    "veto",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="appeals", to="recruitment.veto"
                    ),
                ),
            ],
            options={
                "verbose_name": "申诉",
                "verbose_name_plural": "申诉",
                "ordering": ["-entered_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "pending")),
                        fields=("case",),
                        name="recruitment_appeal_one_pending",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_at__isnull", True), ("status", "pending")),
                            models.Q(
                                models.Q(("status", "pending"), _negated=True),
                                ("answered_at__isnull", False),
                                models.Q(("answer", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="recruitment_appeal_answered",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AlertSetting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "escalate_after",
                    models.PositiveSmallIntegerField(
                        default=15,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="黄灯多少天后报上级",
                    ),
                ),
                (
                    "talk_after",
                    models.PositiveSmallIntegerField(
                        default=3,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="一季度几次黄灯须提醒谈话",
                    ),
                ),
                ("document", models.CharField(max_length=200, verbose_name="依据文件")),
                (
                    "organisation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alert_setting",
                        to="branches.organisation",
                        verbose_name="制定组织",
                    ),
                ),
            ],
            options={
                "verbose_name": "预警设置",
                "verbose_name_plural": "预警设置",
                "ordering": ["organisation__path"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("escalate_after__gte", 1), ("talk_after__gte", 1)),
                        name="recruitment_alert_positive",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AnnualPlan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "year",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MinValueValidator(2000)], verbose_name="年度"
                    ),
                ),
                ("places", models.PositiveIntegerField(verbose_name="计划名额")),
                (
                    "committee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="annual_plans",
                        to="branches.organisation",
                        verbose_name="基层党委",
                    ),
                ),
            ],
            options={
                "verbose_name": "年度计划",
                "verbose_name_plural": "年度计划",
                "ordering": ["-year", "committee__path"],
                "constraints": [
                    models.UniqueConstraint(fields=("committee", "year"), name="recruitment_annual_plan_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="CalendarFeed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token_digest", models.CharField(editable=False, max_length=64, unique=True)),
                ("with_names", models.BooleanField(default=False, verbose_name="含姓名")),
                ("language", models.CharField(max_length=8)),
                ("created_at", models.DateTimeField(verbose_name="建立时间")),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="停用时间")),
                (
                    "seat",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="calendar_feeds",
                        to="branches.seat",
                        verbose_name="席位",
                    ),
                ),
            ],
            options={
                "verbose_name": "日历订阅",
                "verbose_name_plural": "日历订阅",
                "ordering": ["-created_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at__isnull", True)),
                        fields=("seat",),
                        name="recruitment_calendar_feed_one_live",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BulkItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("step", models.CharField(max_length=40)),
                ("version", models.PositiveIntegerField()),
                ("code", models.CharField(blank=True, max_length=24, verbose_name="取出原因")),
                ("text", models.TextField(blank=True, verbose_name="说明")),
                (
                    "state",
                    models.CharField(
                        choices=[("pending", "还没有办"), ("done", "已办"), ("refused", "没有办")],
                        default="pending",
                        max_length=8,
                    ),
                ),
                ("reasons", models.JSONField(blank=True, default=list)),
                ("at", models.DateTimeField(blank=True, null=True)),
                (
                    "bulk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="items", to="recruitment.bulkdecision"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="recruitment.case"
                    ),
                ),
            ],
            options={
                "verbose_name": "批量校核的一件",
                "verbose_name_plural": "批量校核的各件",
                "ordering": ["bulk", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("bulk", "case"), name="recruitment_bulk_item_once"),
                    models.CheckConstraint(
                        condition=models.Q(("code", ""), models.Q(("text", ""), _negated=True), _connector="OR"),
                        name="recruitment_bulk_item_reason",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_on__isnull", True)),
                fields=("person",),
                name="recruitment_case_one_open",
                violation_error_message="此人已有一份未结束的纪实，不能重复建档。",
            ),
        ),
        migrations.AddConstraint(
            model_name="notification",
            constraint=models.UniqueConstraint(
                condition=models.Q(("policy__isnull", False)),
                fields=("organisation", "policy"),
                name="recruitment_notification_policy",
            ),
        ),
        migrations.AddConstraint(
            model_name="notification",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("case__isnull", False), ("policy__isnull", False), ("about__isnull", False), _connector="OR"
                ),
                name="recruitment_notification_about",
            ),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "requested")), fields=("record",), name="recruitment_correction_one_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.UniqueConstraint(
                condition=models.Q(("record__isnull", True), ("status", "requested")),
                fields=("case",),
                name="recruitment_correction_one_open_person",
            ),
        ),
        migrations.RunPython(enter_holidays, migrations.RunPython.noop),
    ]
