#!/usr/bin/env python3
"""Prints the results of compose_bench and load_yaml.py as Markdown: of several runs the median one. Fails where a
promise is broken.

usage: report.py MACHINE FILE-OF-COMPOSE_BENCH FILE-OF-LOAD_YAML
"""

import json
import statistics
import sys

# Of 10,000 fragments: what is promised, and what we aim at.
PROMISES = [
    ("cold start, all of it (s)", "total", 3.0, 1.0),
    ("after a one-file commit (ms)", "commit_total_ms", 10.0, 5.0),
    ("peak resident size (MB)", "peak_after_commits_mb", 200.0, 100.0),
]
ROWS = [
    ("read the commit from git (s)", "read", 3),
    ("parse, merge, validate, compose (s)", "compose", 3),
    ("render each location's values (s)", "render", 3),
    ("**cold start, all of it (s)**", "total", 3),
    ("processor time of that (s)", "cpu", 3),
    ("peak resident size so far (MB)", "peak_mb", 0),
    ("one-file commit: read (ms)", "commit_read_ms", 2),
    ("one-file commit: compose (ms)", "commit_compose_ms", 2),
    ("one-file commit: render (ms)", "commit_render_ms", 2),
    ("**one-file commit, all of it, median of 21 (ms)**", "commit_total_ms", 2),
    ("the slowest of those 21 (ms)", "commit_worst_ms", 2),
    ("peak resident size at the end (MB)", "peak_after_commits_mb", 0),
    ("for the record: our YAML reading alone (s)", "parse_alone", 3),
]


def medians(runs):
    return {key: statistics.median(run[key] for run in runs) for key in runs[0]}


def by_size(runs, key):
    sizes = {}
    for run in runs:
        sizes.setdefault(run[key], []).append(run)
    return {size: medians(of_size) for size, of_size in sorted(sizes.items())}


def read_ours(path):
    with open(path, encoding="utf-8") as lines:
        return by_size([json.loads(line) for line in lines], "locations")


def read_python(path):
    with open(path, encoding="utf-8") as lines:
        rows = [line.split() for line in lines]
    # dagitops.yaml and one defaults file come on top of the fragments.
    runs = [{"files": int(files) - 2, "seconds": float(seconds), "mb": float(mb)} for files, seconds, mb in rows]
    return by_size(runs, "files")


def table(ours, python):
    sizes = list(ours)
    print("| | " + " | ".join(f"{size:,} fragments" for size in sizes) + " |")
    print("|---|" + "---:|" * len(sizes))
    for label, key, digits in ROWS:
        print(f"| {label} | " + " | ".join(f"{ours[size][key]:.{digits}f}" for size in sizes) + " |")
    print("| PyYAML's C loader, loading only (s) | " + " | ".join(f"{python[size]['seconds']:.3f}" for size in sizes) + " |")
    print("| the same, peak resident size (MB) | " + " | ".join(f"{python[size]['mb']:.0f}" for size in sizes) + " |")


def main():
    machine, ours, python = sys.argv[1], read_ours(sys.argv[2]), read_python(sys.argv[3])
    print(f"Machine: {machine}. Of three runs the median.\n")
    table(ours, python)
    small, large = ours[1000], ours[10000]
    ratio = large["total"] / small["total"]
    print(f"\nTen times the fragments take {ratio:.1f} times the time.\n")
    print("| promise, 10,000 fragments | measured | promised | aimed at | |\n|---|---:|---:|---:|---|")
    broken = False
    for label, key, promised, aimed in PROMISES:
        value = large[key]
        verdict = "aim met" if value <= aimed else "kept" if value <= promised else "**broken**"
        broken = broken or value > promised
        print(f"| {label} | {value:.2f} | {promised:g} | {aimed:g} | {verdict} |")
    linear = ratio <= 12
    print(f"| growth from 1,000 to 10,000 | {ratio:.1f} | 12 | 10 | {'kept' if linear else '**broken**'} |")
    sys.exit(1 if broken or not linear else 0)


if __name__ == "__main__":
    main()
