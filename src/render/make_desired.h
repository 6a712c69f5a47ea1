#pragma once

#include <functional>

#include "dagitops/model/desired.h"
#include "dagitops/model/effective.h"

namespace dagitops::render {

// A server's names and revision; of an external one also its address and content, which is all there is to it.
DesiredServer NameServer(const Version& version);

// How a version runs on the environment's target.
using RenderServer = std::function<DesiredServer(const Version&)>;

// What shall run, by locations: the proven server and the one to be proven, or just one where both are made of the same
// things.
Desired MakeDesired(const Effective& effective, const RenderServer& render);

}  // namespace dagitops::render
