"""What a scheme file may say, as pydantic models; everything unknown is refused."""

from bangfu.schemes.format.assistance import (
    AssistanceFile,
    Fact,
    HouseholdLine,
    LocalLine,
    Monitored,
    Tier,
)
from bangfu.schemes.format.clauses import Clause, ClausesFile, OutlineMark, SourceDocument
from bangfu.schemes.format.clusters import (
    BuildingPeriod,
    ClusterBody,
    ClusterCount,
    ClusterCoverage,
    ClusterGrowth,
    ClusterLeader,
    ClustersFile,
    ManagementRow,
    MemberBounds,
    ServiceCircle,
    TrackedTag,
)
from bangfu.schemes.format.common import Bilingual, Cited, FigureText, Model
from bangfu.schemes.format.duties import Actor, DutiesFile, Duty
from bangfu.schemes.format.evaluation import EvaluationFile, EvaluationPart, ExitFile, ExitRule
from bangfu.schemes.format.funding import FactorAllotment, FundingFile, FundLine, Payer
from bangfu.schemes.format.goals import Benchmark, Goal, GoalsFile
from bangfu.schemes.format.pairing import PairingFile, PublishedTable, Quota, QuotaRow
from bangfu.schemes.format.readings import Reading, ReadingsFile
from bangfu.schemes.format.registers import Register, RegisterField, RegistersFile
from bangfu.schemes.format.scheme import Membership, NamedPlace, Period, SchemeFile
from bangfu.schemes.format.staffing import PersonRule, Slot, StaffingFile
from bangfu.schemes.format.targeting import (
    Criterion,
    Scoring,
    Screening,
    TargetClass,
    TargetingFile,
    TargetList,
    Together,
    Universe,
)
from bangfu.schemes.format.values import Derived, Value

__all__ = [
    "Actor",
    "AssistanceFile",
    "Benchmark",
    "Bilingual",
    "BuildingPeriod",
    "Cited",
    "Clause",
    "ClausesFile",
    "ClusterBody",
    "ClusterCount",
    "ClusterCoverage",
    "ClusterGrowth",
    "ClusterLeader",
    "ClustersFile",
    "Criterion",
    "Derived",
    "DutiesFile",
    "Duty",
    "EvaluationFile",
    "EvaluationPart",
    "ExitFile",
    "ExitRule",
    "Fact",
    "FactorAllotment",
    "FigureText",
    "FundLine",
    "FundingFile",
    "Goal",
    "GoalsFile",
    "HouseholdLine",
    "LocalLine",
    "ManagementRow",
    "MemberBounds",
    "Membership",
    "Model",
    "Monitored",
    "NamedPlace",
    "OutlineMark",
    "PairingFile",
    "Payer",
    "Period",
    "PersonRule",
    "PublishedTable",
    "Quota",
    "QuotaRow",
    "Reading",
    "ReadingsFile",
    "Register",
    "RegisterField",
    "RegistersFile",
    "SchemeFile",
    "Scoring",
    "Screening",
    "ServiceCircle",
    "Slot",
    "SourceDocument",
    "StaffingFile",
    "TargetClass",
    "TargetList",
    "TargetingFile",
    "Tier",
    "Together",
    "TrackedTag",
    "Universe",
    "Value",
]
