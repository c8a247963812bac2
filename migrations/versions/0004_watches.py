"""What the alarm remembers of each topic."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "watches",
        sa.Column("topic_id", sa.BigInteger(), nullable=False),
        sa.Column("upto", sa.DateTime(timezone=True), nullable=False),
        sa.Column("memory", sa.LargeBinary(), nullable=False),
        sa.Column("is_learning", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["topic_id"], ["topics.id"], name=op.f("fk_watches_topic_id_topics"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("topic_id", name=op.f("pk_watches")),
    )
    op.add_column("topics", sa.Column("tolerance", sa.Float(), server_default="0.5", nullable=False))
    op.alter_column("topics", "tolerance", server_default=None)


def downgrade() -> None:
    op.drop_column("topics", "tolerance")
    op.drop_table("watches")
