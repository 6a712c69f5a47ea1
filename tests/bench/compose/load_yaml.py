#!/usr/bin/env python3
"""Loads all fragments of a repository with PyYAML's C loader, and does nothing else with them: the yardstick beside the
bench. The texts are read from git before the clock starts.

usage: load_yaml.py REPOSITORY      prints the seconds and the peak resident size in MB
"""

import io
import resource
import subprocess
import sys
import tarfile
import time

import yaml


def texts(repository):
    archive = subprocess.run(["git", "-C", repository, "archive", "main"], check=True, capture_output=True).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        return [tar.extractfile(member).read() for member in tar if member.isfile()]


def main():
    files = texts(sys.argv[1])
    started = time.perf_counter()
    loaded = [yaml.load(text, Loader=yaml.CSafeLoader) for text in files]
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{len(loaded)} {seconds:.3f} {peak:.0f}")


if __name__ == "__main__":
    main()
