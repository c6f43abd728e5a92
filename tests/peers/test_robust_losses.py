"""What book/regression/robust-losses.ipynb says about other frameworks, run: make peers"""

import inspect
import os
import sys
from pathlib import Path

# A reader's own settings must not change what Keras computes, nor a graphics card what JAX does.
os.environ["KERAS_BACKEND"] = "jax"
os.environ["KERAS_HOME"] = str(Path(sys.prefix) / "keras")
os.environ["JAX_PLATFORMS"] = "cpu"

import jax
import jax.numpy as jnp
import keras
import numpy as np
import optax
import pytest
import torch
from sklearn._loss import loss as sklearn_loss
from sklearn.linear_model import HuberRegressor
from sklearn.linear_model._huber import _huber_loss_and_gradient

from lossbook import AbsoluteError, Huber, LogCosh, SquaredError

jax.config.update("jax_enable_x64", True)

RESIDUALS = np.array([0.5, -1.0, 0.0, 3.0, -2.0])
ZEROS = np.zeros(5)


def by_torch(kind, **options):
    loss = kind(reduction="none", **options)
    return loss(torch.tensor(RESIDUALS), torch.tensor(ZEROS)).numpy()


@pytest.mark.parametrize("delta", [2.0, 1.0, 0.25])
def test_huber_is_the_same_everywhere(delta):
    ours = Huber(delta)(ZEROS, RESIDUALS)
    assert np.allclose(by_torch(torch.nn.HuberLoss, delta=delta), ours)
    assert np.allclose(optax.huber_loss(jnp.array(RESIDUALS), jnp.array(ZEROS), delta=delta), ours)
    by_keras = [keras.losses.Huber(delta=delta)(ZEROS[:1], np.array([r])) for r in RESIDUALS]
    assert np.allclose(by_keras, ours)
    assert np.allclose(sklearn_loss.HuberLoss(delta=delta).loss(ZEROS, RESIDUALS), ours)


def test_three_of_them_preset_a_delta_of_one():
    assert torch.nn.HuberLoss().delta == 1
    assert inspect.signature(keras.losses.Huber).parameters["delta"].default == 1
    assert inspect.signature(optax.huber_loss).parameters["delta"].default == 1


@pytest.mark.parametrize("beta", [2.0, 0.25])
def test_torch_smooth_l1_is_huber_divided_by_delta(beta):
    assert np.allclose(by_torch(torch.nn.SmoothL1Loss, beta=beta), Huber(beta)(ZEROS, RESIDUALS) / beta)


def test_toward_zero_smooth_l1_becomes_the_absolute_error_and_huber_zero():
    assert np.allclose(by_torch(torch.nn.SmoothL1Loss, beta=1e-9), AbsoluteError()(ZEROS, RESIDUALS))
    assert np.allclose(by_torch(torch.nn.HuberLoss, delta=1e-9), 0)


def test_sklearn_huber_regressor_estimates_a_scale_and_has_no_half():
    x = np.linspace(-1, 1, 50).reshape(-1, 1)
    y = 2 * x[:, 0] + np.random.default_rng(0).normal(0, 0.1, 50)
    assert 0.05 < HuberRegressor().fit(x, y).scale_ < 0.2
    # At scale 1 and within epsilon, its loss of one example is the scale and the square of the residual.
    no_weight, at_scale_one = np.array([[0.0]]), np.array([0.0, 1.0])
    value, _ = _huber_loss_and_gradient(at_scale_one, no_weight, np.array([0.5]), 1.35, 0.0, np.ones(1))
    assert np.isclose(value, 1 + SquaredError()(0.0, 0.5))


def test_log_cosh_of_small_errors_is_lost_in_keras_and_optax():
    small = np.float32(1e-4)
    true = 5e-9
    assert float(optax.log_cosh(jnp.array(small), jnp.array(np.float32(0)))) == 0
    assert float(keras.losses.LogCosh()(np.zeros(1, np.float32), np.array([small]))) == 0
    assert np.isclose(LogCosh(1)(np.float32(0), small), true, rtol=1e-6)


def test_log_cosh_of_keras_and_optax_has_scale_one():
    ours = LogCosh(1)(ZEROS, RESIDUALS)
    assert np.allclose(optax.log_cosh(jnp.array(RESIDUALS), jnp.array(ZEROS)), ours)
    assert np.allclose([keras.losses.LogCosh()(ZEROS[:1], np.array([r])) for r in RESIDUALS], ours)
