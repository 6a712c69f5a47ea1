"""tests/layering_check finds each kind of fault in a small tree made for it, and nothing in a good one."""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

TABLE = """# Architecture
<!-- layers:begin -->
| layer | kind | what it is | may include | seam headers | third party | in public headers |
|---|---|---|---|---|---|---|
| `base` | base | - | – | – | `boost/system` | `boost/system` |
| `model` | model | - | `base` | – | – | – |
| `plan` | core | - | `model`, `base` | – | `boost/json` | – |
| `render` | core | - | `model`, `base` | – | – | – |
| `git` | adapter | - | `seams`, `base` | – | `git2.h`, `git2` | – |
| `store` | adapter | - | `base` | `store/seam.h` | – | – |
| `reconcile` | loop | - | `core`, `seams`, `base` | – | – | – |
<!-- layers:end -->
"""

GOOD = {
    "docs/architecture.md": TABLE,
    "CMakeLists.txt": "add_subdirectory(src)\nadd_subdirectory(tests/unit/plan)\n",
    "src/CMakeLists.txt": "foreach(layer base model plan render git store reconcile)\nadd_subdirectory(${layer})\nendforeach()\n",
    "include/dagitops/base/result.h": "#pragma once\n#include <string>\nusing Text = std::string;\n",
    "include/dagitops/model/value.h": '#pragma once\n#include "dagitops/base/result.h"\nstruct Value { Text text; };\n',
    "include/dagitops/plan/plan.h": '#pragma once\n#include "dagitops/model/value.h"\nValue Plan();\n',
    "include/dagitops/store/seam.h": "#pragma once\n",
    "include/dagitops/store/file.h": "#pragma once\n",
    "src/plan/order.h": "#pragma once\n#include <cstdio>\ninline int P(char* b) { return std::snprintf(b, 2, \"%d\", 1); }\n",
    "src/plan/plan.cc": '#include "dagitops/plan/plan.h"\n\n#include <vector>\n\n#include "plan/order.h"\n',
    "src/reconcile/pass.cc": '#include "dagitops/plan/plan.h"\n#include "dagitops/store/seam.h"\n',
    "src/git/git.cc": "#include <git2.h>\n#include <git2/sys/errors.h>\n",
    "src/base/CMakeLists.txt": "",
    "src/model/CMakeLists.txt": "",
    "src/plan/CMakeLists.txt": "dagitops_layer(plan SOURCES plan.cc)\n",
    "src/render/CMakeLists.txt": "",
    "src/git/CMakeLists.txt": "dagitops_layer(git SOURCES git.cc)\n",
    "src/store/CMakeLists.txt": "",
    "src/reconcile/CMakeLists.txt": "dagitops_layer(reconcile SOURCES pass.cc)\n",
    "tests/unit/plan/CMakeLists.txt": "dagitops_test(plan SOURCES plan_test.cc)\n",
    "tests/unit/plan/plan_test.cc": '#include "plan/order.h"\n',
}

# name: (files changed, words that the findings must hold)
BAD = {
    "core layer includes another core layer":
        ({"src/plan/plan.cc": '#include "dagitops/plan/plan.h"\n#include "dagitops/render/x.h"\n',
          "include/dagitops/render/x.h": "#pragma once\n"},
         'src/plan/plan.cc:2: layer plan may not include "dagitops/render/x.h"'),
    "model includes a core layer":
        ({"include/dagitops/model/value.h": '#pragma once\n#include "dagitops/plan/plan.h"\n'},
         'layer model may not include "dagitops/plan/plan.h"'),
    "loop includes an implementation instead of its seam":
        ({"src/reconcile/pass.cc": '#include "dagitops/store/file.h"\n'},
         'layer reconcile may not include "dagitops/store/file.h"'),
    "foreign private header":
        ({"src/reconcile/pass.cc": '#include "plan/order.h"\n'}, '"plan/order.h" is not a private header'),
    "include without a layer":
        ({"src/plan/plan.cc": '#include "dagitops/plan/plan.h"\n#include "order.h"\n'}, '"order.h" is not a private header'),
    "private header in a public one":
        ({"include/dagitops/plan/plan.h": '#pragma once\n#include "plan/order.h"\n'}, '"plan/order.h" is not a private'),
    "third-party library in the wrong layer":
        ({"src/plan/plan.cc": '#include "dagitops/plan/plan.h"\n#include <git2.h>\n'}, "<git2.h> is not allowed in layer plan"),
    "third-party library unknown to the table":
        ({"src/git/git.cc": "#include <zlib.h>\n"}, "<zlib.h> is not allowed in layer git"),
    "third-party type in a public header":
        ({"include/dagitops/plan/plan.h": "#pragma once\n#include <boost/json.hpp>\n"},
         "<boost/json.hpp> is not allowed in the public headers of layer plan"),
    "file in no layer": ({"src/other/x.cc": "", "src/other/CMakeLists.txt": "x.cc\n"}, "src/other/x.cc: lies in no layer"),
    "row without files":
        ({"docs/architecture.md": TABLE.replace("<!-- layers:end", "| `gone` | core | - | – | – | – | – |\n<!-- layers:end")},
         "layer gone of the table has no file"),
    "row with an unknown name":
        ({"docs/architecture.md": TABLE.replace("`model`, `base`", "`nodel`", 1)}, "may include `nodel`"),
    "thread in the core": ({"src/plan/order.h": "#pragma once\n#include <thread>\n"}, "thread in the pure core"),
    "posix in the core": ({"src/plan/order.h": "#pragma once\n#include <unistd.h>\n"}, "unistd.h in the pure core"),
    "log in the core":
        ({"src/plan/order.h": '#pragma once\n#include "dagitops/base/log.h"\n',
          "include/dagitops/base/log.h": "#pragma once\n"}, "dagitops/base/log.h in the pure core"),
    "clock in the core":
        ({"src/plan/order.h": "#pragma once\n#include <chrono>\ninline auto T() { return std::chrono::system_clock::now(); }\n"},
         "src/plan/order.h:3: asks the machine for the time"),
    "clock in the loop":
        ({"src/reconcile/pass.cc": "#include <chrono>\nauto t = std::chrono::steady_clock::now();\n"}, "asks the machine"),
    "environment in the core":
        ({"src/plan/order.h": '#pragma once\n#include <cstdlib>\ninline auto E() { return getenv("X"); }\n'}, "getenv in the"),
    "printing in the core":
        ({"src/plan/order.h": '#pragma once\n#include <cstdio>\ninline void E() { std::printf("X"); }\n'}, "printf( in the pure"),
    "files in the core":
        ({"src/plan/order.h": "#pragma once\n#include <filesystem>\ninline bool E() { return std::filesystem::exists(\"x\"); }\n"},
         "filesystem::exists in the pure core"),
    "header that does not compile alone":
        ({"include/dagitops/plan/plan.h": "#pragma once\nstd::string Plan();\n"}, "include/dagitops/plan/plan.h: does not compile"),
    "header without pragma once": ({"src/plan/order.h": "struct X {};\n"}, "src/plan/order.h: has no #pragma once"),
    "own header not first":
        ({"src/plan/plan.cc": '#include "plan/order.h"\n#include "dagitops/plan/plan.h"\n'},
         'src/plan/plan.cc: its first include is not "dagitops/plan/plan.h"'),
    "test that is not listed":
        ({"tests/unit/plan/lost_test.cc": ""}, "tests/unit/plan/lost_test.cc: no CMakeLists.txt names it"),
    "test in a comment of CMake":
        ({"tests/unit/plan/CMakeLists.txt": "# dagitops_test(plan SOURCES plan_test.cc)\n"}, "plan_test.cc: no CMakeLists.txt"),
    "source that is not listed": ({"src/plan/lost.cc": ""}, "src/plan/lost.cc: no CMakeLists.txt names it"),
    "folder that is not listed":
        ({"tests/unit/lost/CMakeLists.txt": "x_test.cc\n", "tests/unit/lost/x_test.cc": ""},
         "tests/unit/lost: no CMakeLists.txt names it"),
    "long file": ({"src/plan/order.h": "#pragma once\n" + "\n" * 500}, "501 lines, at most 500"),
}


CACHE = tempfile.TemporaryDirectory()  # one for all cases, so that each compiles only the headers it changed


def findings(files):
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        run = subprocess.run([sys.executable, ROOT / "tests/layering_check", "--root", folder], capture_output=True,
                             text=True, timeout=120, check=False, env={**os.environ, "XDG_CACHE_HOME": CACHE.name})
        return run.returncode, run.stdout + run.stderr


class LayeringCheckTest(unittest.TestCase):
    def test_a_good_tree_has_no_findings(self):
        self.assertEqual(findings(GOOD), (0, ""))

    def test_each_fault_is_found_and_told(self):
        for name, (changes, expected) in BAD.items():
            with self.subTest(name):
                code, output = findings({**GOOD, **changes})
                self.assertEqual(code, 1, output)
                self.assertIn(expected, output)


if __name__ == "__main__":
    unittest.main()
