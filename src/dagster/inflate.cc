#include "dagster/inflate.h"

#include <zlib.h>

#include <memory>

namespace dagitops {
namespace {

constexpr int kDetectGzipOrZlib = 32 + MAX_WBITS;

struct End {
  void operator()(z_stream* stream) const { inflateEnd(stream); }
};

}  // namespace

std::optional<std::string> Inflate(std::string_view data, std::size_t limit) {
  z_stream state{};
  if (inflateInit2(&state, kDetectGzipOrZlib) != Z_OK) return std::nullopt;
  const std::unique_ptr<z_stream, End> stream(&state);
  stream->next_in = reinterpret_cast<Bytef*>(const_cast<char*>(data.data()));  // zlib reads it only
  stream->avail_in = static_cast<uInt>(data.size());
  std::string out;
  int code = Z_OK;
  while (code == Z_OK && out.size() <= limit) {
    const std::size_t before = out.size();
    constexpr std::size_t kStep = 16 * 1024;
    out.resize(before + kStep);
    stream->next_out = reinterpret_cast<Bytef*>(out.data() + before);
    stream->avail_out = kStep;
    code = inflate(stream.get(), Z_NO_FLUSH);
    out.resize(before + kStep - stream->avail_out);
  }
  const bool whole = code == Z_STREAM_END && stream->avail_in == 0 && out.size() <= limit;
  return whole ? std::optional(std::move(out)) : std::nullopt;
}

}  // namespace dagitops
