"""Numbering the journal after the commit, and what balances are read from."""

from o2c.kernel.db import fetch_all, verb

SEAL_BATCH = 10_000

# Holds the counter until the commit, so that two sealers follow each other.
LOCK_JOURNAL_COUNTER = """
INSERT INTO kernel_documentcounter (company_id, kind, year, last) VALUES (%s, 'journal', 0, 0)
ON CONFLICT (company_id, kind, year) DO UPDATE SET last = kernel_documentcounter.last
"""

SEAL = """
WITH unsealed AS MATERIALIZED (
    SELECT id, row_number() OVER (ORDER BY id) AS place FROM ledger_journalentry
    WHERE company_id = %(company)s AND number IS NULL ORDER BY id LIMIT %(limit)s
), counter AS (
    UPDATE kernel_documentcounter SET last = last + (SELECT count(*) FROM unsealed)
    WHERE company_id = %(company)s AND kind = 'journal' AND year = 0
    RETURNING last - (SELECT count(*) FROM unsealed) AS before
)
UPDATE ledger_journalentry e SET number = counter.before + unsealed.place
FROM unsealed, counter WHERE e.id = unsealed.id
RETURNING e.id
"""

# What was numbered is in the turnover from the same commit on: a balance counts each line here or there, once.
TURN_OVER = """
INSERT INTO ledger_dailyturnover AS turnover (account_id, "on", debit, credit)
SELECT account_id, "on", sum(debit), sum(credit) FROM ledger_journalline
WHERE entry_id = ANY(%(entries)s::bigint[]) GROUP BY account_id, "on"
ON CONFLICT (account_id, "on") DO UPDATE
SET debit = turnover.debit + excluded.debit, credit = turnover.credit + excluded.credit
"""


@verb
def seal_entries(*, company_id: int, limit: int = SEAL_BATCH) -> int:
    """Give committed entries without a number the next gapless ones; return how many.

    The counter's lock lets one sealer work at a time. It looks for missing numbers, never above a
    watermark, so an entry that commits late is numbered late, and none is missed (docs/adr/0004).
    """
    fetch_all(LOCK_JOURNAL_COUNTER, [company_id])
    sealed = [entry for (entry,) in fetch_all(SEAL, {"company": company_id, "limit": limit})]
    if sealed:
        fetch_all(TURN_OVER, {"entries": sealed})
    return len(sealed)
