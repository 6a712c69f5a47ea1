#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "dagitops/base/diagnostic.h"
#include "dagitops/model/value.h"
#include "dagitops/yaml/parse.h"

namespace dagitops::yaml {

// A scalar as the parser met it.
struct ScalarEvent {
  std::string text;
  bool plain = true;  // neither quoted nor a block scalar
  std::string anchor;
  Mark mark;
};

// Makes a Value of parse events and tells what is not allowed in one. Knows no library. Once `stopped`, nothing more is
// accepted: a bound was passed.
class TreeBuilder {
 public:
  TreeBuilder(std::string file, const Limits& limits) : file_(std::move(file)), limits_(limits) {}

  void Scalar(ScalarEvent event);
  void Open(Value::Kind kind, std::string anchor, Mark mark);
  void Close();
  void Alias(const std::string& anchor, Mark mark);
  // A fault of the whole node at `mark`; the tree is built on, to find the others.
  void Fault(Diagnostic fault, Mark mark);

  bool stopped() const { return stopped_; }
  Parsed Take();

 private:
  // A collection that is not closed yet. Its content is the tail of items_ or members_, so that closing it makes one
  // vector of the exact size.
  struct Frame {
    Value::Kind kind;
    std::size_t first;
    std::size_t nodes_before;
    std::string anchor;
    Mark mark;
    bool has_key = false;
  };
  struct Anchor {
    Value value;
    std::size_t nodes = 0;
    bool open = false;
  };

  bool Count(std::size_t nodes, Mark mark);
  void Stop(std::string found, std::string expected, Mark mark);
  bool WaitsForKey() const;
  void Key(ScalarEvent event);
  void CheckDuplicates(const Frame& frame);
  void DuplicateKey(const Value::Member& first, const Value::Member& second);
  void Add(Value value, Mark mark);
  void OddKey(Mark mark);
  void Remember(const std::string& anchor, const Value& value, std::size_t nodes);

  std::string file_;
  Limits limits_;
  std::vector<Frame> frames_;
  std::vector<Value> items_;
  std::vector<Value::Member> members_;
  std::map<std::string, Anchor> anchors_;
  Value root_;
  Diagnostics diagnostics_;
  std::size_t nodes_ = 0;
  bool stopped_ = false;
};

}  // namespace dagitops::yaml
