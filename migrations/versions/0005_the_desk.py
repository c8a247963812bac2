"""The desk: views, drafts, presence, empathy lines, bulks, snooze, undo, gaps, follow-ups, chart drafts, the audit."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSONB = postgresql.JSONB(astext_type=sa.Text())


SEARCHED = "to_tsvector('simple', translate(folded, './:@_-=?#&+|~', '             '))"
# what a search is narrowed by, beside the words
BESIDE = (
    "array_to_tsvector(ARRAY['mood:' || mood, 'kind:' || kind, 'language:' || language, 'source:' || source, "
    "'feed_id:' || feed_id])"
)


def upgrade() -> None:
    _search(f"{SEARCHED} || {BESIDE}")
    op.create_table(
        "audits",
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("said", JSONB, nullable=False),
        sa.Column("becomes", JSONB, nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_audits_by_id_members"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audits")),
    )
    op.create_index("ix_audits_at", "audits", ["at"], unique=False)
    op.create_index("ix_audits_subject_subject_id", "audits", ["subject", "subject_id"], unique=False)
    op.create_table(
        "bulks",
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("data", JSONB, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("started_at", MOMENT, nullable=True),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_bulks_by_id_members"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulks")),
    )
    op.create_index(
        "ix_bulks_at_work", "bulks", ["id"], unique=False, postgresql_where=sa.text("state IN ('running', 'undoing')")
    )
    op.create_table(
        "empathy_lines",
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("department_id", sa.BigInteger(), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["members.id"], name=op.f("fk_empathy_lines_by_id_members"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["departments.id"],
            name=op.f("fk_empathy_lines_department_id_departments"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_empathy_lines")),
    )
    op.create_index("ix_empathy_lines_language_position", "empathy_lines", ["language", "position"], unique=False)
    op.create_table(
        "views",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=True),
        sa.Column("department_id", sa.BigInteger(), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.CheckConstraint("owner_id IS NULL OR department_id IS NULL", name=op.f("ck_views_one_keeper")),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_views_by_id_members"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_views_department_id_departments"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["members.id"], name=op.f("fk_views_owner_id_members"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_views")),
    )
    op.create_index("ix_views_department_id", "views", ["department_id"], unique=False)
    op.create_index("ix_views_owner_id", "views", ["owner_id"], unique=False)
    op.create_table(
        "flowchart_drafts",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("base_id", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("past", JSONB, nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("changed_by_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["base_id"],
            ["flowchart_versions.id"],
            name=op.f("fk_flowchart_drafts_base_id_flowchart_versions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["members.id"], name=op.f("fk_flowchart_drafts_by_id_members"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["changed_by_id"],
            ["members.id"],
            name=op.f("fk_flowchart_drafts_changed_by_id_members"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flowchart_drafts")),
    )
    op.create_table(
        "reroutes",
        sa.Column("chart_version", sa.BigInteger(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("upto", sa.BigInteger(), nullable=False),
        sa.Column("moved", sa.BigInteger(), nullable=False),
        sa.Column("stayed", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["members.id"], name=op.f("fk_reroutes_by_id_members"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["chart_version"], ["flowchart_versions.id"], name=op.f("fk_reroutes_chart_version_flowchart_versions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reroutes")),
    )  # fmt: skip
    op.create_index(
        "ix_reroutes_at_work", "reroutes", ["id"], unique=False, postgresql_where=sa.text("finished_at IS NULL")
    )
    op.create_table(
        "drafts",
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("issue_id", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("seen", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["issues.id"], name=op.f("fk_drafts_issue_id_issues"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_drafts_member_id_members"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", "issue_id", name=op.f("pk_drafts")),
    )
    op.create_index(op.f("ix_drafts_issue_id"), "drafts", ["issue_id"], unique=False)
    op.create_table(
        "follow_ups",
        sa.Column("issue_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=True),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("told_at", MOMENT, nullable=True),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("done_by_id", sa.BigInteger(), nullable=True),
        sa.Column("ended", sa.Text(), nullable=True),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["members.id"], name=op.f("fk_follow_ups_by_id_members"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["done_by_id"], ["members.id"], name=op.f("fk_follow_ups_done_by_id_members"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["issues.id"], name=op.f("fk_follow_ups_issue_id_issues"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_follow_ups_member_id_members"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_ups")),
    )
    op.create_index(
        "ix_follow_ups_due_at_open", "follow_ups", ["due_at"], unique=False, postgresql_where=sa.text("done_at IS NULL")
    )
    op.create_index("ix_follow_ups_issue_id", "follow_ups", ["issue_id"], unique=False)
    op.create_index(op.f("ix_follow_ups_member_id"), "follow_ups", ["member_id"], unique=False)
    op.create_table(
        "issue_links",
        sa.Column("issue_id", sa.BigInteger(), nullable=False),
        sa.Column("sort", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("mention_id", sa.BigInteger(), nullable=True),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["members.id"], name=op.f("fk_issue_links_by_id_members"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["issues.id"], name=op.f("fk_issue_links_issue_id_issues"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["mention_id"], ["mentions.id"], name=op.f("fk_issue_links_mention_id_mentions"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue_links")),
    )
    op.create_index("ix_issue_links_issue_id", "issue_links", ["issue_id"], unique=False)
    op.create_index("ix_issue_links_sort_name", "issue_links", ["sort", "name"], unique=False)
    op.create_table(
        "presences",
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("issue_id", sa.BigInteger(), nullable=False),
        sa.Column("doing", sa.Text(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["issues.id"], name=op.f("fk_presences_issue_id_issues"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_presences_member_id_members"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", "issue_id", name=op.f("pk_presences")),
    )
    op.create_index(op.f("ix_presences_issue_id"), "presences", ["issue_id"], unique=False)
    op.create_table(
        "bulk_items",
        sa.Column("bulk_id", sa.BigInteger(), nullable=False),
        sa.Column("issue_id", sa.BigInteger(), nullable=False),
        sa.Column("seen", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("move_id", sa.BigInteger(), nullable=True),
        sa.Column("why", JSONB, nullable=False),
        sa.ForeignKeyConstraint(
            ["bulk_id"], ["bulks.id"], name=op.f("fk_bulk_items_bulk_id_bulks"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["issues.id"], name=op.f("fk_bulk_items_issue_id_issues"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["move_id"], ["moves.id"], name=op.f("fk_bulk_items_move_id_moves"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("bulk_id", "issue_id", name=op.f("pk_bulk_items")),
    )
    op.create_index("ix_bulk_items_bulk_id_state", "bulk_items", ["bulk_id", "state"], unique=False)
    op.create_index(op.f("ix_bulk_items_issue_id"), "bulk_items", ["issue_id"], unique=False)
    op.add_column("issues", sa.Column("snoozed_until", MOMENT, nullable=True))
    op.add_column("issues", sa.Column("snoozed_by", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_issues_snoozed_by_members"), "issues", "members", ["snoozed_by"], ["id"], ondelete="SET NULL"
    )
    _decided()
    op.add_column("ledger", sa.Column("undoes_id", sa.BigInteger(), nullable=True))
    op.create_unique_constraint(op.f("uq_ledger_undoes_id"), "ledger", ["undoes_id"])
    op.create_foreign_key(
        op.f("fk_ledger_undoes_id_ledger"), "ledger", "ledger", ["undoes_id"], ["id"], ondelete="CASCADE"
    )
    op.add_column("moves", sa.Column("undoes_id", sa.BigInteger(), nullable=True))
    op.create_index(
        "ix_moves_by_id_id_words", "moves", ["by_id", "id"], unique=False, postgresql_where=sa.text("words <> ''")
    )
    op.create_unique_constraint(op.f("uq_moves_undoes_id"), "moves", ["undoes_id"])
    op.create_foreign_key(op.f("fk_moves_undoes_id_moves"), "moves", "moves", ["undoes_id"], ["id"], ondelete="CASCADE")
    op.create_table(
        "snapshots",
        sa.Column("move_id", sa.BigInteger(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("columns", JSONB, nullable=False),
        sa.ForeignKeyConstraint(["move_id"], ["moves.id"], name=op.f("fk_snapshots_move_id_moves"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("move_id", name=op.f("pk_snapshots")),
    )
    op.create_index(op.f("ix_snapshots_at"), "snapshots", ["at"], unique=False)
    op.add_column("members", sa.Column("digest", sa.Text(), server_default="each", nullable=False))
    op.add_column("members", sa.Column("digest_at", sa.Text(), server_default="08:00", nullable=False))
    op.add_column("members", sa.Column("away_until", MOMENT, nullable=True))
    op.add_column("memberships", sa.Column("is_deputy", sa.Boolean(), server_default=sa.false(), nullable=False))
    for table, column in (("members", "digest"), ("members", "digest_at"), ("memberships", "is_deputy")):
        op.alter_column(table, column, server_default=None)
    op.execute(
        "CREATE TRIGGER audits_append_only BEFORE UPDATE ON audits "
        "FOR EACH ROW EXECUTE FUNCTION refuse_rewriting('by_id')"
    )


# what reports of a period are counted by
COUNTED_BY = ("triage_decided_at", "resolution_decided_at", "acknowledged_at", "handed_at", "resolved_at")
HANGS_ON = ("merged_into_id", "follows_id")
PROMISES = ("triage", "resolution")
OPEN = "{0} IN ('running', 'paused')"
RUNNING = "{0} = 'running'"


def _decided() -> None:
    """Keep with each issue when its promises were decided and how long they took, as its ledger says."""
    for promise in PROMISES:
        op.add_column("issues", sa.Column(f"{promise}_decided_at", MOMENT, nullable=True))
        op.add_column("issues", sa.Column(f"{promise}_seconds", sa.Float(), nullable=True))
        op.execute(
            f"UPDATE issues SET {promise}_decided_at = line.at FROM (SELECT DISTINCT ON (issue_id) issue_id, event, at "
            f"FROM ledger WHERE promise = '{promise}' AND event IN ('kept', 'broken', 'void') "
            f"ORDER BY issue_id, id DESC) AS line WHERE line.issue_id = issues.id AND line.event = {promise}"
        )
        op.execute(
            f"UPDATE issues SET {promise}_seconds = line.seconds FROM (SELECT DISTINCT ON (issue_id) issue_id, "
            "cast(why ->> 'seconds' AS double precision) AS seconds FROM ledger "
            f"WHERE promise = '{promise}' AND event IN ('kept', 'met') ORDER BY issue_id, id DESC) AS line "
            f"WHERE line.issue_id = issues.id AND {promise}_done_at IS NOT NULL"
        )
        _due(promise, "running", "open", OPEN)
    for column in COUNTED_BY:
        op.create_index(f"ix_issues_{column}", "issues", [column], unique=False)
    for column in HANGS_ON:
        condition = sa.text(f"{column} IS NOT NULL")
        op.create_index(f"ix_issues_{column}", "issues", [column], unique=False, postgresql_where=condition)


def _due(promise: str, gone: str, comes: str, where: str) -> None:
    op.drop_index(f"ix_issues_{promise}_due_{gone}", table_name="issues")
    name, condition = f"ix_issues_{promise}_due_{comes}", sa.text(where.format(promise))
    op.create_index(name, "issues", [f"{promise}_due"], unique=False, postgresql_where=condition)


def _search(words: str) -> None:
    op.drop_index("ix_mentions_search", table_name="mentions")
    op.drop_column("mentions", "search")
    searched = sa.Computed(words, persisted=True)
    op.add_column("mentions", sa.Column("search", postgresql.TSVECTOR(), searched, nullable=True))
    op.create_index("ix_mentions_search", "mentions", ["search"], unique=False, postgresql_using="gin")


def downgrade() -> None:
    _search(SEARCHED)
    op.execute("DROP TRIGGER audits_append_only ON audits")
    op.drop_column("memberships", "is_deputy")
    op.drop_column("members", "away_until")
    op.drop_column("members", "digest_at")
    op.drop_column("members", "digest")
    op.drop_index(op.f("ix_snapshots_at"), table_name="snapshots")
    op.drop_table("snapshots")
    op.drop_constraint(op.f("fk_moves_undoes_id_moves"), "moves", type_="foreignkey")
    op.drop_constraint(op.f("uq_moves_undoes_id"), "moves", type_="unique")
    op.drop_index("ix_moves_by_id_id_words", table_name="moves", postgresql_where=sa.text("words <> ''"))
    op.drop_column("moves", "undoes_id")
    op.drop_constraint(op.f("fk_ledger_undoes_id_ledger"), "ledger", type_="foreignkey")
    op.drop_constraint(op.f("uq_ledger_undoes_id"), "ledger", type_="unique")
    op.drop_column("ledger", "undoes_id")
    for column in (*COUNTED_BY, *HANGS_ON):
        op.drop_index(f"ix_issues_{column}", table_name="issues")
    for promise in PROMISES:
        _due(promise, "open", "running", RUNNING)
        op.drop_column("issues", f"{promise}_seconds")
        op.drop_column("issues", f"{promise}_decided_at")
    op.drop_constraint(op.f("fk_issues_snoozed_by_members"), "issues", type_="foreignkey")
    op.drop_column("issues", "snoozed_by")
    op.drop_column("issues", "snoozed_until")
    op.drop_index(op.f("ix_bulk_items_issue_id"), table_name="bulk_items")
    op.drop_index("ix_bulk_items_bulk_id_state", table_name="bulk_items")
    op.drop_table("bulk_items")
    op.drop_index(op.f("ix_presences_issue_id"), table_name="presences")
    op.drop_table("presences")
    op.drop_index("ix_issue_links_sort_name", table_name="issue_links")
    op.drop_index("ix_issue_links_issue_id", table_name="issue_links")
    op.drop_table("issue_links")
    op.drop_index(op.f("ix_follow_ups_member_id"), table_name="follow_ups")
    op.drop_index("ix_follow_ups_issue_id", table_name="follow_ups")
    op.drop_index("ix_follow_ups_due_at_open", table_name="follow_ups", postgresql_where=sa.text("done_at IS NULL"))
    op.drop_table("follow_ups")
    op.drop_index(op.f("ix_drafts_issue_id"), table_name="drafts")
    op.drop_table("drafts")
    op.drop_index("ix_reroutes_at_work", table_name="reroutes", postgresql_where=sa.text("finished_at IS NULL"))
    op.drop_table("reroutes")
    op.drop_table("flowchart_drafts")
    op.drop_index("ix_views_owner_id", table_name="views")
    op.drop_index("ix_views_department_id", table_name="views")
    op.drop_table("views")
    op.drop_index("ix_empathy_lines_language_position", table_name="empathy_lines")
    op.drop_table("empathy_lines")
    op.drop_index("ix_bulks_at_work", table_name="bulks", postgresql_where=sa.text("state IN ('running', 'undoing')"))
    op.drop_table("bulks")
    op.drop_index("ix_audits_subject_subject_id", table_name="audits")
    op.drop_index("ix_audits_at", table_name="audits")
    op.drop_table("audits")
