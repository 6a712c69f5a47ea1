#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "dagitops/base/base64.h"
#include "dagitops/kube/cluster_access.h"

#include "support/case_name.h"

namespace dagitops::kube {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

std::string Pem(const std::string& label) {
  return "-----BEGIN " + label + "-----\nAAAA\n-----END " + label + "-----\n";
}
std::string Data(const std::string& label) { return Base64Encode(Pem(label)); }

// Files that a kubeconfig names, by path.
ReadFile Files(std::map<std::string, std::string> files) {
  return [files](const std::string& path) -> Result<std::string> {
    const auto found = files.find(path);
    if (found == files.end()) return Error{ErrorKind::kInvalid, "file-missing", path, "there is no such file", ""};
    return found->second;
  };
}

// A whole kubeconfig around one cluster and one user, each as the lines of its mapping.
std::string Config(const std::string& cluster, const std::string& user) {
  return "apiVersion: v1\nkind: Config\ncurrent-context: main\n"
         "contexts:\n- name: main\n  context: {cluster: c, user: u}\n"
         "- name: other\n  context: {cluster: d, user: u, namespace: team}\n"
         "- name: nobody\n  context: {cluster: c}\n"
         "- name: no-cluster\n  context: {cluster: absent, user: u}\n"
         "- name: no-user\n  context: {cluster: c, user: absent}\n"
         "clusters:\n- name: c\n  cluster:\n" +
         cluster + "- name: d\n  cluster: {server: \"https://d.example.com:6443/\"}\nusers:\n- name: u\n  user:\n" +
         user;
}

constexpr const char* kServer = "    server: https://10.0.0.1:6443\n";
constexpr const char* kToken = "    token: hidden\n";

Result<ClusterAccess> Parse(const std::string& text, const std::string& context = "") {
  return ParseKubeconfig(text, {"/etc/kube/config", context}, Files({}));
}

TEST(ParseKubeconfigTest, TakesTheCurrentContext) {
  const auto access = Parse(Config(std::string(kServer) + "    tls-server-name: api\n", kToken));
  ASSERT_TRUE(access) << access.error().Text();
  EXPECT_EQ(access->server, "https://10.0.0.1:6443");
  EXPECT_EQ(access->tls_server_name, "api");
  EXPECT_EQ(access->name_space, "default");
  EXPECT_EQ(access->token.Reveal(), "hidden");
  EXPECT_EQ(access->authorities, "");
  EXPECT_FALSE(access->insecure);
}

TEST(ParseKubeconfigTest, TakesTheContextThatIsNamed) {
  const auto access = Parse(Config(kServer, kToken), "other");
  ASSERT_TRUE(access) << access.error().Text();
  EXPECT_EQ(access->server, "https://d.example.com:6443");
  EXPECT_EQ(access->name_space, "team");
}

TEST(ParseKubeconfigTest, AContextWithoutUserIsAnonymous) {
  const auto access = Parse(Config(kServer, kToken), "nobody");
  ASSERT_TRUE(access) << access.error().Text();
  EXPECT_TRUE(access->token.empty());
}

TEST(ParseKubeconfigTest, DecodesWhatStandsInIt) {
  const auto access = Parse(Config(
      std::string(kServer) + "    certificate-authority-data: " + Data("CERTIFICATE") + "\n",
      "    client-certificate-data: " + Data("CERTIFICATE") + "\n    client-key-data: " + Data("PRIVATE KEY") + "\n"));
  ASSERT_TRUE(access) << access.error().Text();
  EXPECT_EQ(access->authorities, Pem("CERTIFICATE"));
  EXPECT_EQ(access->client_certificate, Pem("CERTIFICATE"));
  EXPECT_EQ(access->client_key.Reveal(), Pem("PRIVATE KEY"));
}

TEST(ParseKubeconfigTest, ReadsTheFilesThatItNamesFromItsOwnFolder) {
  const std::string text =
      Config(std::string(kServer) + "    certificate-authority: ca.crt\n",
             "    client-certificate: /abs/cert\n    client-key: ../key\n    tokenFile: t/token\n");
  const auto access = ParseKubeconfig(text, {"/etc/kube/config", ""},
                                      Files({{"/etc/kube/ca.crt", Pem("CERTIFICATE") + "a"},
                                             {"/abs/cert", Pem("CERTIFICATE") + "b"},
                                             {"/etc/key", Pem("PRIVATE KEY")}}));
  ASSERT_TRUE(access) << access.error().Text();
  EXPECT_EQ(access->authorities, Pem("CERTIFICATE") + "a");
  EXPECT_EQ(access->client_certificate, Pem("CERTIFICATE") + "b");
  EXPECT_EQ(access->client_key.Reveal(), Pem("PRIVATE KEY"));
  EXPECT_EQ(access->token_file, "/etc/kube/t/token");
}

TEST(ParseKubeconfigTest, WhatStandsInItGoesBeforeAFile) {
  const auto access = Parse(Config(std::string(kServer) + "    certificate-authority: absent\n" +
                                       "    certificate-authority-data: " + Data("CERTIFICATE") + "\n",
                                   kToken));
  ASSERT_TRUE(access) << access.error().Text();
  EXPECT_EQ(access->authorities, Pem("CERTIFICATE"));
}

TEST(ParseKubeconfigTest, ReadsAnExecPlugin) {
  const auto access = Parse(Config(kServer, R"(    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      command: ./bin/login
      args: [token, --id, 17]
      env: [{name: AREA, value: north}, {name: EMPTY}]
      provideClusterInfo: true
      interactiveMode: IfAvailable
)"));
  ASSERT_TRUE(access) << access.error().Text();
  ASSERT_TRUE(access->exec);
  EXPECT_EQ(access->exec->api_version, "client.authentication.k8s.io/v1beta1");
  EXPECT_EQ(access->exec->command, "/etc/kube/bin/login");
  EXPECT_THAT(access->exec->arguments, ElementsAre("token", "--id", "17"));
  EXPECT_THAT(access->exec->environment, ElementsAre(Pair("AREA", "north"), Pair("EMPTY", "")));
  EXPECT_TRUE(access->exec->provide_cluster_info);
}

TEST(ParseKubeconfigTest, ABareCommandIsLeftToThePath) {
  const auto access =
      Parse(Config(kServer, "    exec: {apiVersion: client.authentication.k8s.io/v1, command: aws, args: null}\n"));
  ASSERT_TRUE(access) << access.error().Text();
  EXPECT_EQ(access->exec->command, "aws");
}

TEST(ParseKubeconfigTest, JsonIsReadAsWell) {
  const auto access = Parse(R"({"current-context": "a", "contexts": [{"name": "a", "context": {"cluster": "a"}}],
                                "clusters": [{"name": "a", "cluster": {"server": "http://localhost:8080"}}]})");
  ASSERT_TRUE(access) << access.error().Text();
  EXPECT_EQ(access->server, "http://localhost:8080");
}

struct BadConfig {
  std::string name;
  std::string text;
  std::string context;
  std::string told;
  std::string hint;
};
class BadKubeconfig : public ::testing::TestWithParam<BadConfig> {};

TEST_P(BadKubeconfig, IsToldWithItsPlaceAndWithoutItsValues) {
  const auto access = Parse(GetParam().text, GetParam().context);
  ASSERT_FALSE(access);
  const Error& error = access.error();
  EXPECT_EQ(error.kind, ErrorKind::kInvalid);
  EXPECT_THAT(error.subject, HasSubstr("/etc/kube/"));
  EXPECT_THAT(error.message, HasSubstr(GetParam().told));
  EXPECT_THAT(error.hint, HasSubstr(GetParam().hint));
  EXPECT_THAT(error.Text(), Not(HasSubstr("hidden")));
}

std::string User(const std::string& lines) { return Config(kServer, lines); }
std::string Exec(const std::string& lines) { return User("    exec:\n" + lines); }

INSTANTIATE_TEST_SUITE_P(
    Faults, BadKubeconfig,
    ::testing::Values(
        BadConfig{"NoYaml", "a: [hidden", "", "the kubeconfig cannot be read as YAML: yaml-syntax",
                  "kubectl config view"},
        BadConfig{"Twice", "token: hidden\ntoken: hidden", "", "duplicate-key", ""},
        BadConfig{"Empty", "", "", "no kubeconfig", ""}, BadConfig{"List", "- hidden", "", "no kubeconfig", ""},
        BadConfig{"NoCurrentContext", "contexts: []", "", "the kubeconfig has no current-context", "name the context"},
        BadConfig{"NoSuchContext", User(kToken), "mian", "no context \"mian\"", "did you mean \"main\""},
        BadConfig{"NoContextAtAll", "current-context: x", "", "no context \"x\"", "it has no contexts at all"},
        BadConfig{"NoSuchCluster", User(kToken), "no-cluster", "no cluster \"absent\"", "it has c, d"},
        BadConfig{"NoSuchUser", User(kToken), "no-user", "no user \"absent\"", "it has u"},
        BadConfig{"NoServer", Config("    insecure-skip-tls-verify: false\n", kToken), "", "server is no URL", ""},
        BadConfig{"ServerWithoutScheme", Config("    server: 10.0.0.1:6443\n", kToken), "", "server is no URL", ""},
        BadConfig{"ServerIsAList", Config("    server: [a]\n", kToken), "", "server must be a string", ""},
        BadConfig{"BadBase64", Config(std::string(kServer) + "    certificate-authority-data: hidden!\n", kToken), "",
                  "certificate-authority-data is not base64", ""},
        BadConfig{"NoPem", Config(std::string(kServer) + "    certificate-authority-data: aGlkZGVu\n", kToken), "",
                  "certificate-authority-data has no PEM", ""},
        BadConfig{"NoFile", Config(std::string(kServer) + "    certificate-authority: ca.crt\n", kToken), "",
                  "no such file", ""},
        BadConfig{"InsecureWithAuthority",
                  Config(std::string(kServer) + "    insecure-skip-tls-verify: true\n    certificate-authority-data: " +
                             Data("CERTIFICATE") + "\n",
                         kToken),
                  "", "exclude each other", "remove insecure"},
        BadConfig{"InsecureMaybe", Config(std::string(kServer) + "    insecure-skip-tls-verify: maybe\n", kToken), "",
                  "must be true or false", ""},
        BadConfig{"Proxy", Config(std::string(kServer) + "    proxy-url: http://hidden\n", kToken), "",
                  "proxy-url is not supported", "https_proxy"},
        BadConfig{"Password", User("    username: a\n    password: hidden\n"), "", "username is not supported",
                  "use a token"},
        BadConfig{"AuthProvider", User("    auth-provider: {name: gcp}\n"), "", "auth-provider is not supported",
                  "exec plugin"},
        BadConfig{"Impersonation", User("    token: hidden\n    as: admin\n"), "", "as is not supported", ""},
        BadConfig{"CertificateAlone", User("    client-certificate-data: " + Data("CERTIFICATE") + "\n"), "",
                  "only one of client certificate and client key", ""},
        BadConfig{"ExecVersion", Exec("      apiVersion: client.authentication.k8s.io/v1alpha1\n      command: x\n"),
                  "", "apiVersion must be", ""},
        BadConfig{"ExecWithoutCommand", Exec("      apiVersion: client.authentication.k8s.io/v1\n"), "",
                  "has no command", ""},
        BadConfig{"ExecArgument",
                  Exec("      apiVersion: client.authentication.k8s.io/v1\n      command: x\n      args: [{a: b}]\n"),
                  "", "must be a string", ""},
        BadConfig{
            "ExecVariable",
            Exec("      apiVersion: client.authentication.k8s.io/v1\n      command: x\n      env: [{value: hidden}]\n"),
            "", "has no name", ""}),
    support::CaseName());

}  // namespace
}  // namespace dagitops::kube
