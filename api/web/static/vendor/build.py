"""Takes pinned copies of the design system that our pages stand on: `make vendor`.

Run by whoever wants a newer one, never by the product; the results are committed beside this file,
so that neither users nor tests need Node. It asks `npm pack` for the versions in `vendor.lock`,
compares each package with its hash there and keeps the few files that browsers load:

    python api/web/static/vendor/build.py                        the versions in vendor.lock
    python api/web/static/vendor/build.py govuk-frontend@6.7.0   another; look at every page then

Two things are changed in what is kept, and both must be: the typeface GDS Transport and the crest
are not ours to use, so that our own typeface stands in the place of the one, and nothing of the
other; and a map of the sources, which is not here, is not named.
"""

import base64
import hashlib
import io
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
LOCK = HERE / "vendor.lock"
WANTED = {
    "govuk-frontend": {
        "package/dist/govuk/govuk-frontend.min.css": "govuk-frontend-{version}.min.css",
        "package/dist/govuk/govuk-frontend.min.js": "govuk-frontend-{version}.min.js",
    },
}
"""The files of each package that are kept, and under which names."""

FONT = '"Readiness Sans",system-ui,-apple-system,"Segoe UI",sans-serif'


def main(wanted: list[str]) -> None:
    """Fetch, compare, keep, write the lock anew."""
    lock = json.loads(LOCK.read_text("utf-8")) if LOCK.is_file() else {}
    for name, files in WANTED.items():
        known = lock.get(name, {})
        asked = next((word for word in wanted if word.startswith(f"{name}@")), None)
        spec = asked or f"{name}@{known['version']}"
        with tempfile.TemporaryDirectory() as folder:
            command = ["npm", "pack", "--json", "--silent", spec]
            run = subprocess.run(command, cwd=folder, check=True, capture_output=True)  # noqa: S603
            told = json.loads(run.stdout)[0]
            package = (Path(folder) / told["filename"]).read_bytes()
        integrity = "sha512-" + base64.b64encode(hashlib.sha512(package).digest()).decode()
        if asked is None and integrity != known["integrity"]:
            raise SystemExit(f"{spec} is not the package that vendor.lock names. Nothing changed.")
        version = told["version"]
        for old in known.get("files", {}):
            (HERE / old).unlink(missing_ok=True)
        kept = {}
        with tarfile.open(fileobj=io.BytesIO(package)) as tar:
            for inside, pattern in files.items():
                member = tar.extractfile(inside)
                if member is None:
                    raise SystemExit(f"{spec} holds no {inside}. Look where it went.")
                content = fit(member.read(), inside)
                target = pattern.format(version=version)
                (HERE / target).write_bytes(content)
                kept[target] = hashlib.sha256(content).hexdigest()
        lock[name] = {"version": version, "integrity": integrity, "files": kept}
        print(f"{name} {version}: {', '.join(kept)}")
    LOCK.write_text(json.dumps(lock, indent=2) + "\n", "utf-8")


def fit(content: bytes, name: str) -> bytes:
    """A file as we may and want to serve it."""
    text = content.decode("utf-8")
    text = re.sub(r"(?://|/\*)# sourceMappingURL=\S+(?: ?\*/)?\n?", "", text)
    if name.endswith(".css"):
        text = re.sub(r"@font-face ?\{[^}]*\}", "", text)
        text = text.replace("GDS Transport,arial,sans-serif", FONT)
        text = re.sub(r"url\([^)]*govuk-crest[^)]*\)", "none", text)
        left = re.findall(r"GDS Transport|url\([^)]*\)", text)
        if left:
            raise SystemExit(f"{name} still names {left}. Take it out here.")
    return text.encode("utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
