#include "yaml/syntax_fault.h"

#include <array>
#include <string_view>

namespace dagitops::yaml {
namespace {

// Which of libyaml's two places helps the reader more.
enum class Place { kProblem, kContext };

struct Words {
  std::string_view found;
  std::string_view expected;
  std::string_view fix;
};

struct Advice {
  std::string_view problem;  // begins so
  Place place;
  Words words;
};

constexpr Words kTag{"text that starts with !", "a value", "put the text in double quotes"};
constexpr Words kDirective{"a % directive", "a document without directives", "remove the line that starts with %"};
constexpr Words kNotUtf8{"a byte that is not UTF-8", "UTF-8 text", "save the file as UTF-8"};

// Source of the messages: libyaml 0.2.5, scanner.c, parser.c, reader.c.
constexpr std::array<Advice, 41> kAdvice{{
    {"found character that cannot start any token",
     Place::kProblem,
     {"a character no plain value can start with", "a space-indented key or value",
      "use spaces instead of tabs, and put the value in double quotes if it starts with @, ` or %"}},
    {"found a tab character", Place::kProblem, {"a tab used as indentation", "spaces", "replace the tab by spaces"}},
    {"mapping values are not allowed",
     Place::kProblem,
     {"a second ':' in one line, or a key that is indented too far", "one `key: value` a line",
      "put the value in double quotes, or correct the indentation"}},
    {"block sequence entries are not allowed",
     Place::kProblem,
     {"a list item where none can stand", "the list below its key",
      "start the list on the line after its key, indented"}},
    {"mapping keys are not allowed",
     Place::kProblem,
     {"a key where none can stand", "a value", "correct the indentation"}},
    {"could not find expected ':'",
     Place::kContext,
     {"a line that is neither `key: value` nor part of the value above", "a ':' after the key",
      "write `key: value`, or indent the line to the value it belongs to"}},
    {"did not find expected key",
     Place::kProblem,
     {"a line indented unlike its neighbours, or text behind a closing quote", "a key at the same column",
      "correct the indentation, or close the quote or bracket above"}},
    {"did not find expected '-'",
     Place::kProblem,
     {"a line indented unlike the list items above", "another '-' item", "correct the indentation"}},
    {"did not find expected ',' or ']'",
     Place::kContext,
     {"a list in brackets that is not closed", "',' or ']'", "close the bracket"}},
    {"did not find expected ',' or '}'",
     Place::kContext,
     {"a mapping in braces that is not closed", "',' or '}'",
      "close the brace, or put text that starts with { in double quotes"}},
    {"did not find expected node content",
     Place::kProblem,
     {"no value where one is due", "a value", "add the value, put it in double quotes, or close the bracket above"}},
    {"did not find expected <document start>",
     Place::kProblem,
     {"text outside of the document", "one mapping",
      "correct the indentation so that everything belongs to one mapping"}},
    {"did not find expected alphabetic",
     Place::kContext,
     {"text that starts with * or &", "a name after the sign", "put the text in double quotes"}},
    {"did not find expected comment or line break",
     Place::kProblem,
     {"text behind | or >", "the text on the lines below",
      "start the text on the next line, or put it in double quotes"}},
    {"found an indentation indicator equal to 0",
     Place::kProblem,
     {"an indentation of 0 behind | or >", "1 to 9, or none", "remove the 0"}},
    {"found unexpected end of stream",
     Place::kContext,
     {"a quote that is not closed", "a closing quote", "close the quote"}},
    {"found unexpected document indicator",
     Place::kContext,
     {"a quote that is not closed before `---` or `...`", "a closing quote", "close the quote"}},
    {"found unknown escape character",
     Place::kProblem,
     {"an unknown escape after a backslash", "an escape of YAML", "write \\\\ for a backslash, or use single quotes"}},
    {"did not find expected hexdecimal number",
     Place::kProblem,
     {"an incomplete escape", "hexadecimal digits", "write \\\\ for a backslash, or use single quotes"}},
    {"found invalid Unicode character escape code",
     Place::kProblem,
     {"an escape that stands for no character", "the number of a character",
      "correct the number behind the backslash"}},
    {"found undefined tag handle", Place::kProblem, kTag},
    {"did not find expected '!'", Place::kContext, kDirective},
    {"did not find expected tag URI", Place::kContext, kTag},
    {"did not find URI escaped octet", Place::kContext, kTag},
    {"did not find the expected '>'", Place::kContext, kTag},
    {"did not find expected whitespace or line break", Place::kContext, kTag},
    {"did not find expected whitespace", Place::kContext, kDirective},
    {"found unknown directive name", Place::kContext, kDirective},
    {"could not find expected directive name", Place::kContext, kDirective},
    {"found unexpected non-alphabetical character", Place::kContext, kDirective},
    {"found incompatible YAML document", Place::kContext, kDirective},
    {"found extremely long version number", Place::kContext, kDirective},
    {"did not find expected version number", Place::kContext, kDirective},
    {"did not find expected digit or '.'", Place::kContext, kDirective},
    {"found duplicate %", Place::kContext, kDirective},
    {"control characters are not allowed",
     Place::kProblem,
     {"a control character", "printable text", "remove the character; the file must be UTF-8 text"}},
    {"invalid leading UTF-8 octet", Place::kProblem, kNotUtf8},
    {"invalid trailing UTF-8 octet", Place::kProblem, kNotUtf8},
    {"invalid length of a UTF-8 sequence", Place::kProblem, kNotUtf8},
    {"invalid Unicode character", Place::kProblem, kNotUtf8},
    {"incomplete UTF-8 octet sequence",
     Place::kProblem,
     {"a file that ends within a character", "UTF-8 text", "save the file as UTF-8"}},
}};

Advice Find(std::string_view problem) {
  for (const Advice& advice : kAdvice) {
    if (problem.starts_with(advice.problem)) return advice;
  }
  constexpr std::string_view kFound = "found ";  // messages of ours begin so already
  const bool twice = problem.starts_with(kFound);
  return {problem, Place::kProblem, {twice ? problem.substr(kFound.size()) : problem, "YAML", "correct the syntax"}};
}

}  // namespace

Diagnostic ExplainSyntax(const SyntaxProblem& problem, const std::string& file) {
  const Advice advice = Find(problem.problem);
  const bool at_context = advice.place == Place::kContext && problem.context_line > 0;
  Diagnostic fault;
  fault.code = "yaml-syntax";
  fault.position = {file, at_context ? problem.context_line : problem.line,
                    at_context ? problem.context_column : problem.column};
  fault.found = std::string(advice.words.found);
  fault.expected = std::string(advice.words.expected);
  fault.fix = std::string(advice.words.fix);
  return fault;
}

}  // namespace dagitops::yaml
