"""The case study of 2019: its claims, and what a corpus says of them."""

from cio_topics.case_study.bases import BASES
from cio_topics.case_study.claims import Claim, Reading, read_claims
from cio_topics.case_study.judgement import RULES, VERDICTS
from cio_topics.case_study.printed import (
    printed_internal,
    printed_table1,
    printed_verdicts,
    replication_readme,
)
from cio_topics.case_study.verdicts import Replication, replicate

__all__ = [
    "BASES",
    "RULES",
    "VERDICTS",
    "Claim",
    "Reading",
    "Replication",
    "printed_internal",
    "printed_table1",
    "printed_verdicts",
    "read_claims",
    "replicate",
    "replication_readme",
]
