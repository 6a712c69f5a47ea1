#pragma once

#include <curl/curl.h>

#include <string>

#include "dagitops/http/http_client.h"

namespace dagitops {

// Everything of `tls` but the server's name, which is a matter of the URL (RenameServer). libcurl copies it.
void SetTls(CURL* easy, const HttpTls& tls);

// Equal for equal settings only; "" for the defaults. A digest, since the key is one of them.
std::string TlsDigest(const HttpTls& tls);

}  // namespace dagitops
