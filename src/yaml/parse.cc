#include "dagitops/yaml/parse.h"

#include <yaml.h>

#include <algorithm>
#include <limits>
#include <string>

#include "yaml/syntax_fault.h"
#include "yaml/tree_builder.h"

// libyaml and not yaml-cpp: PyYAML's C loader is libyaml and go-yaml, which Helm uses, is a port of it, so a text that
// passes here is read with the same grammar there. yaml-cpp 0.7 differs (it takes duplicate keys, reads some plain
// scalars otherwise) and is several times slower.
namespace dagitops::yaml {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Frees what libyaml allocated for one event.
class Event {
 public:
  Event() = default;
  ~Event() { yaml_event_delete(&event_); }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  yaml_event_t* get() { return &event_; }
  const yaml_event_t* operator->() const { return &event_; }

 private:
  yaml_event_t event_{};
};

std::string Text(const yaml_char_t* text) { return text == nullptr ? "" : reinterpret_cast<const char*>(text); }

class Reader {
 public:
  Reader(std::string_view text, const std::string& file, Layer layer, const Limits& limits)
      : text_(text), file_(file), layer_(layer), builder_(file, limits) {
    ready_ = yaml_parser_initialize(&parser_) == 1;
    if (!ready_) return;
    // Where the encoding is set, libyaml leaves a byte order mark in the text, and the first line is a column off.
    if (text_.starts_with(kByteOrderMark)) text_.remove_prefix(kByteOrderMark.size());
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text_.data()), text_.size());
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);  // else UTF-16 would pass, which git shows as binary
  }
  ~Reader() {
    if (ready_) yaml_parser_delete(&parser_);
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  Parsed Read() {
    while (!done_ && !builder_.stopped()) Step();
    return builder_.Take();
  }

 private:
  void Step() {
    Event event;
    if (!ready_ || yaml_parser_parse(&parser_, event.get()) == 0) {
      SyntaxFault();
      done_ = true;
      return;
    }
    Handle(event);
  }

  void Handle(const Event& event) {
    const Mark mark = MarkOf(event->start_mark);
    switch (event->type) {
      case YAML_DOCUMENT_START_EVENT:
        DocumentStart(event, mark);
        return;
      case YAML_SCALAR_EVENT:
        Tag(event->data.scalar.tag, mark);
        builder_.Scalar({{reinterpret_cast<const char*>(event->data.scalar.value), event->data.scalar.length},
                         event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE,
                         Text(event->data.scalar.anchor),
                         mark});
        return;
      case YAML_SEQUENCE_START_EVENT:
        Tag(event->data.sequence_start.tag, mark);
        builder_.Open(Value::Kind::kSequence, Text(event->data.sequence_start.anchor), mark);
        return;
      case YAML_MAPPING_START_EVENT:
        Tag(event->data.mapping_start.tag, mark);
        builder_.Open(Value::Kind::kMapping, Text(event->data.mapping_start.anchor), mark);
        return;
      case YAML_SEQUENCE_END_EVENT:
      case YAML_MAPPING_END_EVENT:
        builder_.Close();
        return;
      case YAML_ALIAS_EVENT:
        builder_.Alias(Text(event->data.alias.anchor), mark);
        return;
      case YAML_STREAM_END_EVENT:
        done_ = true;
        return;
      default:
        return;
    }
  }

  void DocumentStart(const Event& event, Mark mark) {
    const auto& start = event->data.document_start;
    if (start.version_directive != nullptr || start.tag_directives.start != start.tag_directives.end) {
      Report("yaml-syntax", "a % directive", "a document without directives", "remove the line that starts with %",
             mark);
    }
    if (++documents_ < 2) return;
    Report("several-documents", "a second document", "one document a file",
           "remove the `---`, or move the second document to a file of its own", mark);
    done_ = true;
  }

  void Tag(const yaml_char_t* tag, Mark mark) {
    if (tag == nullptr) return;
    Report("yaml-tag", "an explicit tag", "a value without a tag",
           "remove the tag; put a string that looks like something else in double quotes", mark);
  }

  void Report(const char* code, const char* found, const char* expected, const char* fix, Mark mark) {
    Diagnostic fault;
    fault.code = code;
    fault.found = found;
    fault.expected = expected;
    fault.fix = fix;
    builder_.Fault(std::move(fault), mark);
  }

  void SyntaxFault() {
    SyntaxProblem problem;
    problem.problem = parser_.problem == nullptr ? "out of memory" : parser_.problem;
    Mark at = MarkOf(parser_.problem_mark);
    if (parser_.error == YAML_READER_ERROR) at = MarkOfByte(parser_.problem_offset);
    problem.line = static_cast<int>(at.line);
    problem.column = at.column;
    if (parser_.context != nullptr) {
      const Mark context = MarkOf(parser_.context_mark);
      problem.context_line = static_cast<int>(context.line);
      problem.context_column = context.column;
    }
    Diagnostic fault = ExplainSyntax(problem, file_);
    at.line = static_cast<std::uint32_t>(fault.position.line);
    at.column = static_cast<std::uint16_t>(fault.position.column);
    builder_.Fault(std::move(fault), at);
  }

  Mark MarkOf(const yaml_mark_t& mark) const {
    constexpr std::size_t kLast = std::numeric_limits<std::uint16_t>::max();
    return {static_cast<std::uint32_t>(mark.line + 1), static_cast<std::uint16_t>(std::min(mark.column + 1, kLast)),
            layer_};
  }

  // The reader knows only how many bytes it took, not where they stand.
  Mark MarkOfByte(std::size_t offset) const {
    const std::string_view before = text_.substr(0, offset);
    yaml_mark_t mark{};
    mark.line = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
    const std::string_view line = before.substr(before.rfind('\n') + 1);  // npos + 1 is 0
    mark.column = static_cast<std::size_t>(
        std::count_if(line.begin(), line.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
    return MarkOf(mark);
  }

  std::string_view text_;
  const std::string& file_;
  Layer layer_;
  TreeBuilder builder_;
  yaml_parser_t parser_{};
  int documents_ = 0;
  bool ready_ = false;
  bool done_ = false;
};

}  // namespace

Parsed Parse(std::string_view text, const std::string& file, Layer layer, const Limits& limits) {
  return Reader(text, file, layer, limits).Read();
}

}  // namespace dagitops::yaml
