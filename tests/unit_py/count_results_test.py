"""count_results.py adds up what runners report and counts every way of ending badly as a failure."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

COUNT = Path(__file__).resolve().parents[2] / "scripts/lib/py/count_results.py"

GTEST = """<testsuites tests="3"><testsuite name="S">
<testcase name="A" classname="S" status="run"/><testcase name="B" classname="S" status="run">{failure}</testcase>
<testcase name="C" classname="S" status="notrun"/></testsuite></testsuites>"""
CTEST = '<testsuite><testcase name="plan" status="{status}"/></testsuite>'
NOT_RUN = '<testsuite><testcase name="plan" status="notrun"><skipped message="{why}"/></testcase></testsuite>'
PYTEST = """<testsuites><testsuite><testcase classname="t" name="a"/><testcase classname="t" name="b">{inside}</testcase>
</testsuite></testsuites>"""


class CountResultsTest(unittest.TestCase):
    def count(self, runner, code, xml, report=None):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "out.xml")
            if xml is not None:
                path.write_text(xml, encoding="utf-8")
            if report is not None:
                Path(folder, "plan_test.xml").write_text(report, encoding="utf-8")
            run = subprocess.run([sys.executable, COUNT, runner, str(code), path, folder], capture_output=True, text=True,
                                 check=True)
            return run.stdout.strip(), run.stderr

    def test_cases(self):
        good, bad = GTEST.format(failure=""), GTEST.format(failure="<failure/>")
        ran, failed = CTEST.format(status="run"), CTEST.format(status="fail")
        for name, arguments, expected in [
            ("all cases pass", ("ctest", 0, ran, good), "2 0 1"),
            ("a case fails", ("ctest", 8, failed, bad), "1 1 1"),
            ("crash after the cases", ("ctest", 8, failed, good), "2 1 1"),
            ("crash without a report", ("ctest", 8, failed, None), "0 1 0"),
            ("cut-off report", ("ctest", 8, failed, good[:60]), "0 1 0"),
            ("no GoogleTest program", ("ctest", 0, ran, None), "1 0 0"),
            ("program that skips itself", ("ctest", 0, NOT_RUN.format(why="SKIP_RETURN_CODE=77"), None), "0 0 1"),
            ("program that is not there", ("ctest", 8, NOT_RUN.format(why="Unable to find executable"), None), "0 1 0"),
            ("ctest killed", ("ctest", 137, None, None), "0 1 0"),
            ("ctest fails without naming a test", ("ctest", 1, ran, good), "2 1 1"),
            ("pytest passes", ("pytest", 0, PYTEST.format(inside="")), "2 0 0"),
            ("pytest failure", ("pytest", 1, PYTEST.format(inside="<failure/>")), "1 1 0"),
            ("pytest error", ("pytest", 1, PYTEST.format(inside="<error/>")), "1 1 0"),
            ("pytest skip", ("pytest", 0, PYTEST.format(inside="<skipped/>")), "1 0 1"),
            ("pytest killed", ("pytest", 137, None), "0 1 0"),
            ("pytest ends badly after passing", ("pytest", 3, PYTEST.format(inside="")), "2 1 0"),
        ]:
            with self.subTest(name):
                self.assertEqual(self.count(*arguments)[0], expected)

    def test_failed_names_are_told(self):
        self.assertIn("FAILED S.B", self.count("ctest", 8, CTEST.format(status="fail"), GTEST.format(failure="<failure/>"))[1])


if __name__ == "__main__":
    unittest.main()
