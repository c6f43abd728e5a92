"""Slider figures on the site: what `lossbook.plots.slider` stored, as HTML that sliders.js moves.

The SVG stands in its starting position, so nothing moves when the script starts; without JavaScript and in
print it is a plain picture. Other builders take the notebook's own picture.
"""

import html
import json

from docutils import nodes

from lossbook.sliders import MIME


def picture(data, alt):
    """Return the figure in its starting position."""
    return data["svg"].replace("<svg ", f'<svg role="img" aria-label="{html.escape(alt)}" ', 1)


def under_the_axis(data):
    """Return the style that puts the knob under the value in the picture, where the picture is one panel."""
    first, last = data.get("drag", (0, 0))
    width = float(data["svg"].split('viewBox="0 0 ', 1)[1].split()[0])
    if last - first < 0.6 * width:
        return ""
    # The knob's middle never comes nearer to an end than half its width.
    left, wide = 100 * first / width, 100 * (last - first) / width
    return f' style="margin-left: calc({left:.2f}% - 8px); width: calc({wide:.2f}% + 16px)"'


def as_html(data, name, alt):
    """Return the figure, the slider and what its position says; name must be unique on the page."""
    start, words = data["start"], data["words"]
    lines = "".join(f"<span>{html.escape(line)}</span>" for line in words[start])
    kept = {key: data[key] for key in ("start", "words", "moves", "drag") if key in data}
    stored = json.dumps(kept, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
    return (
        f'<div class="slider-figure{" drags" if "drag" in data else ""}">{picture(data, alt)}\n'
        f'<label for="slider-{name}">{html.escape(data["label"])}</label>\n'
        f'<input id="slider-{name}" type="range" min="0" max="{len(words) - 1}" value="{start}" '
        f'autocomplete="off" aria-valuetext="{html.escape(". ".join(words[start]))}"{under_the_axis(data)}>\n'
        f'<output for="slider-{name}" aria-live="off">{lines}</output>\n'
        f'<script type="application/json">{stored}</script></div>'
    )


class SliderFigure:
    """Renders the data of a slider in place of the picture beside it, in HTML."""

    mime_priority_overrides = (("html", MIME, 5),)

    @staticmethod
    def handle_mime(renderer, data, inline):
        if data.mime_type != MIME:
            return None
        options = data.cell_metadata.get("mystnb", {})
        name = options.get("figure", {}).get("name") or f"cell-{data.cell_index}"
        markup = as_html(data.content, name, options.get("image", {}).get("alt", ""))
        return [nodes.raw("", markup, format="html")]
