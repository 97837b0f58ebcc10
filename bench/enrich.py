"""`python -m bench.enrich [FILE...]`: how fast articles are read, beside two peers, and what no text may make slow.

One core, CPU time, nothing cached between articles. FILE: texts of yours to time beside the made ones.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from time import process_time

from bench.extractors import EXTRACTORS, Extract, Missing, tocsin
from bench.hostile import hostile_texts
from bench.prose import text as prose

SAMPLE = Path("../shared/000_f05ee9ab00acb566.txt")
ARTICLES, SECONDS = 100, 8.0
"""Articles of a row, and the CPU seconds after which a slow extractor has read enough of them."""
SIZES = (4_000, 40_000, 400_000, 1_000_000)
HOSTILE_SIZE = 1_000_000
MOST_TIMES_PROSE = 5.0
LEAST_PER_SECOND, MOST_START_S, MOST_MB = 300, 1.0, 250

_CHILD = """
import resource, time
from bench.extractors import tocsin
from bench.prose import text
extract = tocsin()
extract(text(0))
print(time.process_time())
for number in range(200):
    extract(text(number))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def cpu_ms(extract: Extract, text: str) -> float:
    """CPU milliseconds of reading one text."""
    started = process_time()
    extract(text)
    return 1000 * (process_time() - started)


def texts(files: list[Path]) -> Iterator[tuple[str, list[str]]]:
    """The rows: made prose, the sample where it is there, and the user's files."""
    yield f"{ARTICLES} articles of 4 kB", [prose(number) for number in range(ARTICLES)]
    for file in files:
        yield file.name, [file.read_text("utf-8")] * ARTICLES


def speed(extract: Extract, of: list[str]) -> list[float]:
    """Milliseconds of each article, until `SECONDS` are spent."""
    extract(of[0])
    took: list[float] = []
    for text in of:
        took.append(cpu_ms(extract, text))
        if sum(took) > 1000 * SECONDS:
            break
    return took


def print_speed(files: list[Path]) -> None:
    """Tocsin beside the peers, in the same process."""
    print(f"{'speed':<14}{'text':<30}{'articles/s':>11}{'ms, median':>12}{'ms, best':>10}  finds")
    for name, of in texts(files):
        for extractor in EXTRACTORS:
            try:
                took = speed(extractor.load(), of)
            except Missing as missing:
                print(f"{extractor.name:<14}{name:<30}SKIPPED: {missing}")
                continue
            print(
                f"{extractor.name:<14}{name:<30}{1000 / median(took):>11.1f}{median(took):>12.2f}{min(took):>10.2f}"
                f"  {extractor.does}"
            )
    print(f"target: {LEAST_PER_SECOND} articles/s\n")


def print_growth() -> float:
    """How the price of a kilobyte grows with the text; returns that of the largest."""
    extract, per_kb = tocsin(), 0.0
    print("growth, bytes    ms      ms per kB")
    for size in SIZES:
        text = prose(1, size)
        took = min(cpu_ms(extract, text) for _ in range(max(2, min(40, 400_000 // size))))
        per_kb = took / (size / 1000)
        print(f"{size:<17,}{took:<8.0f}{per_kb:.2f}")
    print("target: no more per kB in the largest than in the smallest\n")
    return per_kb


def print_hostile(prose_per_kb: float) -> None:
    """Hostile texts of a megabyte, relative to prose of the same size."""
    extract = tocsin()
    print(f"hostile, {HOSTILE_SIZE / 1e6:.0f} MB each        ms per kB  times prose")
    for name, text in hostile_texts(HOSTILE_SIZE):
        per_kb = cpu_ms(extract, text) / (len(text) / 1000)
        times = per_kb / prose_per_kb
        print(f"{name:<28}{per_kb:<11.2f}{times:.2f}{'  TOO SLOW' if times > MOST_TIMES_PROSE else ''}")
    print(f"target: {MOST_TIMES_PROSE:.0f} times prose at most\n")


def print_process() -> None:
    """A process of its own: from its start to the first article read, and its memory after 200."""
    child = subprocess.run([sys.executable, "-c", _CHILD], capture_output=True, text=True, check=True)
    start_s, peak_mb = map(float, child.stdout.split())
    print(f"start-up to the first document {start_s:.2f} s of CPU (target: under {MOST_START_S:.0f})")
    print(f"peak memory after 200 articles {peak_mb:.0f} MB (target: under {MOST_MB})")


def main() -> None:
    files = [Path(name) for name in sys.argv[1:]] or [file for file in (SAMPLE,) if file.exists()]
    print_process()
    print()
    print_speed(files)
    print_hostile(print_growth())


if __name__ == "__main__":
    main()
