#include "import/settle.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <utility>

#include "dagitops/base/digest.h"
#include "dagitops/base/text.h"
#include "dagitops/model/scalar.h"
#include "dagitops/model/service_name.h"

#include "import/scalars.h"

namespace dagitops::import {
namespace {

constexpr int kDefaultPort = 3030;  // of an entry that names none

// A string, quoted only where it has to be.
Value Words(const std::string& text) { return Value::Scalar(text, ResolveScalar(text) != ScalarType::kString); }

Value Strings(const std::map<std::string, std::string>& texts) {
  Value::Mapping members;
  for (const auto& [key, text] : texts) members.push_back({key, {}, Words(text)});
  return Value::Map(std::move(members));
}

// Block members in the order they shall be read in; empty values are left out.
class Block {
 public:
  Block& Put(const char* key, Value value) {
    value_ = value_.With(key, std::move(value));
    return *this;
  }
  Block& Map(const char* key, const std::map<std::string, std::string>& texts) {
    return texts.empty() ? *this : Put(key, Strings(texts));
  }
  Value Take() const { return value_; }

 private:
  Value value_;
};

const char* SourceKey(CodeSource::Kind kind) {
  switch (kind) {
    case CodeSource::Kind::kPythonFile:
      return "pythonFile";
    case CodeSource::Kind::kPackageName:
      return "packageName";
    case CodeSource::Kind::kAutoloadDefsModuleName:
      return "autoloadDefsModuleName";
    case CodeSource::Kind::kModuleName:
      break;
  }
  return "moduleName";
}

std::string FirstLabel(const std::string& host) { return host.substr(0, host.find('.')); }

struct Origin {
  const Position& place;
  std::size_t rank;
};

class Settler {
 public:
  explicit Settler(Found& found) : found_(found) {}

  std::vector<Fragment> Run() {
    for (const Deployment& deployment : found_.deployments) {
      if (deployment.runs) AddDeployment(deployment);
    }
    for (const Deployment& deployment : found_.deployments) {
      if (!deployment.runs) AddListed(deployment);
    }
    const std::size_t deployed = fragments_.size();
    for (const Server& server : found_.servers) AddServer(server, deployed);
    NameUnlisted(deployed);
    for (const PythonCode& code : found_.python) AddPython(code);
    return std::move(fragments_);
  }

 private:
  void Duplicate(const std::string& what, const Position& place, const Position& other, const char* fix) {
    Refuse(found_, "import-duplicate", place,
           {what + ", which stands at " + other.Text() + " too", "one of them", fix});
  }

  void AddDeployment(const Deployment& deployment) {
    const auto same = Find(deployment.name);
    if (same != fragments_.end()) {
      return Duplicate("deployment " + deployment.name, deployment.place, same->place,
                       "remove one, or import the two into environments of their own");
    }
    fragments_.push_back(
        {deployment.name, deployment.entry.Without("name"), Value(), deployment.place, deployment.rank});
  }

  // A deployment of a parent chart that does not run it: another file may, else it is imported as if it ran.
  void AddListed(const Deployment& deployment) {
    if (Find(deployment.name) != fragments_.end()) return;
    found_.notes.push_back(
        deployment.place.Text() + ": " + deployment.name +
        " is only listed there (enableSubchart: false). It was imported; if another release runs it, "
        "import that release's values as well.");
    AddDeployment(deployment);
  }

  std::vector<Fragment>::iterator Find(const std::string& name) {
    return std::find_if(fragments_.begin(), fragments_.end(), [&](const Fragment& f) { return f.name == name; });
  }

  // True when the name was free. The same name again is refused: Dagster takes one location for the other.
  bool ClaimLocationName(const std::string& location_name, const Position& place) {
    const auto [known, fresh] = location_names_.emplace(location_name, place);
    if (!fresh) {
      Duplicate("location name " + Quoted(location_name), place, known->second, "rename one of the locations");
    }
    return fresh;
  }

  void AddServer(const Server& server, std::size_t deployed) {
    const auto known = std::find_if(servers_.begin(), servers_.end(), [&](const Server* other) {
      return other->location_name == server.location_name && other->address == server.address;
    });
    if (known != servers_.end()) return AddAgain(server, **known);
    if (!ClaimLocationName(server.location_name, server.place)) return;
    servers_.push_back(&server);
    for (std::size_t i = 0; i < deployed; ++i) {
      if (IsServerOf(server, fragments_[i])) return NameDeployment(server, i);
    }
    Block address;
    if (!server.address.socket.empty()) {
      address.Put("socket", Words(server.address.socket));
    } else {
      address.Put("host", Words(server.address.host)).Put("port", Value::Integer(server.address.port));
    }
    if (server.address.ssl) address.Put("ssl", Value::Bool(true));
    AddOwn(server.location_name, Block().Map("metadata", server.metadata).Put("external", address.Take()),
           {server.place, server.rank});
  }

  // The same server in two files; what the UI shows of it must be the same as well.
  void AddAgain(const Server& server, const Server& known) {
    if (server.metadata == known.metadata) return;
    Duplicate("server " + Quoted(server.location_name) + " with another additional_metadata", server.place, known.place,
              "make the two equal, or leave one of them out");
  }

  static bool IsServerOf(const Server& server, const Fragment& fragment) {
    const Value* port = fragment.entry.Find("port");
    return FirstLabel(server.address.host) == fragment.name && server.address.socket.empty() &&
           server.address.port == (port == nullptr ? kDefaultPort : AsInteger(port).value_or(0));
  }

  void NameDeployment(const Server& server, std::size_t index) {
    Fragment& fragment = fragments_[index];
    const auto [known, fresh] = published_.emplace(fragment.name, server.place);
    if (!fresh) {
      return Duplicate("server of deployment " + fragment.name, server.place, known->second,
                       "publish each server under one name");
    }
    if (server.address.ssl) {
      found_.notes.push_back(server.place.Text() +
                             ": `ssl: true` was left out; a location that is deployed from here "
                             "is reached without it.");
    }
    fragment.rank = server.rank;
    Block block;
    if (server.location_name != fragment.name) block.Put("locationName", Words(server.location_name));
    fragment.block = block.Map("metadata", server.metadata).Take();
  }

  // Deployments that no list of servers names are shown under their own names.
  void NameUnlisted(std::size_t deployed) {
    for (std::size_t i = 0; i < deployed; ++i) {
      Fragment& fragment = fragments_[i];
      if (published_.contains(fragment.name)) continue;
      ClaimLocationName(fragment.name, fragment.place);
      if (!found_.has_server_list) continue;
      fragment.rank += found_.ranks;  // behind all that is listed
      found_.notes.push_back(fragment.place.Text() + ": no list of servers names deployment " + fragment.name +
                             "; it will be published as " + Quoted(fragment.name) + ".");
    }
  }

  void AddPython(const PythonCode& code) {
    if (!ClaimLocationName(code.location_name, code.place)) return;
    Block source;
    source.Put(SourceKey(code.source.kind), Words(code.source.target));
    if (!code.source.attribute.empty()) source.Put("attribute", Words(code.source.attribute));
    if (!code.source.working_directory.empty()) source.Put("workingDirectory", Words(code.source.working_directory));
    Block local;
    local.Put("path", Words(code.code_folder));
    if (!code.python.empty()) local.Put("python", Words(code.python));
    AddOwn(code.location_name, Block().Put("codeSource", source.Take()).Put("local", local.Take()),
           {code.place, code.rank});
  }

  // A location whose Service name is ours to choose.
  void AddOwn(const std::string& location_name, const Block& rest, const Origin& origin) {
    std::string name = SuggestServiceName(location_name);
    if (Find(name) != fragments_.end()) {
      constexpr std::size_t kRoom = kLongestServiceName - 9;
      name = SuggestServiceName(name.substr(0, kRoom) + "-" + ShortDigest(location_name));
    }
    Value block;
    if (name != location_name) block = block.With("locationName", Words(location_name));
    for (const auto& member : rest.Take().members()) block = block.With(member.key, member.value);
    fragments_.push_back({std::move(name), Value(), std::move(block), origin.place, origin.rank});
  }

  Found& found_;
  std::vector<Fragment> fragments_;
  std::vector<const Server*> servers_;
  std::map<std::string, Position> location_names_;
  std::map<std::string, Position> published_;  // deployment -> the server that names it
};

}  // namespace

std::vector<Fragment> Settle(Found& found) { return Settler(found).Run(); }

bool KeepOrder(std::vector<Fragment>& fragments) {
  std::stable_sort(fragments.begin(), fragments.end(),
                   [](const Fragment& a, const Fragment& b) { return a.rank < b.rank; });
  int order = 0;  // higher by one wherever a name comes before the one above it
  for (auto fragment = fragments.begin(); fragment != fragments.end(); ++fragment) {
    if (fragment != fragments.begin() && fragment->name < std::prev(fragment)->name) ++order;
    if (order > 0) fragment->block = fragment->block.With("order", Value::Integer(order));
  }
  return order > 0;
}

Value SettleChartValues(Found& found) {
  const ChartValues* first = nullptr;
  for (const ChartValues& values : found.chart_values) {
    if (first == nullptr) {
      first = &values;
    } else if (!(first->values == values.values)) {
      Refuse(found, "import-chart-values", values.place,
             {"other chart-level values than at " + first->place.Text(), "one set of them for an environment",
              "import the two into environments of their own"});
    }
  }
  return first == nullptr ? Value() : first->values;
}

}  // namespace dagitops::import
