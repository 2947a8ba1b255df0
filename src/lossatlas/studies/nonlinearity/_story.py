"""What a reader who knows neither paper must know first, and the words of the study."""

BACKGROUND = """\
Training a network is a walk downhill on its loss. In general such a walk can end in a local minimum \
that is higher than others: a bad minimum. Kawaguchi proved in 2016 that a network without activations, \
a deep linear network, has none, however deep it is. ReLU networks can have some. Is it the activation \
alone that makes them, and how often do searches end there?

So the same small network, on the same data and from the same random starts, is searched with nothing \
changed but the activation: the identity (no bend), leaky ReLU with slopes below zero from 0.8 to 0 \
(ReLU), and the smooth tanh and softplus. Networks are named by their widths: 2-3-1 has two inputs, \
three hidden units and one output, and no biases. In "student and teacher" the targets are those of \
another ReLU network with two hidden units; in "two digits" the inputs are a few principal components of \
real images of threes and eights.

A bad minimum is not guessed from a small gradient. Numbers are carried as balls, a midpoint and a radius \
that surely hold the true value. In them it is shown that near the end of the search there is a point \
from which the loss rises: that no unit switches nearby, or what happens where one does; that the gradient \
vanishes there; that the curvature is positive in all directions but those that change nothing, such as \
rescaling a unit. And that another point, found by another search, has a loss that is surely lower."""

WORDS = (
    (
        "search",
        "plain gradient descent, then Newton steps that only go down, then Newton steps inside the "
        "activation pattern and along kinks",
    ),
    ("bend", "the corner of the activation at zero: the identity has none, ReLU the sharpest"),
    ("best known value", "the lowest loss that any search of the same network found"),
    ("bad minimum", "a local minimum, proved, above another point, proved to be lower"),
    ("activation pattern", "which unit is on (above zero) on which sample"),
    ("kink", "a point where some unit is exactly at zero on some sample, so that the slope jumps"),
    (
        "dead unit",
        "a unit that is off on every sample, or reaches no output: its weights do nothing",
    ),
    ("plateau", "a critical point where second derivatives do not decide"),
    ("on its way", "not yet at a critical point when the search had used up its steps"),
    ("drifting", "a small gradient but a long Newton step, as towards a least value at infinity"),
    ("strict", "the loss rises in every direction, but for those that only rescale units"),
    ("passes for a minimum", "by estimates in double precision, without a proof"),
)
