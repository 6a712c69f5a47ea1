#pragma once

#include <string>
#include <string_view>

#include "dagitops/base/result.h"
#include "dagitops/http/http_client.h"

namespace dagitops {

// gRPC over HTTP/2 as far as a unary call needs it. Source: grpc/grpc, doc/PROTOCOL-HTTP2.md. Pure.

// `message` as one uncompressed length-prefixed message: the body of a call.
std::string GrpcFrame(std::string_view message);

// The one message of an answer, inflated when the server compressed it: a Dagster server (1.13.27, grpcio 1.85) uses
// gzip for longer messages whatever the caller says it accepts. Errors (subject is empty, the caller knows it):
//   grpc-garbage kRetry        no gRPC answer: other content type or HTTP status, no grpc-status, a broken frame, a
//                              message of more than a MiB once inflated
//   grpc-unimplemented kInvalid  the server has no such call
//   grpc-error kRetry          any other gRPC status, with its name and the server's redacted message
Result<std::string> ReadGrpcAnswer(HttpResponse response);

}  // namespace dagitops
