"""What the book says about other frameworks, run; and the package's losses against theirs: make peers

A test is one statement. Where a page gives a rule, the test has the page's pencil example: two losses, 10 and 20,
with the weights 3 and 1. Their weighted sum is 50; divided by the sum of the weights it is 12.5, by n it is 25.
"""

import json
import os
import re
import sys
from functools import partial
from importlib.metadata import version
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
import torch.nn.functional as F

from lossbook import (
    MAE,
    MSE,
    RMSE,
    AbsoluteError,
    Huber,
    LogisticLoss,
    Mean,
    SoftmaxCrossEntropy,
    SparseSoftmaxCrossEntropy,
    SquaredError,
    Sum,
    sigmoid,
    softmax,
)

jax.config.update("jax_enable_x64", True)
tensor = partial(torch.tensor, dtype=torch.float64)

BOOK = Path(__file__).parents[2] / "book"


def test_the_versions_that_the_book_names_are_those_that_run_here():
    packages = {
        "PyTorch": "torch",
        "Keras": "keras",
        "JAX": "jax",
        "Optax": "optax",
        "scikit-learn": "scikit-learn",
    }
    named = {
        (path.name, framework, number)
        for path in BOOK.rglob("*.ipynb")
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
        for framework, number in re.findall(
            rf"\b({'|'.join(packages)}) (\d+\.\d+\.\d+)", "".join(cell["source"])
        )
    }
    assert named
    assert {
        (page, framework, number)
        for page, framework, number in named
        if number != version(packages[framework]).split("+")[0]
    } == set()


# A weighted mean divides by the sum of the weights, or by n --------------------------------------------

# Class 0 weighs 3, class 1 weighs 1. The true classes have the probabilities exp(-10) and exp(-20).
CLASSES = torch.tensor([0, 1])
CLASS_WEIGHTS = tensor([3, 1])
SCORES = tensor([[np.exp(-10), 1 - np.exp(-10)], [1 - np.exp(-20), np.exp(-20)]]).log()
ONE_HOT = F.one_hot(CLASSES).double()


def test_the_two_losses_are_10_and_20():
    assert F.cross_entropy(SCORES, CLASSES, reduction="none").tolist() == pytest.approx([10, 20])


def test_torch_cross_entropy_of_class_indices_divides_by_the_sum_of_weights():
    assert F.cross_entropy(SCORES, CLASSES, CLASS_WEIGHTS).item() == pytest.approx(50 / 4)
    assert F.nll_loss(SCORES, CLASSES, CLASS_WEIGHTS).item() == pytest.approx(50 / 4)


def test_torch_cross_entropy_of_the_same_labels_as_probabilities_divides_by_n():
    assert F.cross_entropy(SCORES, ONE_HOT, CLASS_WEIGHTS).item() == pytest.approx(50 / 2)


def test_torch_cross_entropy_ignores_the_weight_of_a_batch_of_one():
    assert F.cross_entropy(SCORES[:1], CLASSES[:1], CLASS_WEIGHTS).item() == pytest.approx(10)  # 30 / 3
    assert F.cross_entropy(SCORES[:1], ONE_HOT[:1], CLASS_WEIGHTS).item() == pytest.approx(30)  # 30 / 1


def test_torch_binary_cross_entropy_divides_by_n():
    probabilities = tensor([-10, -20]).exp()
    losses = {"target": tensor([1, 1]), "weight": tensor([3, 1])}
    assert F.binary_cross_entropy(probabilities, **losses).item() == pytest.approx(50 / 2)
    assert F.binary_cross_entropy_with_logits(torch.logit(probabilities), **losses).item() == pytest.approx(
        50 / 2
    )


def test_torch_multi_margin_divides_by_n():
    scores = tensor([[0, 19], [39, 0]])  # (1 - 0 + 19) / 2 = 10 and (1 - 0 + 39) / 2 = 20
    assert F.multi_margin_loss(scores, CLASSES, weight=CLASS_WEIGHTS).item() == pytest.approx(50 / 2)


def test_torch_mse_and_l1_divide_by_the_sum_of_weights():
    truth, weight = tensor([0, 0]), tensor([3, 1])
    assert F.mse_loss(tensor([10, 20]).sqrt(), truth, weight=weight).item() == pytest.approx(50 / 4)
    assert F.l1_loss(tensor([10, 20]), truth, weight=weight).item() == pytest.approx(50 / 4)


def test_torch_huber_divides_by_n_and_smooth_l1_has_no_weight():
    errors, truth, weight = tensor([10.5, 20.5]), tensor([0, 0]), tensor([3, 1])
    assert F.huber_loss(errors, truth, weight=weight).item() == pytest.approx(50 / 2)  # abs e - 1/2 each
    with pytest.raises(TypeError, match="weight"):
        F.smooth_l1_loss(errors, truth, weight=weight)


# Keras counts the rows of an array, so its examples stand in a column.
COLUMN, WEIGHTS = np.array([[10.0], [20.0]]), np.array([3.0, 1.0])
TRUTH = np.zeros((2, 1))


def test_keras_losses_divide_by_n():
    loss = keras.losses.MeanAbsoluteError()
    assert float(loss(TRUTH, COLUMN, sample_weight=WEIGHTS)) == 50 / 2
    assert float(loss(TRUTH, COLUMN, sample_weight=np.array([0.0, 1.0]))) == 20 / 2


def test_keras_losses_divide_by_the_sum_of_weights_if_told_to():
    loss = keras.losses.MeanAbsoluteError(reduction="mean_with_sample_weight")
    assert float(loss(TRUTH, COLUMN, sample_weight=WEIGHTS)) == 50 / 4


def test_keras_metrics_of_the_same_name_divide_by_the_sum_of_weights():
    assert float(keras.metrics.MeanAbsoluteError()(TRUTH, COLUMN, sample_weight=WEIGHTS)) == 50 / 4
    assert float(keras.metrics.MeanAbsoluteError()(TRUTH, COLUMN, sample_weight=np.array([0.0, 1.0]))) == 20


def test_keras_takes_a_flat_array_for_one_example():
    flat, truth = COLUMN[:, 0], TRUTH[:, 0]
    assert float(keras.losses.MeanAbsoluteError()(truth, flat, sample_weight=WEIGHTS)) == 15 * (3 + 1) / 2
    with pytest.raises(ValueError, match="broadcast"):
        keras.metrics.MeanAbsoluteError()(truth, flat, sample_weight=WEIGHTS)


def test_sklearn_metrics_divide_by_the_sum_of_weights():
    mse, mae = sklearn.metrics.mean_squared_error, sklearn.metrics.mean_absolute_error
    assert mse([0, 0], np.sqrt([10, 20]), sample_weight=[3, 1]) == pytest.approx(50 / 4)
    assert mae([0, 0], [10, 20], sample_weight=[3, 1]) == 50 / 4
    probabilities = SCORES.exp().numpy()
    assert sklearn.metrics.log_loss([0, 1], probabilities, sample_weight=[3, 1]) == pytest.approx(50 / 4)


def test_lossbook_divides_by_the_sum_of_weights():
    assert MAE([0, 0], [10, 20], sample_weight=[3, 1]) == 50 / 4


# Nothing is left --------------------------------------------------------------------------------------


def test_torch_gives_nan_where_every_example_is_ignored():
    for ignored in ({"ignore_index": 0}, {"weight": tensor([0, 1])}):
        assert F.cross_entropy(SCORES, torch.tensor([0, 0]), **ignored).isnan()
    assert F.mse_loss(tensor([10, 20]), tensor([0, 0]), weight=tensor([0, 0])).isnan()


def test_torch_gives_the_nan_a_gradient_of_zero_where_labels_are_ignored_and_nan_where_weights_are_zero():
    for ignored, slope in (({"ignore_index": 0}, 0.0), ({"weight": tensor([0, 1])}, np.nan)):
        scores = SCORES.clone().requires_grad_()
        F.cross_entropy(scores, torch.tensor([0, 0]), **ignored).backward()
        np.testing.assert_array_equal(scores.grad, np.full((2, 2), slope))


def test_torch_gives_0_where_weights_of_zero_are_divided_by_n():
    assert F.cross_entropy(SCORES, ONE_HOT, tensor([0, 0])).item() == 0
    assert F.binary_cross_entropy(tensor([0.5]), tensor([1]), weight=tensor([0])).item() == 0


def test_keras_gives_0_where_every_example_is_ignored():
    nothing = np.zeros(2)
    assert float(keras.losses.MeanAbsoluteError()(TRUTH, COLUMN, sample_weight=nothing)) == 0
    assert float(keras.metrics.MeanAbsoluteError()(TRUTH, COLUMN, sample_weight=nothing)) == 0
    ignoring = keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=0)
    assert float(ignoring(np.array([0, 0]), SCORES.numpy())) == 0


def test_sklearn_refuses_weights_that_are_all_zero():
    with pytest.raises(ValueError, match="at least one non-zero"):
        sklearn.metrics.mean_absolute_error([0, 0], [10, 20], sample_weight=[0, 0])


def test_lossbook_refuses_the_mean_of_nothing():
    with pytest.raises(ValueError, match="mean of nothing"):
        MAE([0, 0], [10, 20], sample_weight=[0, 0])


# A column against a row -------------------------------------------------------------------------------

# Every prediction is right, so the answer is 0. Broadcast, the 9 errors are 0, 1, 2 and their negatives:
# three of 0, four of size 1, two of size 2.
PREDICTED, TRUE = np.array([[0.0], [1.0], [2.0]]), np.array([0.0, 1.0, 2.0])


@pytest.mark.parametrize(
    "loss, wrong",
    [
        (F.mse_loss, (4 * 1 + 2 * 4) / 9),  # 1.3333
        (F.l1_loss, (4 * 1 + 2 * 2) / 9),
        (F.huber_loss, (4 * 0.5 + 2 * 1.5) / 9),
        (F.smooth_l1_loss, (4 * 0.5 + 2 * 1.5) / 9),
    ],
)
def test_torch_warns_and_compares_each_with_every_other(loss, wrong):
    with pytest.warns(UserWarning, match="likely lead to incorrect results due to broadcasting"):
        assert loss(tensor(PREDICTED), tensor(TRUE)).item() == pytest.approx(wrong)


def test_torch_binary_cross_entropy_refuses():
    for loss in (F.binary_cross_entropy, F.binary_cross_entropy_with_logits):
        with pytest.raises(ValueError, match="size"):
            loss(tensor([[0.1], [0.5]]), tensor([0, 1]))


def test_optax_squared_error_refuses():
    for loss in (optax.squared_error, optax.l2_loss):
        with pytest.raises(ValueError, match="Shape mismatch"):
            loss(jnp.array(PREDICTED), jnp.array(TRUE))


def test_optax_huber_compares_each_with_every_other_in_silence():
    losses = optax.huber_loss(jnp.array(PREDICTED), jnp.array(TRUE))
    assert losses.shape == (3, 3)
    assert float(losses.mean()) == pytest.approx((4 * 0.5 + 2 * 1.5) / 9)
    for loss in (optax.log_cosh, optax.hinge_loss, optax.sigmoid_binary_cross_entropy):
        assert loss(jnp.array(PREDICTED), jnp.array(TRUE)).shape == (3, 3)


def test_sklearn_aligns():
    for metric in ("mean_squared_error", "mean_absolute_error", "root_mean_squared_error"):
        assert getattr(sklearn.metrics, metric)(TRUE, PREDICTED) == 0
        assert getattr(sklearn.metrics, metric)(PREDICTED, TRUE) == 0


def test_keras_aligns():
    for name in ("MeanSquaredError", "MeanAbsoluteError", "Huber"):
        assert float(getattr(keras.losses, name)()(TRUE, PREDICTED)) == 0
    for function in (keras.losses.mean_squared_error, keras.losses.mean_absolute_error, keras.losses.huber):
        assert np.asarray(function(TRUE, PREDICTED)).tolist() == [0, 0, 0]
    for name in ("MeanSquaredError", "MeanAbsoluteError"):
        assert float(getattr(keras.metrics, name)()(TRUE, PREDICTED)) == 0


def test_keras_hinge_aligns_as_a_loss_but_not_as_a_function_or_a_metric():
    y_true, y_pred = np.array([1.0, -1.0]), np.array([[1.0], [-1.0]])  # right: losses 0 and 0
    assert float(keras.losses.Hinge()(y_true, y_pred)) == 0
    assert np.asarray(keras.losses.hinge(y_true, y_pred)).tolist() == [1, 1]  # means of 0, 2 and of 2, 0
    assert float(keras.metrics.Hinge()(y_true, y_pred)) == 1


def test_lossbook_refuses():
    with pytest.raises(ValueError, match=r"\(3,\).*\(3, 1\)"):
        MSE(TRUE, PREDICTED)


# What one gets without asking -------------------------------------------------------------------------

# Squares 1 4 9 and 16 4 4: sum 38, means of the rows 14/3 and 24/3, mean of all 38/6.
ERRORS = np.array([[1.0, 2.0, 3.0], [4.0, 2.0, 2.0]])
ZEROS = np.zeros((2, 3))


def test_torch_takes_the_mean_over_all_elements():
    assert torch.nn.MSELoss()(tensor(ERRORS), tensor(ZEROS)).item() == pytest.approx(38 / 6)
    assert torch.nn.MSELoss(reduction="sum")(tensor(ERRORS), tensor(ZEROS)).item() == 38


def test_keras_losses_take_the_mean_and_keras_functions_the_mean_of_each_row():
    assert float(keras.losses.MeanSquaredError()(ZEROS, ERRORS)) == pytest.approx(38 / 6)
    assert np.asarray(keras.losses.mean_squared_error(ZEROS, ERRORS)) == pytest.approx([14 / 3, 24 / 3])


def test_keras_sum_adds_the_means_of_the_rows():
    assert float(keras.losses.MeanSquaredError(reduction="sum")(ZEROS, ERRORS)) == pytest.approx(
        38 / 3
    )  # 12.667


def test_optax_takes_no_mean():
    assert optax.squared_error(jnp.array(ERRORS)).tolist() == [[1, 4, 9], [16, 4, 4]]


def test_sklearn_takes_the_mean():
    assert sklearn.metrics.mean_squared_error(ZEROS, ERRORS) == pytest.approx(38 / 6)


def test_squared_error_has_no_half_but_in_optax_l2_loss():
    assert F.mse_loss(tensor([3]), tensor([0])).item() == 9
    assert float(keras.losses.MeanSquaredError()(np.zeros((1, 1)), np.full((1, 1), 3.0))) == 9
    assert sklearn.metrics.mean_squared_error([0], [3]) == 9
    assert float(optax.squared_error(jnp.array(3.0))) == 9
    assert float(SquaredError()(0, 3)) == 9
    assert float(optax.l2_loss(jnp.array(3.0))) == 9 / 2


# Integers ---------------------------------------------------------------------------------------------


def test_torch_refuses_the_error_of_integers_and_casts_if_one_is_floating():
    with pytest.raises(NotImplementedError, match="not implemented for 'Long'"):
        F.mse_loss(torch.tensor([3]), torch.tensor([1]))
    with pytest.raises(RuntimeError, match="Got: Long"):
        F.l1_loss(torch.tensor([3]), torch.tensor([1]))
    assert F.mse_loss(tensor([3]), torch.tensor([1])).item() == 4


def test_unsigned_integers_wrap_around_in_torch():
    small = partial(torch.tensor, dtype=torch.uint8)
    assert F.l1_loss(small([3]), small([10]), reduction="none").tolist() == [249]  # 3 - 10 + 256


def test_optax_refuses_integers_but_in_hinge_loss():
    for loss in (optax.squared_error, optax.huber_loss, optax.sigmoid_binary_cross_entropy):
        with pytest.raises(TypeError, match="floating"):
            loss(jnp.array([3]), jnp.array([1]))
    assert optax.hinge_loss(jnp.array([3]), jnp.array([1])).tolist() == [0]


def test_keras_sklearn_and_lossbook_cast():
    y_true, y_pred = np.array([[10]], np.uint8), np.array([[3]], np.uint8)
    assert float(keras.losses.MeanSquaredError()(y_true, y_pred)) == 49
    assert sklearn.metrics.mean_squared_error(y_true, y_pred) == 49
    assert MSE(y_true, y_pred) == 49


# The package's losses against theirs ------------------------------------------------------------------

# Both frameworks take (prediction, target). Optax has no absolute error.
CASES = {
    "squared error": (SquaredError(), F.mse_loss, optax.squared_error),
    "absolute error": (AbsoluteError(), F.l1_loss, None),
    "Huber": (Huber(delta=1.5), partial(F.huber_loss, delta=1.5), partial(optax.huber_loss, delta=1.5)),
    "logistic loss": (
        LogisticLoss(),
        F.binary_cross_entropy_with_logits,
        optax.sigmoid_binary_cross_entropy,
    ),
    "sparse softmax cross-entropy": (
        SparseSoftmaxCrossEntropy(),
        F.cross_entropy,
        optax.softmax_cross_entropy_with_integer_labels,
    ),
    "softmax cross-entropy": (SoftmaxCrossEntropy(), F.cross_entropy, optax.softmax_cross_entropy),
}
against_torch = pytest.mark.parametrize("loss, peer", [case[:2] for case in CASES.values()], ids=list(CASES))
against_optax = pytest.mark.parametrize(
    "loss, peer",
    [(loss, peer) for loss, _, peer in CASES.values() if peer],
    ids=[name for name, (_, _, peer) in CASES.items() if peer],
)


def examples(loss, n=4000, classes=5):
    """Targets and predictions of very different sizes: zeros and ties, usual scores, and extreme ones."""
    rng = np.random.default_rng(0)
    size = rng.choice([0, 1, 30, 1e4, 1e8], n)
    if loss.many_predictions:
        y_pred = rng.standard_normal((n, classes)) * size[:, np.newaxis]
        y_true = rng.integers(0, classes, n)
        if loss.many_targets:  # one-hot labels and soft ones
            y_true = np.where(
                rng.random((n, 1)) < 0.5, np.eye(classes)[y_true], rng.dirichlet(np.ones(classes), n)
            )
        return y_true, y_pred
    y_pred = rng.standard_normal(n) * size
    if loss.targets.bounded:
        return rng.choice([0, 1, 0.3, 1e-9], n), y_pred
    residual = rng.choice([0, 1e-8, 1, 1.5, 1e4], n) * rng.choice([-1, 1], n)
    return y_pred - residual, y_pred


def assert_agree(loss, losses, gradient):
    """That the package gives the same, but for what a peer rounds: slopes to 1, losses of scores to their size."""
    y_true, y_pred = examples(loss)
    eps = np.finfo(float).eps
    size = np.abs(y_pred).max(axis=-1) if loss.many_predictions else np.abs(y_pred)
    takes_scores = loss.many_predictions or loss.targets.bounded
    for ours, theirs, rounding in (
        (loss(y_true, y_pred), losses, 4 * eps * (1 + size) if takes_scores else 0),
        (loss.gradient(y_true, y_pred), gradient, 4 * eps),
    ):
        theirs = np.asarray(theirs)
        assert ours.shape == theirs.shape
        assert ours.dtype == theirs.dtype == np.float64
        assert np.isfinite(ours).all()
        assert (np.abs(ours - theirs) <= 1e-13 * np.abs(theirs) + rounding).all()


@against_torch
def test_losses_and_slopes_are_those_of_torch(loss, peer):
    y_true, y_pred = map(torch.tensor, examples(loss))
    y_pred.requires_grad_()
    losses = peer(y_pred, y_true, reduction="none")
    losses.sum().backward()
    assert_agree(loss, losses.detach(), y_pred.grad)


@against_optax
def test_losses_and_slopes_are_those_of_optax(loss, peer):
    y_true, y_pred = map(jnp.array, examples(loss))
    gradient = jax.grad(lambda prediction: peer(prediction, y_true).sum())(y_pred)
    assert_agree(loss, peer(y_pred, y_true), gradient)


@against_torch
@pytest.mark.parametrize("cost, reduction", [(Mean, "mean"), (Sum, "sum")])
def test_costs_and_their_slopes_are_those_of_torch(loss, peer, cost, reduction):
    y_true, y_pred = examples(loss)
    theirs = torch.tensor(y_pred, requires_grad=True)
    total = peer(theirs, torch.tensor(y_true), reduction=reduction)
    total.backward()
    value, gradient = cost(loss).value_and_gradient(y_true, y_pred)
    assert value == pytest.approx(total.item(), rel=1e-13)
    np.testing.assert_allclose(gradient, theirs.grad, rtol=1e-13, atol=1e-15)


def test_weighted_mean_and_its_slope_are_those_of_torch_with_class_indices():
    y_true, y_pred = examples(SparseSoftmaxCrossEntropy())
    class_weights = np.array([3.0, 1.0, 0.0, 0.5, 10.0])
    theirs = torch.tensor(y_pred, requires_grad=True)
    total = F.cross_entropy(theirs, torch.tensor(y_true), torch.tensor(class_weights))
    total.backward()
    cost = Mean(SparseSoftmaxCrossEntropy())
    value, gradient = cost.value_and_gradient(y_true, y_pred, sample_weight=class_weights[y_true])
    assert value == pytest.approx(total.item(), rel=1e-13)
    np.testing.assert_allclose(gradient, theirs.grad, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("weighted", [False, True])
def test_costs_are_those_of_sklearn(weighted):
    rng = np.random.default_rng(0)
    weights = rng.exponential(size=500) if weighted else None
    y_true, y_pred = rng.standard_normal((2, 500))
    for cost, metric in (
        (MSE, "mean_squared_error"),
        (MAE, "mean_absolute_error"),
        (RMSE, "root_mean_squared_error"),
    ):
        theirs = getattr(sklearn.metrics, metric)(y_true, y_pred, sample_weight=weights)
        assert cost(y_true, y_pred, weights) == pytest.approx(theirs, rel=1e-13)
    # log_loss takes probabilities, so its scores stay where these are not rounded to 0 or 1
    labels, scores = rng.integers(0, 2, 500), 3 * rng.standard_normal(500)
    theirs = sklearn.metrics.log_loss(labels, sigmoid(scores), sample_weight=weights)
    assert Mean(LogisticLoss())(labels, scores, weights) == pytest.approx(theirs, rel=1e-12)
    labels, scores = rng.integers(0, 5, 500), 3 * rng.standard_normal((500, 5))
    theirs = sklearn.metrics.log_loss(labels, softmax(scores), sample_weight=weights)
    assert Mean(SparseSoftmaxCrossEntropy())(labels, scores, weights) == pytest.approx(theirs, rel=1e-12)
