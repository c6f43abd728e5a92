"""What book/regression/relative-errors.ipynb says about other frameworks, run: make peers"""

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
import sklearn.metrics
import torch

from lossbook import MAPE, MSLE, RMSLE, AbsolutePercentageError, SquaredLogError

jax.config.update("jax_enable_x64", True)

TRUTH, GUESSES = np.array([100.0, 100.0, 400.0]), np.array([50.0, 200.0, 200.0])


def keras_mape(y_true, y_pred):
    return keras.losses.MeanAbsolutePercentageError(dtype="float64")(y_true, y_pred)


def keras_msle(y_true, y_pred):
    return keras.losses.MeanSquaredLogarithmicError(dtype="float64")(y_true, y_pred)


def one(number):
    return jnp.array([[number]], dtype="float64")


def slope_of_keras(loss, y_true, y_pred):
    return float(jax.grad(lambda p: loss(one(y_true), p))(one(y_pred))[0, 0])


# Absolute percentage error ------------------------------------------------------------------------------


def test_keras_multiplies_by_100_and_sklearn_does_not():
    assert MAPE(TRUTH, GUESSES) == pytest.approx(2 / 3)
    assert float(keras_mape(TRUTH, GUESSES)) == pytest.approx(100 * 2 / 3)
    assert sklearn.metrics.mean_absolute_percentage_error(TRUTH, GUESSES) == pytest.approx(2 / 3)


def test_keras_raises_the_denominator_to_1e_minus_7():
    assert float(keras_mape(one(0.0), one(1.0))) == pytest.approx(1e9)
    assert float(keras_mape(one(1e-8), one(0.0))) == pytest.approx(100 * 1e-8 / 1e-7)
    assert float(keras_mape(one(-2.0), one(-1.0))) == pytest.approx(50)  # of its size, not of its value


def test_sklearn_raises_the_denominator_to_the_machine_epsilon():
    mape = sklearn.metrics.mean_absolute_percentage_error
    assert mape([0.0], [1.0]) == pytest.approx(4.5e15, rel=0.01)
    assert mape([0.0], [1.0]) == 1 / np.finfo(float).eps
    assert f"{np.finfo(float).eps:.1e}" == "2.2e-16"


def test_lossbook_refuses_a_target_of_zero():
    with pytest.raises(ValueError, match="not 0"):
        MAPE([0.0], [1.0])


def test_slopes_are_those_of_keras():
    for y_true, y_pred in zip(TRUTH, GUESSES, strict=True):
        ours = float(AbsolutePercentageError().gradient(y_true, y_pred))
        assert slope_of_keras(keras_mape, y_true, y_pred) == pytest.approx(100 * ours)


# Squared logarithmic error ------------------------------------------------------------------------------


def test_values_agree_inside_the_domain_that_all_share():
    assert MSLE(TRUTH, GUESSES) == pytest.approx(sklearn.metrics.mean_squared_log_error(TRUTH, GUESSES))
    assert RMSLE(TRUTH, GUESSES) == pytest.approx(sklearn.metrics.root_mean_squared_log_error(TRUTH, GUESSES))
    assert float(keras_msle(TRUTH, GUESSES)) == pytest.approx(MSLE(TRUTH, GUESSES))
    for y_true, y_pred in zip(TRUTH, GUESSES, strict=True):
        ours = float(SquaredLogError().gradient(y_true, y_pred))
        assert slope_of_keras(keras_msle, y_true, y_pred) == pytest.approx(ours)


def test_keras_raises_predictions_and_targets_to_1e_minus_7_and_their_slope_is_0():
    assert float(keras_msle(one(1.0), one(-0.5))) == pytest.approx((np.log(1 + 1e-7) - np.log(2)) ** 2)
    assert float(keras_msle(one(1.0), one(-5.0))) == float(keras_msle(one(1.0), one(-0.5)))
    assert float(keras_msle(one(-0.5), one(1.0))) == float(keras_msle(one(1.0), one(-0.5)))
    for y_pred in (-0.5, -5.0, -1e-3):
        assert slope_of_keras(keras_msle, 1.0, y_pred) == 0
    assert SquaredLogError().gradient(1.0, -0.5) < 0


def test_sklearn_has_the_formula_down_to_minus_1():
    msle = sklearn.metrics.mean_squared_log_error
    assert msle([1.0], [-0.5]) == pytest.approx(np.log(4) ** 2)
    assert msle([1.0], [-0.5]) == pytest.approx(float(SquaredLogError()(1.0, -0.5)))


@pytest.mark.parametrize("y_true, y_pred", [(1.0, -1.0), (1.0, -2.0), (-1.0, 1.0)])
def test_sklearn_refuses_minus_1_and_below(y_true, y_pred):
    with pytest.raises(ValueError, match="less than or equal to -1"):
        sklearn.metrics.mean_squared_log_error([y_true], [y_pred])


# Who has neither ----------------------------------------------------------------------------------------


def test_torch_and_optax_have_neither():
    names = {
        name.lower().replace("_", "")
        for module in (torch.nn, torch.nn.functional, optax, optax.losses)
        for name in dir(module)
    }
    for part in ("percentage", "mape", "msle", "squaredlog", "logarithmic"):
        assert not [name for name in names if part in name]
