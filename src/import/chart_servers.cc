#include "import/chart_servers.h"

#include <optional>

#include "import/scalars.h"

namespace dagitops::import {
namespace {

class Reader {
 public:
  Reader(const std::string& file, Found& found) : file_(file), found_(found) {}

  void Read(const Value& workspace) {
    const Value* servers = workspace.Find("servers");
    const bool listed = servers != nullptr && !servers->items().empty();
    const std::string place = At(file_, workspace.mark()).Text();
    if (!AsBool(workspace.Find("enabled")).value_or(false)) {
      if (listed) found_.notes.push_back(place + ": workspace.enabled is not true, so its servers were not imported.");
      return;
    }
    const Value* config_map = workspace.Find("externalConfigmap");
    const bool external = config_map != nullptr && !config_map->text().empty();
    if (external && listed) {
      return Refuse(found_, "import-servers-and-configmap", At(file_, config_map->mark()),
                    {"both workspace.servers and workspace.externalConfigmap", "one of the two, as the chart asks for",
                     "remove the one that is not in use"});
    }
    if (external) {
      found_.notes.push_back(place + ": Dagster's workspace is in ConfigMap " + config_map->text() +
                             "; import that workspace.yaml too, its servers are not in this file.");
    } else if (servers == nullptr || servers->is_null()) {
      found_.notes.push_back(place +
                             ": there are no workspace.servers, so the chart lists its own example; it was not "
                             "imported.");
    } else {
      found_.has_server_list = true;
      for (const Value& server : servers->items()) ReadServer(server);
    }
  }

 private:
  void ReadServer(const Value& server) {
    const auto host = AsString(server.Find("host"));
    const auto port = AsInteger(server.Find("port"));
    if (!host || !port) {
      const bool which = !host;
      return Refuse(found_, "import-server", At(file_, server.mark()),
                    {(which ? "host " : "port ") + Show(server.Find(which ? "host" : "port")),
                     "a server with `host` (text) and `port` (integer)", "give it both"});
    }
    Server read;
    read.location_name = AsString(server.Find("name")).value_or(*host);
    read.address = {*host, *port, "", AsBool(server.Find("ssl")).value_or(false)};
    read.place = At(file_, server.mark());
    read.rank = found_.NextRank();
    found_.servers.push_back(std::move(read));
  }

  const std::string& file_;
  Found& found_;
};

}  // namespace

void ReadChartServers(const std::string& file, const Value& values, Found& found) {
  for (const char* key : {"dagsterWebserver.workspace", "dagit.workspace"}) {
    const Value* workspace = values.FindPath(key);
    if (workspace == nullptr || !workspace->is_mapping()) continue;
    Reader(file, found).Read(*workspace);
    return;
  }
}

}  // namespace dagitops::import
