#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dagitops {

// `parts` with `separator` between them.
std::string Join(const std::vector<std::string>& parts, std::string_view separator);

// The pieces between separators; an empty text gives one empty piece.
std::vector<std::string> Split(std::string_view text, char separator);

std::string_view Trim(std::string_view text);  // without ASCII white space at both ends

// The candidate nearest to `word` by edit distance, when it is near enough to be a slip of the fingers
// (at most a third of the word's length, and equal ignoring case counts as nearest).
std::optional<std::string> DidYouMean(std::string_view word, const std::vector<std::string>& candidates);

// `text` between double quotes with JSON's escapes: how any foreign text is shown in a message. What is no UTF-8
// becomes U+FFFD, so that the result is valid JSON whatever came in.
std::string Quoted(std::string_view text);

// `text` itself, or Quoted(text) where it holds newlines or other control characters.
std::string OnOneLine(std::string_view text);

// Cut to `limit` bytes at a UTF-8 boundary, with "..." for what is missing.
std::string Shorten(std::string_view text, std::size_t limit);

}  // namespace dagitops
