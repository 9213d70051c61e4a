#!/usr/bin/env python3
# Makes assets/fonts/*: Inter (regular, semi-bold) with tabular digits in the place of the proportional ones, and from
# DejaVu Sans only the signs that Inter lacks. Run it again after changing the ranges; the results are committed.
# Needs fontTools (Debian: python3-fonttools) and the fonts (Debian: fonts-inter, fonts-dejavu-core).
import pathlib
import sys


from fontTools import subset
from fontTools.ttLib import TTFont

INTER = pathlib.Path("/usr/share/fonts/opentype/inter")
DEJAVU = pathlib.Path("/usr/share/fonts/truetype/dejavu")
OUT = pathlib.Path(__file__).resolve().parent.parent / "assets" / "fonts"

# Must cover the ranges in web/app/fonts.cpp.
# English and French, whole Latin-1, and the signs that texts and formulas use: every glyph stands in the download.
LATIN = [*range(0x20, 0x7F), *range(0xA0, 0x100), 0x152, 0x153, 0x177, 0x178]
PUNCTUATION = [0x2007, 0x2009, 0x202F, *range(0x2010, 0x2016), *range(0x2018, 0x201F), 0x2020, 0x2022, 0x2026, 0x2030, 0x2032, 0x2033,
               0x2039, 0x203A, 0x20AC, 0x2212]
GREEK = [*range(0x3B1, 0x3CA), 0x394, 0x398, 0x39B, 0x3A0, 0x3A3, 0x3A6, 0x3A8, 0x3A9]
SCRIPTS = [0x2070, 0x2071, *range(0x2074, 0x207C), 0x207F, *range(0x2080, 0x208C), 0x2099, 0x1D40, 0x2C7C, 0x1D62]
SIGNS = [*range(0x2190, 0x2194), 0x21D2, 0x211D, 0x2202, 0x2206, 0x2207, 0x2208, 0x220F, 0x2211, 0x2218, 0x221A, 0x221D, 0x221E, 0x2225,
         0x222B, 0x2248, 0x2260, 0x2264, 0x2265, 0x2299, 0x22C5, 0x25CF, 0x2713, 0x2717]
WANTED = sorted({*LATIN, *PUNCTUATION, *GREEK, *SCRIPTS, *SIGNS})
# Titles show numbers too: powers of ten, indices.
BOLD = sorted({*LATIN, *PUNCTUATION, 0x2070, *range(0x2074, 0x207C), *range(0x2080, 0x208A), 0x221E, 0x2192})


def tabular_digits(font):
    """Digits keep their code points but get the glyphs (and the one width) of the `tnum` feature."""
    table = font["GSUB"].table
    lookups = {i for f in table.FeatureList.FeatureRecord if f.FeatureTag == "tnum" for i in f.Feature.LookupListIndex}
    swap = {}
    for i in lookups:
        for sub in table.LookupList.Lookup[i].SubTable:
            sub = getattr(sub, "ExtSubTable", sub)
            swap.update(getattr(sub, "mapping", {}))
    for cmap in font["cmap"].tables:
        for digit in range(0x30, 0x3A):
            if digit in cmap.cmap:
                cmap.cmap[digit] = swap.get(cmap.cmap[digit], cmap.cmap[digit])
    # One width for all (the sources differ by 3 units of 2816), and the figure space (U+2007) is as wide as a digit.
    names = [font.getBestCmap()[code] for code in (*range(0x30, 0x3A), 0x2007)]
    width = max(font["hmtx"][name][0] for name in names[:10])
    for name in names:
        font["hmtx"][name] = (width, font["hmtx"][name][1])


def make(source, target, wanted, digits):
    font = TTFont(source)
    if digits:
        tabular_digits(font)
    # Names 13 and 14, the licence, travel as text files beside the program (assets/fonts, dist/licences).
    options = subset.Options(hinting=False, layout_features=[], desubroutinize=True, name_IDs=[0, 1, 2],
                             notdef_outline=True, glyph_names=False,
                             drop_tables=subset.Options._drop_tables_default + ["GSUB", "GPOS", "GDEF", "STAT", "DSIG"])
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=wanted)
    subsetter.subset(font)
    font.save(OUT / target)
    have = set(font.getBestCmap())
    print(f"{target}: {len(have)} signs, {(OUT / target).stat().st_size} bytes")
    return have


def licence(source, name, target, heading):
    """The licence paragraph of a Debian copyright file, as plain text."""
    lines = source.read_text().splitlines()
    starts = [i for i, line in enumerate(lines) if line == f"License: {name}"]
    text = []
    for line in lines[starts[0] + 1:]:
        if not line.startswith(" "):
            break
        text.append("" if line.strip() == "." else line.strip())
    assert len(text) > 20
    (OUT / target).write_text(heading + "\n" + "\n".join(text) + "\n")


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    regular = make(INTER / "Inter-Regular.otf", "inter-regular.otf", WANTED, True)
    make(INTER / "Inter-SemiBold.otf", "inter-semibold.otf", BOLD, True)
    lacking = [c for c in WANTED if c not in regular]
    dejavu = make(DEJAVU / "DejaVuSans.ttf", "dejavu-signs.ttf", lacking, False)
    licence(pathlib.Path("/usr/share/doc/fonts-inter/copyright"), "OFL-1.1", "LICENCE-inter.txt",
            "Inter. Copyright 2016-2022 The Inter Project Authors (https://github.com/rsms/inter).\n"
            "Subset, with the tabular digits in the place of the proportional ones. SIL Open Font License 1.1.\n")
    licence(pathlib.Path("/usr/share/doc/fonts-dejavu-core/copyright"), "bitstream-vera", "LICENCE-dejavu.txt",
            "DejaVu Sans (https://dejavu-fonts.github.io/). Copyright (c) 2003 by Bitstream, Inc. All Rights Reserved.\n"
            "Bitstream Vera is a trademark of Bitstream, Inc. DejaVu changes are in public domain. Subset.\n")
    nowhere = [f"U+{c:04X} {chr(c)}" for c in lacking if c not in dejavu]
    print("from DejaVu:", " ".join(chr(c) for c in sorted(dejavu)))
    if nowhere:
        sys.exit("in no font: " + ", ".join(nowhere))


main()
