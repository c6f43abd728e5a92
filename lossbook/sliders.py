"""Figures with one slider: Matplotlib draws every position, the site plays them as a small SVG.

What is stored is the picture in its starting position, which every reader of notebooks shows, and beside
it, as data of a type that only the book's site knows, the SVG and what of it moves. Needs Matplotlib and
IPython.
"""

import base64
import html
import math
from collections.abc import Callable, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.collections import PathCollection
from matplotlib.colors import to_hex
from matplotlib.gridspec import GridSpec
from matplotlib.patches import Rectangle

from lossbook.checks import Array

MIME = "application/vnd.lossbook.slider+json"
SVG = "http://www.w3.org/2000/svg"
FONT = 'font-family="sans-serif" font-size="17" fill="#262626"'  # where no style sheet says otherwise
UNITS = 100  # of the drawing in an inch of the figure
POINT = UNITS / 72
LEFT, RIGHT, TOP, BOTTOM = 72, 16, 42, 62  # around each panel; on a phone its words are drawn larger
ANCHORS = {"left": "start", "center": "middle", "right": "end"}
BASELINES = {"center": "central", "top": "hanging"}

Part = tuple[str, str]  # attributes that stay, content that may move


def slider(
    figure: Any,
    at: Callable[[Any], str | Sequence[str]],
    values: Sequence[Any] | Array,
    label: str,
    *,
    start: Any,
    drag: Any = None,
) -> None:
    """Show a figure with a slider; ends a cell in place of `plt.show()`.

    Args:
        figure: lines, dots, bars and words on axes, as Matplotlib draws them. The site writes `ylabel` above.
        at: moves what moves (`set_data`, `set_text`, `set_height`, ...) to one value and returns what this
            position says, numbers with units, in a line or several: it is shown, and spoken while one moves.
        values: the positions.
        label: what one moves.
        start: the value at which the figure stands first, in print and without JavaScript.
        drag: axes in which one may drag as well: their x is the value.
    """
    from IPython.core.pylabtools import retina_figure
    from IPython.display import display

    data = frames(figure, at, values, label, start=start, drag=drag)
    picture, _ = retina_figure(figure)  # type: ignore[no-untyped-call]
    plt.close(figure)
    display(  # type: ignore[no-untyped-call]
        {
            "image/png": base64.b64encode(picture).decode(),
            MIME: data,
            "text/plain": f"<Figure with a slider: {label}>",
        },
        raw=True,
    )


def frames(
    figure: Any,
    at: Callable[[Any], str | Sequence[str]],
    values: Sequence[Any] | Array,
    label: str,
    *,
    start: Any,
    drag: Any = None,
) -> dict[str, Any]:
    """The drawing in its starting position, and for each value what it says and the content of what moves.

    The arguments are those of `slider`; the figure is left in its starting position.
    """
    values = list(values)
    if start not in values:
        raise ValueError(f"The slider starts at {start}, which is not among its {len(values)} values.")
    positions, words = [], []
    for value in [*values, start]:
        said = at(value)
        words.append([said] if isinstance(said, str) else list(said))
        positions.append([part for axes in figure.axes for part in _Panel(figure, axes).parts()])
    first = positions.pop()
    words.pop()
    if len({len(lines) for lines in words}) > 1:
        raise ValueError("Every position must say the same number of lines.")
    moves, drawn = [], []
    for number, (stays, content) in enumerate(first):
        if any(len(parts) != len(first) or parts[number][0] != stays for parts in positions):
            raise ValueError(
                "Only places, sizes and words may move: no part may come, go or change its look."
            )
        contents = [parts[number][1] for parts in positions]
        moving = len(set(contents)) > 1
        if moving:
            moves.append(contents)
            stays = f' class="moves"{stays}'
        drawn.append(f"<g{stays}>{content}</g>" if stays else content)
    width, height = (round(UNITS * float(inches)) for inches in figure.get_size_inches())
    data: dict[str, Any] = {
        "label": label,
        "start": values.index(start),
        "svg": f'<svg xmlns="{SVG}" viewBox="0 0 {width} {height}" {FONT}>{"".join(drawn)}</svg>',
        "words": words,
        "moves": moves,
    }
    if drag is not None:
        places = _Panel(figure, drag).x(np.array(values, float))
        if np.ptp(np.diff(places)) > 1e-6 * np.ptp(places):
            raise ValueError("What is dragged needs values at equal distances.")
        data["drag"] = [_rounded(places[0]), _rounded(places[-1])]
    return data


class _Panel:
    """One axes of a figure: where it lies in the drawing, and its parts as SVG."""

    def __init__(self, figure: Any, axes: Any) -> None:
        self.axes = axes
        place = axes.get_subplotspec()
        grid = place.get_gridspec()
        width, height = (UNITS * float(inches) for inches in figure.get_size_inches())
        # No font is asked for its size, so the places are the same wherever the figure is drawn.
        cells = GridSpec(
            grid.nrows,
            grid.ncols,
            width_ratios=grid.get_width_ratios(),
            height_ratios=grid.get_height_ratios(),
            left=0,
            right=1,
            bottom=0,
            top=1,
            wspace=0,
            hspace=0,
        )
        bottoms, tops, lefts, rights = cells.get_grid_positions(figure)
        scaled = axes.spines["left"].get_visible()  # else nothing is written above and on the left
        # Panels of a column begin together.
        first = place.colspan.start
        column = [other for other in figure.axes if other.get_subplotspec().colspan.start == first]
        beside = any(other.spines["left"].get_visible() for other in column)
        self.left = width * lefts[first] + (LEFT if beside else RIGHT)
        self.right = width * rights[place.colspan.stop - 1] - RIGHT
        self.top = height * (1 - tops[place.rowspan.start]) + (TOP if scaled else RIGHT)
        self.bottom = height * (1 - bottoms[place.rowspan.stop - 1])
        self.bottom -= BOTTOM if axes.get_xlabel() or _labeled(axes.xaxis) else RIGHT

    def x(self, values: Any) -> Array:
        share = _share(self.axes.xaxis, self.axes.get_xlim(), values)
        return self.left + (self.right - self.left) * share

    def y(self, values: Any) -> Array:
        share = _share(self.axes.yaxis, self.axes.get_ylim(), values)
        return self.bottom - (self.bottom - self.top) * share

    def _places(self, points: Any, units: Any) -> Array:
        """Where points lie in the drawing; `axhline` gives its ends as shares of the axes."""
        if units != self.axes.transData:
            points = (units - self.axes.transData).transform(points)
        x, y = np.asarray(points, float).T
        return np.column_stack([self.x(x), self.y(y)])

    def parts(self) -> list[Part]:
        """What is cut off at the frame of the axes, the frame, the dots, the words."""
        axes = self.axes
        others = [*axes.images, *axes.tables, *axes.artists, axes.get_title(loc="left"), axes.get_title()]
        others += [cloud for cloud in axes.collections if not isinstance(cloud, PathCollection)]
        others += [bar for bar in axes.patches if not isinstance(bar, Rectangle)]
        if any(others) or axes.get_legend():
            raise ValueError(
                "A slider draws lines, dots, bars and words; no images, no tables, no titles, no legends, "
                "no areas and no vlines."
            )
        frame = f'x="{_short(self.left)}" y="{_short(self.top)}" '
        frame += f'width="{_short(self.right - self.left)}" height="{_short(self.bottom - self.top)}"'
        view = f"{_short(self.left)} {_short(self.top)} "
        view += f"{_short(self.right - self.left)} {_short(self.bottom - self.top)}"
        lines = [line for line in axes.lines if line.get_linestyle() != "None"]
        dotted = [line for line in axes.lines if line.get_marker() not in ("None", "", None)]
        return [
            ("", f'<svg {frame} viewBox="{view}">'),
            *(self._cloud(cloud) for cloud in axes.collections),
            *(self._bar(bar) for bar in axes.patches),
            *(self._line(line) for line in sorted(lines, key=lambda line: line.get_zorder())),
            ("", "</svg>"),
            ("", self._axis()),
            *(self._dots(line) for line in dotted),
            *(self._word(text) for text in axes.texts),
        ]

    def _axis(self) -> str:
        """The two spines, the ticks, and the names of the axes."""
        axes = self.axes
        color = to_hex(axes.spines["bottom"].get_edgecolor())
        parts, ticks = [], []
        for side, axis, limits in (
            ("bottom", axes.xaxis, axes.get_xlim()),
            ("left", axes.yaxis, axes.get_ylim()),
        ):
            if not axes.spines[side].get_visible():
                continue
            below = side == "bottom"
            end = f"H{_short(self.right)}" if below else f"V{_short(self.top)}"
            ticks.append(f"M{_short(self.left)} {_short(self.bottom)}{end}")
            places = axis.get_majorticklocs()
            names = axis.get_major_formatter().format_ticks(places)
            if not _labeled(axis):
                names = [""] * len(places)
            for place, name in zip(places, names, strict=True):
                if not min(limits) <= place <= max(limits):
                    continue
                if below:
                    x = _short(self.x(place))
                    ticks.append(f"M{x} {_short(self.bottom)}v6")
                    parts.append(_text(x, _short(self.bottom + 10), name, "middle", "hanging"))
                else:
                    y = _short(self.y(place))
                    ticks.append(f"M{_short(self.left)} {y}h-6")
                    parts.append(_text(_short(self.left - 10), y, name, "end", "central"))
        if axes.get_xlabel():
            middle = _short((self.left + self.right) / 2)
            parts.append(_text(middle, _short(self.bottom + 36), axes.get_xlabel(), "middle", "hanging"))
        if axes.get_ylabel():
            parts.append(
                _text(_short(self.left - LEFT + 6), _short(self.top - 18), axes.get_ylabel(), "start", "")
            )
        return f'<path d="{"".join(ticks)}" fill="none" stroke="{color}"/>{"".join(parts)}'

    def _line(self, line: Any) -> Part:
        if line.get_drawstyle() != "default":
            raise ValueError("A slider draws no steps: give the corners of the line as points.")
        width = line.get_linewidth() * POINT
        stays = f' fill="none" stroke="{to_hex(line.get_color())}" stroke-width="{width:.1f}"'
        stays += _opacity(line.get_alpha())
        _, dashes = line._dash_pattern  # in points, as drawn
        if dashes:
            stays += f' stroke-dasharray="{" ".join(f"{POINT * dash:.1f}" for dash in dashes)}"'
        places = self._places(line.get_xydata(), line.get_transform())
        known = np.isfinite(places).all(axis=1)
        cuts = np.flatnonzero(~known)
        content = ""
        for piece in np.split(places, cuts):
            points = _simplified([_tenths(x, y) for x, y in piece[np.isfinite(piece).all(axis=1)]])
            if len(points) > 1:
                content += f'<polyline points="{" ".join(f"{_unit(x)},{_unit(y)}" for x, y in points)}"/>'
        return stays, content if line.get_visible() else ""

    def _dots(self, line: Any) -> Part:
        size = line.get_markersize() * POINT
        color = to_hex(line.get_markerfacecolor() if line.get_marker() == "o" else line.get_color())
        content = self._marks(self._places(line.get_xydata(), line.get_transform()), line.get_marker(), size)
        return self._marked(line, color, size, line.get_marker()), content if line.get_visible() else ""

    def _cloud(self, cloud: Any) -> Part:
        """The dots of `scatter`, all of one size and color."""
        sizes, colors = cloud.get_sizes(), cloud.get_facecolor()
        if len(sizes) != 1 or len(colors) != 1:
            raise ValueError("A slider draws a scatter of dots of one size and one color.")
        size = math.sqrt(sizes[0]) * POINT
        places = self._places(cloud.get_offsets(), cloud.get_offset_transform())
        return self._marked(cloud, to_hex(colors[0]), size, "o"), self._marks(places, "o", size)

    def _marked(self, artist: Any, color: str, size: float, marker: str) -> str:
        width = size if marker == "o" else 1.5
        stays = f' fill="none" stroke="{color}" stroke-width="{width:.1f}" stroke-linecap="round"'
        return stays + _opacity(artist.get_alpha())

    def _marks(self, places: Array, marker: str, size: float) -> str:
        if marker not in ("o", "|"):
            raise ValueError(f"A slider draws the markers 'o' and '|', not {marker!r}.")
        path = ""
        for x, y in places:
            inside = self.left - 1 <= x <= self.right + 1 and self.top - 1 <= y <= self.bottom + 1
            if not inside:
                continue
            if marker == "o":
                path += f"M{_short(x)} {_short(y)}h0"
            else:
                path += f"M{_short(x)} {_short(y - size / 2)}v{_short(size)}"
        return f'<path d="{path}"/>' if path else ""

    def _bar(self, bar: Any) -> Part:
        x, y = bar.get_xy()
        corners = self._places(
            [(x, y), (x + bar.get_width(), y + bar.get_height())], bar.get_data_transform()
        )
        (left, right), (top, bottom) = np.sort(corners, axis=0).T
        content = f'<rect x="{_short(left)}" y="{_short(top)}" width="{_short(right - left)}" '
        content += f'height="{_short(bottom - top)}"/>'
        return f' fill="{to_hex(bar.get_facecolor())}"{_opacity(bar.get_alpha())}', content

    def _word(self, text: Any) -> Part:
        beside = hasattr(text, "xy")  # an annotation stands beside its point
        if beside and text.xycoords != "data":
            raise ValueError(f"A slider writes words beside points of the data, not of {text.xycoords!r}.")
        point, units = (
            (text.xy, self.axes.transData) if beside else (text.get_position(), text.get_transform())
        )
        ((x, y),) = self._places([point], units)
        if beside:
            aside, up = text.xyann
            x, y = x + POINT * aside, y - POINT * up
        anchor = ANCHORS[text.get_horizontalalignment()]
        baseline = BASELINES.get(text.get_verticalalignment(), "")
        content = _text(_short(x), _short(y), text.get_text(), anchor, baseline)
        return f' fill="{to_hex(text.get_color())}"', content if text.get_visible() else ""


def _labeled(axis: Any) -> bool:
    """Whether the ticks at the bottom, or at the left, have words; not so where panels share an axis."""
    return all(tick.label1.get_visible() for tick in axis.get_major_ticks())


def _share(axis: Any, limits: tuple[float, float], values: Any) -> Array:
    """Where values lie between the ends of an axis, 0 to 1, on its scale."""
    scale = axis.get_transform()
    low, high = scale.transform(np.array(limits, float))
    return (scale.transform(np.asarray(values, float)) - low) / (high - low)


def _rounded(place: float) -> float:
    """To a tenth; ties go up, also where a processor's last digit is another."""
    return math.floor(10 * float(place) + 0.5 + 1e-6) / 10


def _short(place: Any) -> str:
    return f"{_rounded(place):g}"


def _tenths(x: float, y: float) -> tuple[int, int]:
    return round(10 * _rounded(x)), round(10 * _rounded(y))


def _unit(tenths: int) -> str:
    return f"{tenths / 10:.7g}"


def _simplified(points: list[tuple[int, int]], tolerance: int = 2) -> list[tuple[int, int]]:
    """The points without those within `tolerance` of the line between others: whole numbers, so exact."""
    if len(points) < 3:
        return points
    (x0, y0), (x1, y1) = points[0], points[-1]
    length = (x1 - x0) ** 2 + (y1 - y0) ** 2
    if length:
        off = [((x1 - x0) * (y - y0) - (y1 - y0) * (x - x0)) ** 2 for x, y in points[1:-1]]
        limit = tolerance**2 * length
    else:
        off = [(x - x0) ** 2 + (y - y0) ** 2 for x, y in points[1:-1]]
        limit = tolerance**2
    if max(off) <= limit:
        return [points[0], points[-1]]
    far = off.index(max(off)) + 1
    return _simplified(points[: far + 1], tolerance)[:-1] + _simplified(points[far:], tolerance)


def _opacity(alpha: float | None) -> str:
    return "" if alpha in (None, 1) else f' opacity="{alpha:g}"'


def _text(x: str, y: str, words: str, anchor: str, baseline: str) -> str:
    if not words:
        return ""
    if "\n" in words:
        raise ValueError(f"A slider writes words in one line: {words!r}")
    place = f' x="{x}" y="{y}"' + (f' text-anchor="{anchor}"' if anchor != "start" else "")
    place += f' dominant-baseline="{baseline}"' if baseline else ""
    return f"<text{place}>{html.escape(words, quote=False)}</text>"
