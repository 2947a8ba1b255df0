"""Does this network meet the assumptions of the theory? One audit for each of them.

`audit` takes a network and samples and says of each assumption how far it is from true: a number, its
value if the assumption were true, an interval, a test where there is one, a verdict, and a sentence
for a reader who has not read the papers. `along` does the same for the checkpoints of a training,
`gaussian_limit` for many networks at their start. `synthetic` makes networks that obey an assumption,
or break that one only.
"""

from ._along import AuditCourse as AuditCourse, along as along
from ._assumptions import ASSUMPTIONS as ASSUMPTIONS, Assumption as Assumption, Kind as Kind
from ._audit import Audit as Audit, Part as Part
from ._audited import audit as audit
from ._gaussian_limit import GaussianLimit as GaussianLimit, gaussian_limit as gaussian_limit
from ._report import AuditReport as AuditReport
from ._synthetic import Synthetic as Synthetic, synthetic as synthetic
