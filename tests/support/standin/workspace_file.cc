#include "support/standin/workspace_file.h"

#include <yaml.h>

#include <cstdio>
#include <memory>
#include <set>
#include <string_view>

namespace dagitops::standin {
namespace {

// A loaded document and its nodes; ends with its scope.
class Document {
 public:
  explicit Document(const std::string& path) {
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), std::fclose);
    if (!file) return;
    yaml_parser_t parser;
    yaml_parser_initialize(&parser);
    yaml_parser_set_input_file(&parser, file.get());
    loaded_ = yaml_parser_load(&parser, &document_) != 0;
    yaml_parser_delete(&parser);
  }
  ~Document() {
    if (loaded_) yaml_document_delete(&document_);
  }
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;

  yaml_node_t* Root() { return loaded_ ? yaml_document_get_root_node(&document_) : nullptr; }
  yaml_node_t* Node(int id) { return yaml_document_get_node(&document_, id); }

 private:
  yaml_document_t document_{};
  bool loaded_ = false;
};

std::string Text(const yaml_node_t* node) {
  if (!node || node->type != YAML_SCALAR_NODE) return {};
  return {reinterpret_cast<const char*>(node->data.scalar.value), node->data.scalar.length};
}

std::map<std::string, yaml_node_t*> Members(Document& document, const yaml_node_t* node) {
  std::map<std::string, yaml_node_t*> members;
  if (!node || node->type != YAML_MAPPING_NODE) return members;
  for (auto* pair = node->data.mapping.pairs.start; pair < node->data.mapping.pairs.top; ++pair)
    members[Text(document.Node(pair->key))] = document.Node(pair->value);
  return members;
}

std::optional<GrpcServerEntry> ReadEntry(Document& document, const yaml_node_t* item) {
  const auto kinds = Members(document, item);
  if (kinds.size() != 1 || kinds.begin()->first != "grpc_server") return std::nullopt;
  GrpcServerEntry entry;
  for (const auto& [key, value] : Members(document, kinds.begin()->second)) {
    if (key == "location_name")
      entry.location_name = Text(value);
    else if (key == "host")
      entry.host = Text(value);
    else if (key == "port")
      entry.port = Text(value);
    else if (key == "socket")
      entry.socket = Text(value);
    else if (key == "additional_metadata")
      for (const auto& [name, text] : Members(document, value)) entry.metadata[name] = Text(text);
    else if (key != "ssl")
      return std::nullopt;
  }
  if (entry.port.empty() == entry.socket.empty() || entry.location_name.empty()) return std::nullopt;
  return entry;
}

}  // namespace

std::optional<std::vector<GrpcServerEntry>> ReadWorkspaceFile(const std::string& path, std::string& error) {
  Document document(path);
  const auto root = Members(document, document.Root());
  error = path + " is no mapping with the one key load_from";
  if (root.size() != 1 || !root.contains("load_from")) return std::nullopt;
  const yaml_node_t* list = root.at("load_from");
  if (list->type != YAML_SEQUENCE_NODE) return std::nullopt;
  std::vector<GrpcServerEntry> entries;
  std::set<std::string> names;
  for (auto* item = list->data.sequence.items.start; item < list->data.sequence.items.top; ++item) {
    const auto entry = ReadEntry(document, document.Node(*item));
    error = path + " has an entry that Dagster would refuse";
    if (!entry || !names.insert(entry->location_name).second) return std::nullopt;
    entries.push_back(*entry);
  }
  error.clear();
  return entries;
}

}  // namespace dagitops::standin
