"""Loss functions whose every formula and gradient is checked: the package behind the book Lossbook.

A loss scores one example, a cost turns the losses of a data set into one number:

>>> from lossbook import MSE, SquaredError
>>> SquaredError()([3.0, 5.0], [4.0, 2.0])
array([1., 9.])
>>> MSE([3.0, 5.0], [4.0, 2.0])
5.0

Conventions, everywhere: arguments (y_true, y_pred); residual y_pred - y_true; natural logarithms; shapes
agree exactly; the dtype of the predictions is kept.
"""

from lossbook.classification import (
    LogisticLoss,
    SoftmaxCrossEntropy,
    SparseSoftmaxCrossEntropy,
    sigmoid,
    softmax,
)
from lossbook.cost import Cost, Mean, Root, Sum
from lossbook.differentiation import check_gradient, numerical_gradient
from lossbook.loss import Loss, WeightedSum
from lossbook.regression import (
    MAE,
    MAPE,
    MSE,
    MSLE,
    RMSE,
    RMSLE,
    AbsoluteError,
    AbsolutePercentageError,
    EpsilonInsensitive,
    Expectile,
    GaussianNLL,
    GeneralRobust,
    Huber,
    Laplace,
    LogCosh,
    PoissonLoss,
    PseudoHuber,
    Quantile,
    SquaredError,
    SquaredLogError,
    Tukey,
)

__version__ = "0.1.0"

__all__ = [
    "MAE",
    "MAPE",
    "MSE",
    "MSLE",
    "RMSE",
    "RMSLE",
    "AbsoluteError",
    "AbsolutePercentageError",
    "Cost",
    "EpsilonInsensitive",
    "Expectile",
    "GaussianNLL",
    "GeneralRobust",
    "Huber",
    "Laplace",
    "LogCosh",
    "LogisticLoss",
    "Loss",
    "Mean",
    "PoissonLoss",
    "PseudoHuber",
    "Quantile",
    "Root",
    "SoftmaxCrossEntropy",
    "SparseSoftmaxCrossEntropy",
    "SquaredError",
    "SquaredLogError",
    "Sum",
    "Tukey",
    "WeightedSum",
    "check_gradient",
    "numerical_gradient",
    "sigmoid",
    "softmax",
]
