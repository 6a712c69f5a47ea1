#pragma once

#include "dagitops/source/source.h"

namespace dagitops::git {

// A source that also answers questions about its history: what every implementation here gives back.
class RepositorySource : public Source, public SourceHistory {};

}  // namespace dagitops::git
