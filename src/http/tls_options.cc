#include "http/tls_options.h"

#include <string_view>

#include "dagitops/base/digest.h"

namespace dagitops {
namespace {

void SetBlob(CURL* easy, CURLoption option, const std::string& bytes) {
  curl_blob blob{const_cast<char*>(bytes.data()), bytes.size(), CURL_BLOB_COPY};
  curl_easy_setopt(easy, option, &blob);
}

}  // namespace

void SetTls(CURL* easy, const HttpTls& tls) {
  if (!tls.authorities.empty()) {
    SetBlob(easy, CURLOPT_CAINFO_BLOB, tls.authorities);
    // The blob replaces the machine's file of authorities, but not its folder (libcurl 7.88, vtls/openssl.c).
    curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
  }
  if (!tls.client_certificate.empty()) {
    SetBlob(easy, CURLOPT_SSLCERT_BLOB, tls.client_certificate);
    SetBlob(easy, CURLOPT_SSLKEY_BLOB, tls.client_key.Reveal());
    // OpenSSL asks at the terminal for a passphrase that is not given.
    curl_easy_setopt(easy, CURLOPT_KEYPASSWD, "");
  }
  if (tls.insecure) {
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
  }
}

std::string TlsDigest(const HttpTls& tls) {
  std::string all;
  for (const std::string* part :
       {&tls.authorities, &tls.client_certificate, &tls.client_key.Reveal(), &tls.server_name}) {
    all += std::to_string(part->size()) + ":" + *part;
  }
  if (tls.insecure) all += "insecure";
  return all == "0:0:0:0:" ? "" : Sha256Hex(all);
}

}  // namespace dagitops
