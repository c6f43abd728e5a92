"""Draw the card that is shown where a page is shared: python tools/card.py BROWSER"""

import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

STATIC = Path(__file__).resolve().parents[1] / "theme/static"
PAGE = """<style>
@font-face { font-family: Sans; src: url(fonts/source-sans-3-latin-wght-normal.woff2); font-weight: 200 900; }
body { margin: 0; width: 1200px; height: 630px; background: #fffefc; font-family: Sans; color: #15191f; position: relative; }
h1 { font-size: 118px; margin: 0; position: absolute; left: 80px; top: 60px; letter-spacing: -0.01em; }
p { font-size: 42px; line-height: 1.3; margin: 0; position: absolute; left: 84px; top: 220px; color: #555d68; width: 560px; }
svg { position: absolute; left: 640px; top: 90px; }
</style><h1>Lossbook</h1><p>Loss functions in deep learning.<br>Every formula, number and figure is run and tested.</p>
<svg width="500" height="460" viewBox="0 0 500 460" fill="none" stroke-width="9" stroke-linecap="round">
<path d="M20 440h460" stroke="#555d68" stroke-width="4"/>
<path d="M40 30Q250 850 460 30" stroke="#0072b2"/><path d="M40 120L250 430L460 120" stroke="#d55e00" stroke-dasharray="26 20"/>
<path d="M40 250L250 420L460 250" stroke="#15191f" stroke-dasharray="2 22"/></svg>"""

if __name__ == "__main__":
    blank = STATIC / "card.html"
    blank.write_text(PAGE, encoding="utf-8")
    try:
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=sys.argv[1])
            page = chromium.new_page(viewport={"width": 1200, "height": 630})
            page.goto(blank.as_uri())
            page.evaluate("document.fonts.ready")
            shot = page.screenshot()
            chromium.close()
    finally:
        blank.unlink()
    with Image.open(io.BytesIO(shot)) as picture:
        picture.convert("RGB").quantize(64, dither=Image.Dither.NONE).save(STATIC / "card.png", optimize=True)
