"""The alarm: what it remembers of each topic, what happened to an incident, quiet spans, events, good days, crises."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSONB = postgresql.JSONB(astext_type=sa.Text())
APPEND_ONLY = ("spike_moments", "crisis_moves")


def upgrade() -> None:
    op.create_table(
        "watches",
        sa.Column("topic_id", sa.BigInteger(), nullable=False),
        sa.Column("upto", MOMENT, nullable=False),
        sa.Column("memory", sa.LargeBinary(), nullable=False),
        sa.Column("is_learning", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["topic_id"], ["topics.id"], name=op.f("fk_watches_topic_id_topics"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("topic_id", name=op.f("pk_watches")),
    )
    op.add_column("topics", sa.Column("tolerance", sa.Float(), server_default="0.5", nullable=False))
    op.alter_column("topics", "tolerance", server_default=None)
    op.create_table(
        "events",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("topic_id", sa.BigInteger(), nullable=True),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["topic_id"], ["topics.id"], name=op.f("fk_events_topic_id_topics"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
    )
    op.create_index("ix_events_starts_at", "events", ["starts_at"], unique=False)
    op.create_table(
        "hushes",
        sa.Column("sort", sa.Text(), nullable=False),
        sa.Column("topic_id", sa.BigInteger(), nullable=True),
        sa.Column("feed_id", sa.BigInteger(), nullable=True),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("ended_by_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(["feed_id"], ["feeds.id"], name=op.f("fk_hushes_feed_id_feeds"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["topic_id"], ["topics.id"], name=op.f("fk_hushes_topic_id_topics"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hushes")),
    )
    op.create_index("ix_hushes_ends_at", "hushes", ["ends_at"], unique=False)
    op.create_table(
        "targets",
        sa.Column("topic_id", sa.BigInteger(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("at_least", sa.Double(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["topic_id"], ["topics.id"], name=op.f("fk_targets_topic_id_topics"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("topic_id", "measure", name=op.f("pk_targets")),
    )
    op.create_table(
        "crises",
        sa.Column("topic_id", sa.BigInteger(), nullable=False),
        sa.Column("spike_id", sa.BigInteger(), nullable=True),
        sa.Column("issue_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("opened_by_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", JSONB, nullable=False),
        sa.Column("instruction", sa.Text(), nullable=False),
        sa.Column("holding", sa.Text(), nullable=False),
        sa.Column("stood_down_at", MOMENT, nullable=True),
        sa.Column("stood_down_by_id", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["issues.id"], name=op.f("fk_crises_issue_id_issues"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["members.id"], name=op.f("fk_crises_opened_by_id_members"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["spike_id"], ["spikes.id"], name=op.f("fk_crises_spike_id_spikes"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["stood_down_by_id"], ["members.id"], name=op.f("fk_crises_stood_down_by_id_members"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["topic_id"], ["topics.id"], name=op.f("fk_crises_topic_id_topics"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crises")),
    )
    op.create_index("ix_crises_opened_at", "crises", ["opened_at"], unique=False)
    op.create_index(
        "uq_crises_topic_id_open",
        "crises",
        ["topic_id"],
        unique=True,
        postgresql_where=sa.text("stood_down_at IS NULL"),
    )
    op.create_table(
        "spike_moments",
        sa.Column("spike_id", sa.BigInteger(), nullable=False),
        sa.Column("sort", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("data", JSONB, nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["spike_id"], ["spikes.id"], name=op.f("fk_spike_moments_spike_id_spikes"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spike_moments")),
    )
    op.create_index("ix_spike_moments_spike_id_id", "spike_moments", ["spike_id", "id"], unique=False)
    op.create_table(
        "crisis_duties",
        sa.Column("crisis_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["crisis_id"], ["crises.id"], name=op.f("fk_crisis_duties_crisis_id_crises"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_crisis_duties_member_id_members"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("crisis_id", "role", name=op.f("pk_crisis_duties")),
    )
    op.create_table(
        "crisis_moves",
        sa.Column("crisis_id", sa.BigInteger(), nullable=False),
        sa.Column("sort", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("data", JSONB, nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["members.id"], name=op.f("fk_crisis_moves_by_id_members"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["crisis_id"], ["crises.id"], name=op.f("fk_crisis_moves_crisis_id_crises"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crisis_moves")),
    )
    op.create_index("ix_crisis_moves_crisis_id_id", "crisis_moves", ["crisis_id", "id"], unique=False)
    op.create_table(
        "sweeps",
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_sweeps_by_id_members"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sweeps")),
    )
    op.create_index("ix_sweeps_at", "sweeps", ["at"], unique=False)
    op.add_column("members", sa.Column("quiet_hours", JSONB, nullable=True))
    op.add_column("notices", sa.Column("crisis_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_notices_crisis_id_crises"), "notices", "crises", ["crisis_id"], ["id"], ondelete="CASCADE"
    )
    op.create_index("ix_notices_spike_id", "notices", ["spike_id"], unique=False)
    op.create_index("ix_notices_crisis_id", "notices", ["crisis_id"], unique=False)
    op.add_column("spikes", sa.Column("is_hushed", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.alter_column("spikes", "is_hushed", server_default=None)
    op.add_column("spikes", sa.Column("snoozed_until", MOMENT, nullable=True))
    op.add_column("spikes", sa.Column("verdict", sa.Text(), nullable=True))
    op.add_column("spikes", sa.Column("verdict_by_id", sa.BigInteger(), nullable=True))
    op.add_column("spikes", sa.Column("verdict_at", MOMENT, nullable=True))
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_rewriting('by_id')"
        )


def downgrade() -> None:
    for table in APPEND_ONLY:
        op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
    op.drop_column("spikes", "verdict_at")
    op.drop_column("spikes", "verdict_by_id")
    op.drop_column("spikes", "verdict")
    op.drop_column("spikes", "snoozed_until")
    op.drop_column("spikes", "is_hushed")
    op.drop_index("ix_notices_crisis_id", table_name="notices")
    op.drop_index("ix_notices_spike_id", table_name="notices")
    op.drop_constraint(op.f("fk_notices_crisis_id_crises"), "notices", type_="foreignkey")
    op.drop_column("notices", "crisis_id")
    op.drop_column("members", "quiet_hours")
    op.drop_index("ix_sweeps_at", table_name="sweeps")
    op.drop_table("sweeps")
    op.drop_index("ix_crisis_moves_crisis_id_id", table_name="crisis_moves")
    op.drop_table("crisis_moves")
    op.drop_table("crisis_duties")
    op.drop_index("ix_spike_moments_spike_id_id", table_name="spike_moments")
    op.drop_table("spike_moments")
    op.drop_index("uq_crises_topic_id_open", table_name="crises", postgresql_where=sa.text("stood_down_at IS NULL"))
    op.drop_index("ix_crises_opened_at", table_name="crises")
    op.drop_table("crises")
    op.drop_table("targets")
    op.drop_index("ix_hushes_ends_at", table_name="hushes")
    op.drop_table("hushes")
    op.drop_index("ix_events_starts_at", table_name="events")
    op.drop_table("events")
    op.drop_column("topics", "tolerance")
    op.drop_table("watches")
