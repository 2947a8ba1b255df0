"""Between critical points: steepest lines, passes, and the exact height of every barrier.

`steepest_lines` follows integral curves of the gradient until they settle at an extremum.
`morse_graph` follows both descents from every index-1 point, so that `graph.levels` are the exact
minimax levels between minima when all points are given. `elastic_band` finds ways over passes when
they are not, and `band_graph` joins such ways. `globe_data` draws the whole of a three-spin glass.
"""

from ._band import Bands as Bands, elastic_band as elastic_band
from ._band_graph import band_graph as band_graph
from ._descend import morse_graph as morse_graph
from ._globe_data import GlobeData as GlobeData, globe_data as globe_data
from ._lines import Flow as Flow, Lines as Lines, steepest_lines as steepest_lines
from ._morse_graph import Merge as Merge, MorseGraph as MorseGraph
from ._string import ElasticBand as ElasticBand
