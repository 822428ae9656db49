#!/usr/bin/env python3
"""Tells the voices in a dump of the organism from its text, and writes them beside what was planted.

    scripts/python scripts/read_voices.py Data/demo

Writes `scores/<role>.json` and `truth.json` into the dump. No reader has judged these answers: it is the classifier of
scripts/organism, which knows the generator's sentences and nothing else.
"""

import argparse
from pathlib import Path

from organism.classifier import VoiceClassifier
from organism.text import Text
from organism.truth import write_truth


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dump", type=Path)
    text = Text()
    write_truth(parser.parse_args().dump, text, VoiceClassifier(text))


if __name__ == "__main__":
    main()
