"""What book/regression/quantile-loss.ipynb says about other frameworks, run; see test_frameworks.py."""

import os
import sys
from pathlib import Path

os.environ["KERAS_BACKEND"] = "jax"
os.environ["KERAS_HOME"] = str(Path(sys.prefix) / "keras")
os.environ["JAX_PLATFORMS"] = "cpu"

import inspect

import keras
import numpy as np
import optax
import pytest
import torch
from sklearn._loss.loss import PinballLoss
from sklearn.linear_model import QuantileRegressor
from sklearn.metrics import mean_pinball_loss

from lossbook import Mean, Quantile, datasets

LEVELS = (0.05, 0.5, 0.9)
RESIDUALS = [-2.0, -0.5, 0.0, 0.5, 2.0]


def standardized(X):
    return (X - X.mean(axis=0)) / X.std(axis=0)


def engel():
    data = datasets.engel()
    return data.income.reshape(-1, 1), data.food


@pytest.mark.parametrize("tau", LEVELS)
def test_sklearn_has_the_mean_and_calls_tau_alpha(tau):
    y, p = np.random.default_rng(0).normal(size=(2, 50))
    assert mean_pinball_loss(y, p, alpha=tau) == pytest.approx(Mean(Quantile(tau))(y, p), rel=1e-14)


def test_sklearn_regressor_calls_tau_quantile_and_the_penalty_alpha_which_is_1():
    parameters = inspect.signature(QuantileRegressor).parameters
    assert (parameters["quantile"].default, parameters["alpha"].default) == (0.5, 1.0)


def test_sklearn_regressor_penalizes_the_absolute_weights():
    X, y = engel()
    X, y = standardized(X), y.astype(float)
    for alpha in (0.05, 0.2):
        fit = QuantileRegressor(quantile=0.9, alpha=alpha).fit(X, y)

        def objective(w, b, alpha=alpha):
            return Mean(Quantile(0.9))(y, w * X[:, 0] + b) + alpha * abs(w)

        w, b = fit.coef_[0], fit.intercept_
        assert w > 0
        for dw, db in ((1, 0), (-1, 0), (0, 1), (0, -1), (1, -1), (-1, 1)):
            assert objective(w + dw, b + db) >= objective(w, b) - 1e-9


@pytest.mark.parametrize("tau", LEVELS)
@pytest.mark.parametrize("unit", [1e-3, 1.0, 1e6])
def test_sklearn_regressor_sets_every_weight_of_standardized_columns_to_zero_by_default(tau, unit):
    X, y = engel()
    rng = np.random.default_rng(0)
    many = rng.normal(size=(80, 3))
    for columns, target in ((X, y), (many, many @ [3, -2, 1] + rng.normal(size=80))):
        fit = QuantileRegressor(quantile=tau).fit(standardized(columns), unit * target)
        np.testing.assert_allclose(fit.coef_, 0, atol=1e-12 * unit)


def test_sklearn_regressor_without_penalty_gives_the_lines_of_the_page():
    X, y = engel()
    for tau, slope, at_1000 in ((0.05, 0.343, 468), (0.5, 0.560, 642), (0.9, 0.686, 754), (0.95, 0.709, 773)):
        fit = QuantileRegressor(quantile=tau, alpha=0).fit(X, y)
        assert fit.coef_[0] == pytest.approx(slope, abs=5e-4)
        assert fit.predict([[1000]])[0] == pytest.approx(at_1000, abs=0.5)


def test_slopes_at_the_kink():
    at_the_truth = np.ones(1), np.ones(1)
    assert PinballLoss(quantile=0.9).gradient(*at_the_truth).tolist() == [-0.9]
    assert Quantile(0.9).gradient(*at_the_truth).tolist() == [0.0]


def test_torch_maximum_is_the_loss_with_a_slope_of_minus_04_at_the_kink():
    tau = 0.9
    r = torch.tensor(RESIDUALS, dtype=torch.float64, requires_grad=True)
    loss = torch.maximum(-tau * r, (1 - tau) * r)
    loss.sum().backward()
    np.testing.assert_allclose(loss.detach(), Quantile(tau)(np.zeros(5), RESIDUALS), rtol=1e-15)
    np.testing.assert_allclose(r.grad, [-0.9, -0.9, -0.4, 0.1, 0.1], rtol=1e-15)


@pytest.mark.parametrize("module", [torch.nn, torch.nn.functional, keras.losses, optax, optax.losses])
def test_torch_keras_and_optax_have_no_quantile_loss(module):
    assert [name for name in dir(module) if "quantile" in name.lower() or "pinball" in name.lower()] == []
