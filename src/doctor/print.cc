#include "dagitops/doctor/print.h"

#include <boost/json.hpp>

#include "dagitops/base/counted.h"
#include "dagitops/base/text.h"

namespace dagitops::doctor {
namespace {

namespace json = boost::json;

const char* Word(Level level) {
  switch (level) {
    case Level::kOk:
      return "ok";
    case Level::kWarning:
      return "warning";
    case Level::kError:
      return "error";
    case Level::kNotLookedAt:
      return "not-looked-at";
  }
  return "error";
}

const char* Colour(Level level) {
  if (level == Level::kError) return "\x1b[31m";
  if (level == Level::kWarning) return "\x1b[33m";
  return level == Level::kOk ? "\x1b[32m" : "\x1b[2m";
}

std::string LevelText(Level level, bool colours) {
  std::string word = Word(level);
  word.resize(13, ' ');
  return colours ? Colour(level) + word + "\x1b[0m" : word;
}

std::string CheckText(const Check& check, bool colours) {
  const bool finding = check.level == Level::kWarning || check.level == Level::kError;
  const std::string head = finding ? check.code + ": " + check.where : check.where;
  std::string text = "  " + LevelText(check.level, colours) + " " + head;
  if (!finding) return text + ": " + check.found + "\n";
  text += "\n      found     " + check.found + "\n      expected  " + check.expected + "\n";
  for (const std::string& line : check.fix) text += "      fix       " + line + "\n";
  return text;
}

std::string Heading(const Section& section) {
  return section.name.empty() ? "this machine\n" : section.name + " (" + section.target + ")\n";
}

json::value OrNull(const std::string& text) { return text.empty() ? json::value(nullptr) : json::value(text); }

json::object CheckJson(const Check& check) {
  return {{"level", Word(check.level)},
          {"code", check.code},
          {"where", check.where},
          {"found", check.found},
          {"expected", OrNull(check.expected)},
          {"fix", json::array(check.fix.begin(), check.fix.end())}};
}

json::object RightJson(const RightAnswer& answer) {
  const Right& right = answer.right;
  return {{"group", right.group},     {"resource", right.resource},
          {"verb", right.verb},       {"name", OrNull(right.name)},
          {"why", right.why},         {"use", right.use == Right::Use::kUsed ? "used" : "given"},
          {"allowed", answer.allowed}};
}

json::object SectionJson(const Section& section) {
  json::array checks;
  for (const Check& check : section.checks) checks.push_back(CheckJson(check));
  json::array rights;
  for (const RightAnswer& answer : section.rights) rights.push_back(RightJson(answer));
  return {{"environment", OrNull(section.name)},
          {"target", OrNull(section.target)},
          {"checks", std::move(checks)},
          {"rights", std::move(rights)}};
}

}  // namespace

int Report::Count(Level level) const {
  int count = 0;
  for (const Section& section : sections) {
    for (const Check& check : section.checks) count += check.level == level ? 1 : 0;
  }
  return count;
}

std::string ToText(const Report& report, bool colours) {
  std::string text;
  for (const Section& section : report.sections) {
    text += Heading(section);
    for (const Check& check : section.checks) text += CheckText(check, colours);
  }
  return text + Counted(report.Count(Level::kError), "error") + ", " +
         Counted(report.Count(Level::kWarning), "warning") + ", " + std::to_string(report.Count(Level::kNotLookedAt)) +
         " not looked at\n";
}

std::string ToJson(const Report& report) {
  json::array sections;
  for (const Section& section : report.sections) sections.push_back(SectionJson(section));
  return json::serialize(json::object{{"schemaVersion", 1},
                                      {"errors", report.Count(Level::kError)},
                                      {"warnings", report.Count(Level::kWarning)},
                                      {"notLookedAt", report.Count(Level::kNotLookedAt)},
                                      {"sections", std::move(sections)}}) +
         "\n";
}

}  // namespace dagitops::doctor
