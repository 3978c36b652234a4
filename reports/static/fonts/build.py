"""From open fonts to "Readiness Sans", the typeface of our PDFs, and the scripts beside it.

Run at build time only, by whoever wants a newer Inter or one more sign; the results are committed
beside this file and nothing imports it:

    for name in inter@0.4.2 noto-sans-arabic@0.4.3 noto-sans-hebrew@0.4.1; do
        folder=fonts/${name%@*}
        mkdir -p $folder
        tar xzf $(npm pack --silent @expo-google-fonts/$name) -C $folder
    done
    .venv/bin/python reports/static/fonts/build.py fonts

Four things are done to each of the four weights, and each has its reason:

1. the digits 0-9 lead to Inter's tabular glyphs, so that columns of figures line up without the
   CSS `font-feature-settings`, which leaks memory in every render and would widen the hyphens of
   running text as well;
2. everything but the Latin script and the signs of our reports is left out, with all hinting:
   about 50 KB a weight instead of 340, because every PDF subsets its fonts once more;
3. of the layout features only those stay that spelling needs (kerning, marks, local forms): no
   ligature and no contextual arrow changes what a city has typed;
4. the family gets a name of its own, so that an Inter installed on some machine is never mistaken
   for it.

Names in Greek, Cyrillic, Arabic and Hebrew are set in one weight of Inter or Noto Sans: a report is
never set in whatever fonts some machine happens to have. What none of them has is told in words
(`reports/glyphs.py`).

Neither has a Reserved Font Name, and their licence (`OFL.txt`) allows all of this. The same input
and the same fontTools give the same bytes.
"""

import hashlib
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

FAMILY = "Readiness Sans"
VERSION = "Version 1.000; from Inter 4.001"

# The files of @expo-google-fonts/inter 0.4.2. Another sum means another Inter: look at a report
# before you change it here.
SOURCES = {
    "Regular": (
        "400Regular/Inter_400Regular.ttf",
        "a414b48aa577ef2c62ebb135341ddeef33ee26a4f5dc9f787f93c1aab08ebb50",
    ),
    "Medium": (
        "500Medium/Inter_500Medium.ttf",
        "f1738576525e86db1d5cf63a6c1b56e0a7e2a2898b499ac93db95f2e7a9f9cd5",
    ),
    "SemiBold": (
        "600SemiBold/Inter_600SemiBold.ttf",
        "f30e9d2574c3bec5144347ff965f9841c8f06857f0b7383000f8c9489a161841",
    ),
    "Bold": (
        "700Bold/Inter_700Bold.ttf",
        "fbe825cbfc749317f57a1433d3905aa9d3f388732fd29b8e8a36f34845e3bc3e",
    ),
}

# Latin with the accents of Europe and the Americas (and the tildes of Guarani), then punctuation,
# currencies, arrows and signs.
RANGES = (
    (0x0020, 0x007E),
    (0x00A0, 0x017F),
    (0x0218, 0x021B),
    (0x02BC, 0x02BC),
    (0x02C6, 0x02DD),
    (0x0300, 0x030C),
    (0x0327, 0x0328),
    (0x1EBC, 0x1EBD),
    (0x1EF8, 0x1EF9),
    (0x2002, 0x200B),
    (0x2010, 0x2015),
    (0x2018, 0x201E),
    (0x2020, 0x2022),
    (0x2026, 0x2026),
    (0x202F, 0x2033),
    (0x2039, 0x203A),
    (0x2044, 0x2044),
    (0x20A1, 0x20A1),
    (0x20AC, 0x20AC),
    (0x20B2, 0x20B2),
    (0x2116, 0x2116),
    (0x2122, 0x2122),
    (0x2190, 0x2193),
    (0x2196, 0x2199),
    (0x2212, 0x2212),
    (0x2248, 0x2248),
    (0x2260, 0x2260),
    (0x2264, 0x2265),
    (0x25A0, 0x25A1),
    (0x25B2, 0x25B2),
    (0x25BC, 0x25BC),
    (0x25CB, 0x25CB),
    (0x25CF, 0x25CF),
    (0x2713, 0x2713),
    (0x2717, 0x2717),
    (0xFEFF, 0xFEFF),
)
FEATURES = ["locl", "kern", "mark"]

# Scripts of names that our typeface leaves out: where from, its sum, and which signs.
OTHERS = {
    "Greek Cyrillic": (
        "inter/package/400Regular/Inter_400Regular.ttf",
        SOURCES["Regular"][1],
        ((0x0386, 0x03CE), (0x0400, 0x045F), (0x0490, 0x0493), (0x04AE, 0x04B1), (0x04E8, 0x04E9)),
    ),
    "Arabic": (
        "noto-sans-arabic/package/400Regular/NotoSansArabic_400Regular.ttf",
        "252629ca0e87b6233851249b8cbf7b43445211a8caf199f1b306a19202251508",
        ((0x060C, 0x060C), (0x061B, 0x061B), (0x061F, 0x061F), (0x0621, 0x063A), (0x0640, 0x0655),
         (0x0660, 0x066D), (0x0670, 0x06D5), (0x06F0, 0x06F9)),
    ),
    "Hebrew": (
        "noto-sans-hebrew/package/400Regular/NotoSansHebrew_400Regular.ttf",
        "e0ee753f09733337b9236221018d4bf71fd6d06c87dd76bbc83120514bc55911",
        ((0x05B0, 0x05C7), (0x05D0, 0x05EA), (0x05F0, 0x05F4)),
    ),
}  # fmt: skip
# Copyright, makers, their address, licence: what the OFL asks us to keep.
KEPT_NAMES = (0, 8, 9, 11, 13, 14)


def build_font(source: Path, weight: str) -> TTFont:
    """Return one weight of our family, built from the matching weight of Inter."""
    font = TTFont(source, recalcTimestamp=False)
    _make_digits_tabular(font)
    _leave_out_what_is_not_asked(font)
    _rename(font, weight)
    return font


def build_other(source: Path, script: str, ranges: tuple[tuple[int, int], ...]) -> TTFont:
    """Return the letters of another script, with all that joins and places them."""
    font = TTFont(source, recalcTimestamp=False)
    options = subset.Options(hinting=False, layout_features=["*"], name_IDs=["*"])
    options.drop_tables += ["STAT"]
    subsetter = subset.Subsetter(options)
    # Spaces too: what stands between two words is set with them.
    codes = {0x0020, 0x00A0} | {code for a, b in ranges for code in range(a, b + 1)}
    subsetter.populate(unicodes=codes)
    subsetter.subset(font)
    _rename(font, "Regular", f"{FAMILY} {script}")
    return font


def _make_digits_tabular(font: TTFont) -> None:
    tabular = _substitutions(font, "tnum")
    for table in font["cmap"].tables:
        for digit in range(ord("0"), ord("9") + 1):
            if digit in table.cmap:
                # Tables may share one dictionary: what has been swapped already stays.
                table.cmap[digit] = tabular.get(table.cmap[digit], table.cmap[digit])


def _substitutions(font: TTFont, tag: str) -> dict[str, str]:
    table = font["GSUB"].table
    lookups = {
        index
        for record in table.FeatureList.FeatureRecord
        if record.FeatureTag == tag
        for index in record.Feature.LookupListIndex
    }
    pairs: dict[str, str] = {}
    for index in sorted(lookups):
        for subtable in table.LookupList.Lookup[index].SubTable:
            pairs |= getattr(subtable, "ExtSubTable", subtable).mapping
    return pairs


def _leave_out_what_is_not_asked(font: TTFont) -> None:
    options = subset.Options(
        hinting=False,
        layout_features=FEATURES,
        name_IDs=["*"],
        notdef_outline=True,  # a missing sign shows as a box that a test can find, not as nothing
        drop_tables=["STAT"],
    )
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[code for first, last in RANGES for code in range(first, last + 1)])
    subsetter.subset(font)


def _rename(font: TTFont, weight: str, family: str = FAMILY) -> None:
    names = font["name"]
    kept = {number: names.getDebugName(number) for number in KEPT_NAMES}
    names.names = []
    postscript = f"{family.replace(' ', '')}-{weight}"
    # Only Regular and Bold fit the four-style families of old; the others also carry the
    # typographic names 16 and 17.
    basic = weight in {"Regular", "Bold"}
    own = {
        1: family if basic else f"{family} {weight}",
        2: weight if basic else "Regular",
        3: f"1.000;{postscript}",
        4: f"{family} {weight}",
        5: VERSION,
        6: postscript,
    }
    if not basic:
        own |= {16: family, 17: weight}
    for number, text in sorted((kept | own).items()):
        names.setName(text, number, 3, 1, 0x409)


def main() -> None:
    """Build the four weights and lay the licence beside them."""
    folder, here = Path(sys.argv[1]), Path(__file__).parent
    for weight, (name, expected) in SOURCES.items():
        source = _known(folder / "inter" / "package" / name, expected)
        _write(build_font(source, weight), here / f"ReadinessSans-{weight}.ttf")
    for script, (name, expected, ranges) in OTHERS.items():
        font = build_other(_known(folder / name, expected), script, ranges)
        _write(font, here / f"ReadinessSans{script.replace(' ', '')}-Regular.ttf")
    licences = [
        (folder / name / "package" / "LICENSE_FONT").read_text("utf-8")
        for name in ("noto-sans-arabic", "noto-sans-hebrew", "inter")
    ]
    makers = "".join(text.partition("\n")[0] + "\n" for text in licences[:-1])
    (here / "OFL.txt").write_text(makers + licences[-1], encoding="utf-8")


def _known(source: Path, expected: str) -> Path:
    if hashlib.sha256(source.read_bytes()).hexdigest() != expected:
        sys.exit(f"{source} is not the font that this recipe was written for.")
    return source


def _write(font: TTFont, target: Path) -> None:
    font.save(target)
    print(f"{target.name}: {target.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
