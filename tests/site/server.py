"""The built site, served to this machine as the web serves it."""

import contextlib
import functools
import gzip
import http.server
import io
import sys
import threading
from pathlib import Path

from site_under_test import SITE

# Nothing from elsewhere, and no script or style sheet inside a page. What the site needs beyond 'self':
# KaTeX places the parts of a formula, and docutils the columns of a table, by style attributes;
# the style sheets carry small pictures, and the fonts of formulas, as data.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'"
)


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serve the site below /lossbook/, as GitHub Pages does: compressed, to be kept for ten minutes; with the policy."""

    protocol_version = "HTTP/1.1"

    def translate_path(self, path):
        prefix = "/lossbook/"
        return super().translate_path("/" + path[len(prefix) :] if path.startswith(prefix) else "/nothing")

    def send_head(self):
        path = Path(self.translate_path(self.path.partition("?")[0]))
        if path.is_dir() and (path / "index.html").exists():
            path /= "index.html"
        status = 200 if path.is_file() else 404
        if status == 404:
            path = Path(self.directory) / "404.html"
        body, kind = path.read_bytes(), self.guess_type(path)
        packs = kind.startswith("text/") or kind.endswith(("javascript", "json", "xml"))
        packed = packs and "gzip" in self.headers.get("Accept-Encoding", "")
        if packed:
            body = gzip.compress(body, 6)
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8" if packs else kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "max-age=600")
        self.send_header("Content-Security-Policy", POLICY)
        if packed:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        return io.BytesIO(body)

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    """A browser that leaves a page hangs up on what it had asked for: no news."""

    daemon_threads = True

    def handle_error(self, request, client_address):
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextlib.contextmanager
def serve(site=SITE):
    """Serve the site to this machine; give its address."""
    server = Server(("127.0.0.1", 0), functools.partial(Handler, directory=site))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/lossbook/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
