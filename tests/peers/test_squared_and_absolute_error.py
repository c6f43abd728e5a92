"""What book/regression/squared-and-absolute-error.ipynb says about other frameworks, run: make peers"""

import os

os.environ["JAX_PLATFORMS"] = "cpu"

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
import sklearn.metrics
import torch
from sklearn._loss import loss as sklearn_loss

from lossbook import RMSE, AbsoluteError, SquaredError

jax.config.update("jax_enable_x64", True)

Y_TRUE, Y_PRED = np.array([3.0, -1.0, 0.5]), np.array([1.0, 2.0, 0.75])


def test_optax_l2_loss_and_what_sklearn_trains_on_are_half_of_the_square():
    squares = SquaredError()(Y_TRUE, Y_PRED)
    assert np.allclose(optax.l2_loss(jnp.array(Y_PRED), jnp.array(Y_TRUE)), squares / 2)
    assert np.allclose(sklearn_loss.HalfSquaredError().loss(Y_TRUE, Y_PRED), squares / 2)


def test_elsewhere_there_is_no_half():
    squares = SquaredError()(Y_TRUE, Y_PRED)
    torch_loss = torch.nn.MSELoss(reduction="none")
    assert np.allclose(torch_loss(torch.tensor(Y_PRED), torch.tensor(Y_TRUE)), squares)
    assert np.allclose(optax.squared_error(jnp.array(Y_PRED), jnp.array(Y_TRUE)), squares)
    assert np.isclose(sklearn.metrics.mean_squared_error(Y_TRUE, Y_PRED), squares.mean())


def torch_slope(cost, y_pred):
    y_pred = torch.tensor(y_pred, requires_grad=True)
    cost(y_pred, torch.zeros_like(y_pred)).backward()
    return y_pred.grad.numpy()


def test_slope_of_the_absolute_error_at_zero():
    assert torch_slope(torch.nn.L1Loss(), np.array([0.0])) == 0
    assert jax.grad(lambda p: jnp.abs(p - 2.0))(2.0) == 1
    assert sklearn_loss.AbsoluteError().gradient(np.array([2.0]), np.array([2.0])) == -1
    assert AbsoluteError().gradient(2.0, 2.0) == 0


@pytest.mark.parametrize("miss", [0.0, 0.5])
def test_slope_of_the_rmse_at_a_perfect_fit(miss):
    y_pred = np.array([miss, -2 * miss])
    by_torch = torch_slope(lambda p, y: torch.sqrt(torch.mean((p - y) ** 2)), y_pred)
    by_jax = np.array(jax.grad(lambda p: jnp.sqrt(jnp.mean(p**2)))(jnp.array(y_pred)))
    ours = RMSE.gradient(np.zeros(2), y_pred)
    if miss:
        assert np.allclose(by_torch, ours)
        assert np.allclose(by_jax, ours)
    else:
        assert np.isnan(by_torch).all()
        assert np.isnan(by_jax).all()
        assert (ours == 0).all()
