#include "support/tls_session.h"

#include <openssl/ssl.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <csignal>
#include <stdexcept>

namespace dagitops::support {
namespace {

template <auto free_it>
struct Free {
  template <class T>
  void operator()(T* thing) const {
    free_it(thing);
  }
};

void Configure(SSL_CTX* context, const TlsServer& server) {
  if (SSL_CTX_use_certificate_chain_file(context, server.certificate.c_str()) != 1 ||
      SSL_CTX_use_PrivateKey_file(context, server.key.c_str(), SSL_FILETYPE_PEM) != 1) {
    throw std::runtime_error("no certificate in " + server.certificate);
  }
  if (server.client_authority.empty()) return;
  if (SSL_CTX_load_verify_locations(context, server.client_authority.c_str(), nullptr) != 1) {
    throw std::runtime_error("no certificate in " + server.client_authority);
  }
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  const std::string session = "test";
  SSL_CTX_set_session_id_context(context, reinterpret_cast<const unsigned char*>(session.data()), 4);
}

}  // namespace

struct TlsSession::Handles {
  std::unique_ptr<SSL_CTX, Free<SSL_CTX_free>> context{SSL_CTX_new(TLS_server_method())};
  std::unique_ptr<SSL, Free<SSL_free>> ssl;
};

TlsSession::TlsSession(const TlsServer& server, int fd) : handles_(std::make_unique<Handles>()) {
  Configure(handles_->context.get(), server);
  handles_->ssl.reset(SSL_new(handles_->context.get()));
  SSL_set_fd(handles_->ssl.get(), fd);
  // OpenSSL waits for whole records, which the server's own waiting knows nothing of.
  // And it writes to connections that are closed; the signal ends with this thread.
  sigset_t pipe;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
  const timeval limit{5, 0};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
}

TlsSession::~TlsSession() { SSL_shutdown(handles_->ssl.get()); }

bool TlsSession::Accept() { return SSL_accept(handles_->ssl.get()) == 1; }

long TlsSession::Read(char* bytes, std::size_t size) {
  return SSL_read(handles_->ssl.get(), bytes, static_cast<int>(size));
}

long TlsSession::Write(const char* bytes, std::size_t size) {
  return SSL_write(handles_->ssl.get(), bytes, static_cast<int>(size));
}

bool TlsSession::pending() const { return SSL_pending(handles_->ssl.get()) > 0; }

std::string TlsSession::client_name() const {
  const std::unique_ptr<X509, Free<X509_free>> certificate(SSL_get1_peer_certificate(handles_->ssl.get()));
  if (!certificate) return "";
  std::array<char, 256> name{};
  X509_NAME_get_text_by_NID(X509_get_subject_name(certificate.get()), NID_commonName, name.data(), name.size());
  return name.data();
}

std::string TlsSession::server_name() const {
  const char* name = SSL_get_servername(handles_->ssl.get(), TLSEXT_NAMETYPE_host_name);
  return name == nullptr ? "" : name;
}

}  // namespace dagitops::support
