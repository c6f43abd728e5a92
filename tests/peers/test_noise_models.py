"""What book/regression/noise-models.ipynb says about other frameworks, run; and its losses against theirs."""

import math
import os
import sys
from functools import partial
from pathlib import Path

# A reader's own settings must not change what Keras computes, nor a graphics card what JAX does.
os.environ["KERAS_BACKEND"] = "jax"
os.environ["KERAS_HOME"] = str(Path(sys.prefix) / "keras")
os.environ["JAX_PLATFORMS"] = "cpu"

import keras
import numpy as np
import pytest
import torch
import torch.nn.functional as F
from scipy import stats
from sklearn.linear_model import PoissonRegressor
from sklearn.metrics import mean_poisson_deviance

from lossbook import GaussianNLL, Laplace, Mean, PoissonLoss

tensor = partial(torch.tensor, dtype=torch.float64)
CONSTANT = np.log(2 * np.pi) / 2

TARGETS = np.array([0.0, 3.0, -2.5, 7.0])
MEANS, LOG_VARIANCES = np.array([0.5, 2.0, -2.5, -1.0]), np.array([0.0, 1.5, -3.0, 2.0])
COUNTS, LOG_RATES = np.array([0.0, 1.0, 3.0, 12.0]), np.array([0.5, -1.0, 1.2, 2.0])


# Gaussian with a variance ---------------------------------------------------------------------------------


def test_torch_gaussian_takes_the_variance_and_leaves_the_constant_out_unless_full():
    ours = GaussianNLL()(TARGETS, np.stack([MEANS, LOG_VARIANCES], axis=-1))
    given = tensor(MEANS), tensor(TARGETS), tensor(np.exp(LOG_VARIANCES))
    np.testing.assert_allclose(F.gaussian_nll_loss(*given, full=True, reduction="none"), ours)
    np.testing.assert_allclose(F.gaussian_nll_loss(*given, reduction="none"), ours - CONSTANT)
    np.testing.assert_allclose(torch.nn.GaussianNLLLoss()(*given), np.mean(ours - CONSTANT))


def test_torch_gaussian_raises_a_small_variance_to_eps():
    loss = torch.nn.GaussianNLLLoss()
    assert loss.eps == 1e-6
    at = [loss(tensor([0]), tensor([0]), tensor([variance])).item() for variance in (1e-4, 1e-6, 1e-9)]
    assert at == pytest.approx([np.log(1e-4) / 2, np.log(1e-6) / 2, np.log(1e-6) / 2])


def test_torch_gaussian_refuses_a_log_variance_below_zero():
    with pytest.raises(ValueError, match="negative"):
        F.gaussian_nll_loss(tensor(MEANS), tensor(TARGETS), tensor(LOG_VARIANCES))


# Counts ---------------------------------------------------------------------------------------------------


def test_torch_poisson_takes_the_log_rate_by_default():
    loss = torch.nn.PoissonNLLLoss(reduction="none")
    assert loss.log_input
    np.testing.assert_allclose(loss(tensor(LOG_RATES), tensor(COUNTS)), PoissonLoss()(COUNTS, LOG_RATES))


def test_torch_poisson_full_adds_stirlings_approximation_above_1():
    def added_at(count):
        given = tensor([0.5]), tensor([count])
        return F.poisson_nll_loss(*given, full=True) - F.poisson_nll_loss(*given)

    assert added_at(0).item() == added_at(1).item() == 0
    added = added_at(3)
    assert added.item() == pytest.approx(3 * np.log(3) - 3 + np.log(2 * np.pi * 3) / 2)
    assert added.item() == pytest.approx(1.764, abs=1e-3)
    assert np.log(6) == pytest.approx(1.792, abs=1e-3)  # the logarithm of 3 factorial


def test_keras_poisson_takes_the_rate_and_adds_1e_7_inside_the_logarithm():
    def keras_poisson(count, rate):
        return float(keras.losses.Poisson()(np.array([[count]]), np.array([[rate]])))

    assert keras_poisson(3.0, 0.0) == pytest.approx(-3 * np.log(1e-7))
    assert keras_poisson(3.0, 2.0) == pytest.approx(float(PoissonLoss()(3.0, np.log(2.0))), rel=1e-5)


def test_sklearn_deviance_is_twice_the_loss_minus_its_least():
    least = COUNTS - COUNTS * np.log(np.maximum(COUNTS, 1))
    deviance = 2 * np.mean(PoissonLoss()(COUNTS, LOG_RATES) - least)
    assert mean_poisson_deviance(COUNTS, np.exp(LOG_RATES)) == pytest.approx(deviance)
    assert mean_poisson_deviance([3.0], [3.0]) == pytest.approx(0, abs=1e-12)


def test_sklearn_deviance_refuses_a_rate_of_zero():
    with pytest.raises(ValueError, match="strictly positive"):
        mean_poisson_deviance([0.0, 1.0], [0.0, 1.0])


def test_sklearn_poisson_regressor_is_penalized_unless_told():
    draw = np.random.default_rng(0)
    X = draw.normal(size=(200, 1))
    y = draw.poisson(np.exp(0.5 * X[:, 0] + 1))
    penalized = PoissonRegressor().fit(X, y)
    free = PoissonRegressor(alpha=0, tol=1e-8).fit(X, y)
    assert PoissonRegressor().alpha == 1
    assert 0 < penalized.coef_[0] < 0.9 * free.coef_[0]
    z = X[:, 0] * free.coef_[0] + free.intercept_
    slopes = Mean(PoissonLoss()).gradient(y.astype(float), z)
    assert abs(slopes.sum()) < 1e-6
    assert abs((slopes * X[:, 0]).sum()) < 1e-6


# The surprises of SciPy's distributions --------------------------------------------------------------------


def test_the_losses_are_the_surprises_of_scipys_distributions():
    np.testing.assert_allclose(
        GaussianNLL()(TARGETS, np.stack([MEANS, LOG_VARIANCES], axis=-1)),
        -stats.norm.logpdf(TARGETS, MEANS, np.exp(LOG_VARIANCES / 2)),
    )
    np.testing.assert_allclose(Laplace(1.7)(TARGETS, MEANS), -stats.laplace.logpdf(TARGETS, MEANS, 1.7))
    log_factorial = np.log([1, 1, 6, 479001600])
    np.testing.assert_allclose(
        PoissonLoss()(COUNTS, LOG_RATES) + log_factorial, -stats.poisson.logpmf(COUNTS, np.exp(LOG_RATES))
    )


def test_the_negative_binomial_of_the_exercise_is_that_of_scipy():
    k = 0.7
    rate = np.exp(LOG_RATES)
    gamma = np.vectorize(math.lgamma)
    ours = (COUNTS + k) * np.log(k + rate) - COUNTS * LOG_RATES
    ours += gamma(k) + gamma(COUNTS + 1) - gamma(COUNTS + k) - k * np.log(k)
    theirs = stats.nbinom(k, k / (k + rate))
    np.testing.assert_allclose(ours, -theirs.logpmf(COUNTS))
    np.testing.assert_allclose(theirs.var(), rate + rate**2 / k)
