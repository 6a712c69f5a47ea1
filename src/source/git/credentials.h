#pragma once

#include "dagitops/base/result.h"
#include "dagitops/source/git/git_source.h"

#include "source/git/fetch_request.h"
#include "source/git/remote_url.h"

namespace dagitops::git {

// Reads the files that the settings name for this kind of remote into the request: token, key, known hosts,
// authorities. What can be told without the network is told here: a file that is missing, too open, empty, or needs a
// passphrase.
Status LoadCredentials(const GitSettings& settings, const RemoteUrl& url, FetchRequest& request);

}  // namespace dagitops::git
