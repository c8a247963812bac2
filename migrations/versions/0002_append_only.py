"""the ledger and the moves are append-only."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# the columns a foreign key may empty when somebody leaves: that is not rewriting
TABLES = {"ledger": ("department_id", "move_id"), "moves": ("by_id",)}

REFUSE = """
CREATE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE rewritten text;
BEGIN
  SELECT string_agg(after.key, ', ') INTO rewritten
    FROM jsonb_each(to_jsonb(NEW)) AS after JOIN jsonb_each(to_jsonb(OLD)) AS before USING (key)
   WHERE after.value IS DISTINCT FROM before.value
     AND NOT (after.key = ANY (TG_ARGV) AND after.value = 'null'::jsonb);
  IF rewritten IS NOT NULL THEN
    RAISE EXCEPTION '% is append-only: % cannot be changed', TG_TABLE_NAME, rewritten;
  END IF;
  RETURN NEW;
END $$
"""


def upgrade() -> None:
    op.execute(REFUSE)
    for table, emptied in TABLES.items():
        names = ", ".join(f"'{name}'" for name in emptied)
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION refuse_rewriting({names})"
        )


def downgrade() -> None:
    for table in TABLES:
        op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
    op.execute("DROP FUNCTION refuse_rewriting()")
