"""Corrections and what is learnt from them, spam, persons, and what a cluster of copies weighs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSONB = postgresql.JSONB(astext_type=sa.Text())


def upgrade() -> None:
    op.create_table(
        "corrections",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("mention_id", sa.BigInteger(), nullable=False),
        sa.Column("aspect", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("becomes", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.Column("undone_by_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["mention_id"], ["mentions.id"], name=op.f("fk_corrections_mention_id_mentions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
    )
    op.create_index("ix_corrections_mention_id_aspect", "corrections", ["mention_id", "aspect"])
    op.create_index("ix_corrections_at", "corrections", ["at"])
    op.create_table(
        "learned_kinds",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("weights", sa.LargeBinary(), nullable=False),
        sa.Column("examples", sa.BigInteger(), nullable=False),
        sa.Column("upto_id", sa.BigInteger(), nullable=False),
        sa.Column("report", JSONB, nullable=False),
        sa.Column("trained_at", MOMENT, nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.Column("decided_by_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learned_kinds")),
    )
    op.create_index(
        "uq_learned_kinds_in_force",
        "learned_kinds",
        ["language"],
        unique=True,
        postgresql_where=sa.text("standing = 'in_force'"),
    )
    op.create_table(
        "persons",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_persons")),
    )
    op.create_table(
        "person_changes",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("becomes", sa.Text(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_person_changes_person_id_persons"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["authors.id"], name=op.f("fk_person_changes_author_id_authors"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_changes")),
    )
    op.create_index(op.f("ix_person_changes_person_id"), "person_changes", ["person_id"])
    op.add_column("authors", sa.Column("following", sa.BigInteger(), nullable=True))
    op.add_column("authors", sa.Column("person_id", sa.BigInteger(), nullable=True))
    op.add_column("authors", sa.Column("joined_at", MOMENT, nullable=True))
    op.add_column("authors", sa.Column("joined_by_id", sa.BigInteger(), nullable=True))
    op.create_index(op.f("ix_authors_person_id"), "authors", ["person_id"])
    op.create_index("ix_authors_handle_bare", "authors", [sa.text("lower(split_part(ltrim(handle, '@'), '@', 1))")])
    op.create_foreign_key(
        op.f("fk_authors_person_id_persons"), "authors", "persons", ["person_id"], ["id"], ondelete="SET NULL"
    )
    op.add_column("mentions", sa.Column("kind_version", sa.Text(), server_default="", nullable=False))
    op.add_column("mentions", sa.Column("spam_score", sa.Float(), server_default="0", nullable=False))
    op.add_column("mentions", sa.Column("spam_evidence", JSONB, server_default="[]", nullable=False))
    op.add_column("mentions", sa.Column("by_hand", JSONB, server_default="{}", nullable=False))
    op.add_column("mentions", sa.Column("copies", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("mentions", sa.Column("weight", sa.Float(), server_default="1", nullable=False))
    op.create_index(
        "ix_mentions_quarantine",
        "mentions",
        ["id"],
        postgresql_where=sa.text("kind = 'spam' AND kind_confidence >= 0.5"),
    )
    # the newest copies of one first, however many there are
    op.drop_index("ix_mentions_same_as_id", table_name="mentions")
    op.create_index(
        "ix_mentions_same_as_id",
        "mentions",
        ["same_as_id", "id"],
        postgresql_where=sa.text("same_as_id IS NOT NULL"),
    )
    op.alter_column("volumes", "distinct", type_=sa.Float(), existing_type=sa.BigInteger(), existing_nullable=False)


def downgrade() -> None:
    op.drop_index("ix_mentions_same_as_id", table_name="mentions")
    op.create_index(
        "ix_mentions_same_as_id", "mentions", ["same_as_id"], postgresql_where=sa.text("same_as_id IS NOT NULL")
    )
    op.alter_column(
        "volumes",
        "distinct",
        type_=sa.BigInteger(),
        existing_type=sa.Float(),
        existing_nullable=False,
        postgresql_using='round("distinct")',
    )
    op.drop_index("ix_mentions_quarantine", table_name="mentions")
    for column in ("weight", "copies", "by_hand", "spam_evidence", "spam_score", "kind_version"):
        op.drop_column("mentions", column)
    op.drop_constraint(op.f("fk_authors_person_id_persons"), "authors", type_="foreignkey")
    op.drop_index("ix_authors_handle_bare", "authors")
    op.drop_index(op.f("ix_authors_person_id"), "authors")
    for column in ("joined_by_id", "joined_at", "person_id", "following"):
        op.drop_column("authors", column)
    for table in ("person_changes", "persons", "learned_kinds", "corrections"):
        op.drop_table(table)
