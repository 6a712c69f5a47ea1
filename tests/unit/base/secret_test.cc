#include "dagitops/base/secret.h"

#include <gtest/gtest.h>

#include <string>

#include "support/case_name.h"

namespace dagitops {
namespace {

struct Name {
  const char* name;
  const char* key;
};
class SecretName : public testing::TestWithParam<Name> {};
class PlainName : public testing::TestWithParam<Name> {};

TEST_P(SecretName, IsRecognised) { EXPECT_TRUE(LooksLikeSecretName(GetParam().key)) << GetParam().key; }
TEST_P(PlainName, IsLeftAlone) { EXPECT_FALSE(LooksLikeSecretName(GetParam().key)) << GetParam().key; }

INSTANTIATE_TEST_SUITE_P(All, SecretName,
                         testing::Values(Name{"Upper", "DB_PASSWORD"}, Name{"Camel", "apiToken"},
                                         Name{"Kebab", "private-key"}, Name{"Dotted", "client.secret"},
                                         Name{"CamelHump", "accessKey"}, Name{"OneWord", "APIKEY"},
                                         Name{"Amazon", "AWS_SECRET_ACCESS_KEY"}, Name{"Plural", "credentials"},
                                         Name{"ShortPass", "PG_PASS"}, Name{"ShortPwd", "pwd"},
                                         Name{"Header", "Authorization"}, Name{"ConnectionString", "connectionString"},
                                         Name{"Word", "passphrase"}),
                         support::CaseName{});

INSTANTIATE_TEST_SUITE_P(All, PlainName,
                         testing::Values(Name{"Empty", ""}, Name{"Ordinary", "REGION"}, Name{"Key", "key"},
                                         Name{"Compass", "COMPASS"}, Name{"Bypass", "bypass_cache"},
                                         Name{"NameOfASecret", "secretName"}, Name{"Reference", "secretKeyRef"},
                                         Name{"File", "DB_PASSWORD_FILE"}, Name{"Endpoint", "OAUTH_TOKEN_URL"},
                                         Name{"KeyAlone", "sort_key"}),
                         support::CaseName{});

struct Text {
  const char* name;
  const char* given;
  const char* clean;
};
class RedactTable : public testing::TestWithParam<Text> {};
class CleanUrlTable : public testing::TestWithParam<Text> {};

TEST_P(RedactTable, GivesTheCleanText) {
  EXPECT_EQ(Redact(GetParam().given), GetParam().clean);
  EXPECT_EQ(Redact(GetParam().clean), GetParam().clean) << "a clean text stays as it is";
}
TEST_P(CleanUrlTable, GivesTheCleanUrl) { EXPECT_EQ(CleanUrl(GetParam().given), GetParam().clean); }

INSTANTIATE_TEST_SUITE_P(
    Hides, RedactTable,
    testing::Values(
        Text{"UserInfo", "fetch https://me:pw@host/x failed", "fetch https://host/x failed"},
        Text{"TwoUrls", "https://a@h/ ssh://b:c@g/", "https://h/ ssh://g/"},
        Text{"AtSignInPassword", "https://me:p@w@host/x", "https://host/x"},
        Text{"SlashInPassword", "https://me:p/w@host/x", "https://host/x"},
        Text{"Pair", "DB_PASSWORD=abc rest", "DB_PASSWORD=*** rest"}, Text{"Yaml", "password: abc", "password: ***"},
        Text{"Json", R"({"token": "abc", "n": 1})", R"({"token": "***", "n": 1})"},
        Text{"QuotedWithBlanks", "password: \"two words\" x", "password: \"***\" x"},
        Text{"SingleQuotes", "password='it is' x", "password='***' x"},
        Text{"QuoteNeverClosed", "password='abc def", "password='***"},
        Text{"Query", "http://h/?api_key=abc&n=1", "http://h/?api_key=***&n=1"},
        Text{"CommaInPassword", "password=ab,cd", "password=***"},
        Text{"CommaBeforeNextKey", "token=ab,n=1", "token=***,n=1"},
        Text{"CommaAndBlank", "token=ab, n=1", "token=***, n=1"},
        Text{"Header", "Authorization: Bearer abc.def", "Authorization: ***"},
        Text{"HeaderBasic", "authorization: Basic dXNlcg== x", "authorization: *** x"},
        Text{"BareBearer", "sent Bearer abc.def to x", "sent Bearer *** to x"},
        Text{"GitHubToken", "bad ghp_0123456789 here", "bad *** here"}, Text{"GitLabToken", "glpat-abc", "***"},
        Text{"AwsKeyId", "--key=AKIAIOSFODNN7EXAMPLE.", "--key=***."},
        Text{"Jwt", "got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgN", "got ***"},
        Text{"PrivateKey", "x -----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY----- y", "x *** y"},
        Text{"CutPrivateKey", "-----BEGIN PRIVATE KEY-----\nabc", "***"},
        Text{"TwoPairs", "token=a secret=b", "token=*** secret=***"},
        Text{"AtTheEnd", "the token: x", "the token: ***"},
        Text{"PathBeforeAKey", "path/to/password: hunter2", "path/to/password: ***"},
        Text{"PathBeforeAPluralKey", "/etc/app/secrets: hunter2", "/etc/app/secrets: ***"},
        Text{"UrlOfNoApiServer", "https://h/oauth/token: hunter2", "https://h/oauth/token: ***"},
        Text{"PathOfNoUrl", "x/namespaces/n/token: hunter2", "x/namespaces/n/token: ***"},
        Text{"KeyAfterAnApiUrl", "https://h/api/v1/namespaces/n/pods token: abc",
             "https://h/api/v1/namespaces/n/pods token: ***"},
        Text{"ApiUrlWithoutABlank", "https://h/api/v1/namespaces/n/token:abc",
             "https://h/api/v1/namespaces/n/token:***"},
        Text{"ApiUrlWithPair", "https://h/api/v1/namespaces/n/secret=abc", "https://h/api/v1/namespaces/n/secret=***"},
        Text{"ApiUrlWithQuery", "https://h/api/v1/namespaces/n/pods?token=abc",
             "https://h/api/v1/namespaces/n/pods?token=***"},
        Text{"PathInTheQueryOfAnApiUrl", "https://h/namespaces/n?x=/token: abc",
             "https://h/namespaces/n?x=/token: ***"},
        Text{"SecretBehindAnApiUrl", "https://h/api/v1/namespaces/n/secrets: password=abc Bearer xyz",
             "https://h/api/v1/namespaces/n/secrets: password=*** Bearer ***"}),
    support::CaseName{});

INSTANTIATE_TEST_SUITE_P(
    Keeps, RedactTable,
    testing::Values(Text{"Empty", "", ""}, Text{"Plain", "nothing to hide: 5 of 6", "nothing to hide: 5 of 6"},
                    Text{"Port", "http://host:8080/a@b", "http://host:8080/a@b"},
                    Text{"Ipv6", "http://[::1]/a@b", "http://[::1]/a@b"}, Text{"KeyWithoutValue", "token=", "token="},
                    Text{"Reference", "secretName: db", "secretName: db"},
                    Text{"PrefixInsideAWord", "xghp_1", "xghp_1"},
                    Text{"Certificate", "-----BEGIN CERTIFICATE-----\nabc", "-----BEGIN CERTIFICATE-----\nabc"},
                    Text{"Dashes", "-----", "-----"}, Text{"AwsLikeWord", "AKIA", "AKIA"},
                    Text{"ApiUrl", "https://127.0.0.1:6443/api/v1/namespaces/dagster/secrets: list of secrets",
                         "https://127.0.0.1:6443/api/v1/namespaces/dagster/secrets: list of secrets"},
                    Text{"ApiUrlOfAnObject",
                         "x: https://h/apis/apps/v1/namespaces/n/deployments/token-service: it is busy",
                         "x: https://h/apis/apps/v1/namespaces/n/deployments/token-service: it is busy"},
                    Text{"ApiUrlInQuotes", "Get \"https://h/api/v1/namespaces/n/secrets\": dial tcp",
                         "Get \"https://h/api/v1/namespaces/n/secrets\": dial tcp"},
                    Text{"Separator", "= : x", "= : x"}, Text{"EmptyQuotes", "password: \"\"", "password: \"\""}),
    support::CaseName{});

INSTANTIATE_TEST_SUITE_P(All, CleanUrlTable,
                         testing::Values(Text{"UserAndPassword", "https://u:p@host/a.git", "https://host/a.git"},
                                         Text{"UserOnly", "ssh://git@host/a.git", "ssh://host/a.git"},
                                         Text{"Query", "https://host/a?token=x", "https://host/a"},
                                         Text{"NoUrl", "git@host:a.git?x", "git@host:a.git?x"},
                                         Text{"Path", "/srv/a.git", "/srv/a.git"}, Text{"Nothing", "", ""}),
                         support::CaseName{});

TEST(SecretValues, AreKnownByTheirForm) {
  const struct {
    const char* name;
    const char* value;
    bool secret;
  } rows[] = {
      {"AWS key id", "AKIAIOSFODNN7EXAMPLE", true},
      {"AWS session key id", "ASIAIOSFODNN7EXAMPLE", true},
      {"AWS-like word", "AKIAIOSFODNN7-XAMPLE", false},
      {"short AWS-like word", "AKIAIOSFODNN7", false},
      {"GitHub token", "ghp_0123456789abcdefghijABCDEFGHIJ012345", true},
      {"fine-grained token", "github_pat_11AAAAAAA0123456789", true},
      {"GitLab token", "glpat-0123456789abcdefghij", true},
      {"prefix alone", "ghp_", false},
      {"chat token", "xoxb-1234567890-abcdefghij", true},
      {"JWT", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmN", true},
      {"base64 JSON alone", "eyJhbGciOiJIUzI1NiJ9", false},
      {"private key", "-----BEGIN RSA PRIVATE KEY-----\nabc", true},
      {"certificate", "-----BEGIN CERTIFICATE-----\nabc", false},
      {"URL with password", "postgresql://etl:hunter2@db.example.com:5432/etl", true},
      {"URL with user", "postgresql://etl@db.example.com/etl", false},
      {"URL with reference", "postgresql://etl:$(DB_PASSWORD)@db.example.com/etl", false},
      {"URL with port", "http://db.example.com:8080/a@b", false},
      {"URL without password", "postgresql://etl:@db.example.com/etl", false},
      {"URL with key", "https://api.example.com/v1?limit=5&api_key=abc123", true},
      {"URL with harmless query", "https://api.example.com/v1?limit=5", false},
      {"no URL", "api_key?x=1", false},
      {"plain text", "eu-central-1", false},
      {"empty", "", false},
  };
  for (const auto& row : rows) EXPECT_EQ(LooksLikeSecretValue(row.value), row.secret) << row.name;
}

TEST(MaskedValue, ShowsNoSecretInAnyForm) {
  const struct {
    const char* name;
    const char* value;
    const char* masked;
  } rows[] = {
      {"plain", "eu-central-1", "eu-central-1"},
      {"AWS key id", "AKIAIOSFODNN7EXAMPLE", "***"},
      {"private key", "-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----\n", "***\n"},
      {"live key", "sk_live_0123456789", "***"},
      {"URL", "https://me:hunter2@h/x", "https://h/x"},
      {"URL with a blank in its password", "pg://me:hun ter2@h/x", "***"},
      {"lines", "a\nb", "a\nb"},
  };
  for (const auto& row : rows) EXPECT_EQ(Masked(row.value), row.masked) << row.name;
}

TEST(SecretValue, IsEmptyUntilOneIsGiven) {
  EXPECT_TRUE(Secret().empty());
  EXPECT_FALSE(Secret("x").empty());
  EXPECT_EQ(Secret("x").Reveal(), "x");
}

}  // namespace
}  // namespace dagitops
