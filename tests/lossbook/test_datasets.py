"""The data sets: the bytes that were shipped, and the facts that the chapters rely on."""

import hashlib
from dataclasses import fields

import numpy as np
import pytest

from lossbook import datasets

SHA256 = {
    "ames.csv": "603f8445bf0617a8fcd499ad7e3b407cb6b39e85e583645668d5a91fa7ab4618",
    "breast_cancer.csv": "9b9e3a2fe53a2264f7e756aff00ab883450186c47bfb2027b4d90ca51d23347d",
    "engel.csv": "1ab6a5c4e884ef9ad624949d2b7e94652eccd75ba3905d1a46c85d28b153ec49",
    "doctor_visits.csv.gz": "6273035e8513eed1f9a190f474ca36b6d6bea04f94fdf6e86f9f57cbf7f75dbf",
    "mnist5k.npz": "246e0c30eeea57c8d0037d3f38c8e00651ec204cc61b8022563e9aeeb9d756f4",
}
LOADERS = [
    (datasets.ames, 2930),
    (datasets.engel, 235),
    (datasets.doctor_visits, 20_190),
    (datasets.breast_cancer, 569),
    (datasets.mnist5k, 5000),
]


def test_files_are_those_of_the_sources():
    shipped = {path.name for path in datasets.DATA.iterdir() if path.is_file()}
    assert shipped == {*SHA256, "README.md"}
    for name, digest in SHA256.items():
        assert hashlib.sha256((datasets.DATA / name).read_bytes()).hexdigest() == digest, name


@pytest.mark.parametrize(("load", "examples"), LOADERS)
def test_a_record_is_whole_typed_and_read_only(load, examples):
    record = load()
    assert len(record) == examples
    assert set(record.units()) == {f.name for f in fields(record)}
    for name, unit in record.units().items():
        array = getattr(record, name)
        assert unit
        assert isinstance(array, np.ndarray), name
        if name != "names":  # one name a column, not one an example
            assert len(array) == examples, name
        assert not array.flags.writeable, name
        if array.dtype.kind == "f":
            assert np.isfinite(array).all(), name
    assert record is load()
    words = record.describe()
    assert record.source in words
    assert record.terms in words


def test_ames_has_the_three_large_partial_sales_in_edwards():
    ames = datasets.ames()
    assert ames.sale_price.dtype.kind == "i"
    assert ames.sale_price.mean() == pytest.approx(180_796.06, abs=0.01)
    assert np.median(ames.sale_price) == 160_000
    large = ames.living_area > 4000
    partial = large & (ames.sale_condition == "Partial")
    assert large.sum() == 5
    assert set(ames.neighborhood[partial]) == {"Edwards"}
    assert sorted(ames.sale_price[partial]) == [160_000, 183_850, 184_750]
    assert (ames.sale_condition == "Partial").sum() == 245


def test_columns_have_their_right_names():
    engel, visits, cells, digits = (
        datasets.engel(),
        datasets.doctor_visits(),
        datasets.breast_cancer(),
        datasets.mnist5k(),
    )
    assert (engel.food < engel.income).all()
    assert visits.visits.dtype.kind == "i"
    assert (visits.visits.min(), visits.visits.max()) == (0, 77)
    assert visits.visits.mean() == pytest.approx(2.86, abs=0.005)
    assert visits.chronic_diseases.max() == pytest.approx(58.6)
    for flag in (visits.individual_deductible, visits.health_good, visits.health_fair, visits.health_poor):
        assert set(np.unique(flag)) == {0, 1}
    assert cells.measurements.shape == (569, 30)
    assert cells.names[0] == "mean_radius"
    assert cells.measurements[0, 0] == 17.99
    assert np.bincount(cells.benign).tolist() == [212, 357]
    assert digits.images.shape == (5000, 28, 28)
    assert (digits.images.dtype, digits.labels.dtype) == (np.uint8, np.uint8)
    assert np.bincount(digits.labels).tolist() == [500] * 10
    assert (np.diff(digits.labels.astype(int)) >= 0).all()


def test_split_uses_every_row_once():
    parts = datasets.split(103, (0.6, 0.2, 0.2), seed=3)
    assert [len(part) for part in parts] == [62, 20, 21]
    assert sorted(np.concatenate(parts)) == list(range(103))
    assert np.array_equal(parts[0], datasets.split(103, (0.6, 0.2, 0.2), seed=3)[0])
    assert not np.array_equal(parts[0], datasets.split(103, (0.6, 0.2, 0.2), seed=4)[0])


@pytest.mark.parametrize("fractions", [(0.5, 0.4), (1.2, -0.2), (0.0, 1.0)])
def test_split_refuses_shares_that_are_no_shares(fractions):
    with pytest.raises(ValueError, match="fractions"):
        datasets.split(10, fractions)
