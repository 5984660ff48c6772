#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Adds up JUnit reports and prints the one line that closes a test run: 'N passed, N failed, N skipped'.

Exits 1 if a report is missing, a test failed, or none ran: a run that tested nothing is not a success.
"""
import sys
import xml.etree.ElementTree as ElementTree


def count(path):
    """(passed, failed, skipped) test cases of one report."""
    passed = failed = skipped = 0
    for case in ElementTree.parse(path).getroot().iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None or case.get("status") == "fail":
            failed += 1
        elif case.find("skipped") is not None or case.get("status") in ("notrun", "disabled"):
            skipped += 1
        else:
            passed += 1
    return passed, failed, skipped


def main():
    totals = [0, 0, 0]
    for path in sys.argv[1:]:
        try:
            one = count(path)
        except (OSError, ElementTree.ParseError) as error:
            print(f"{path}: no report: {error}", file=sys.stderr)
            one = (0, 1, 0)
        if one[0] + one[1] == 0:
            print(f"{path}: no test ran", file=sys.stderr)
            one = (0, 1, one[2])
        totals = [a + b for a, b in zip(totals, one)]
    print(f"{totals[0]} passed, {totals[1]} failed, {totals[2]} skipped")
    return 1 if totals[1] else 0


if __name__ == "__main__":
    sys.exit(main())
