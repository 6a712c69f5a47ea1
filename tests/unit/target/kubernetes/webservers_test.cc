#include "target/kubernetes/webservers.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "support/case_name.h"

namespace dagitops::kubernetes {
namespace {

using Texts = std::vector<std::string>;

struct Scene {
  PodView pod;
  Options options;

  Scene() {
    pod.name = "web-1";
    pod.ip = "10.1.2.3";
    pod.port = 3000;
    pod.ready = true;
    options.name_space = "dagster";
    options.webservers.selector = "component=dagster-webserver";
  }
};

struct Case {
  const char* name;
  std::function<void(Scene&)> change;
  Texts urls;
};
class Endpoints : public testing::TestWithParam<Case> {};

TEST_P(Endpoints, AreWhereTheWebserversAnswer) {
  Scene scene;
  GetParam().change(scene);
  Texts urls;
  for (const WebserverEndpoint& endpoint : EndpointsOf({{scene.pod.name, scene.pod}}, scene.options))
    urls.push_back(endpoint.url);
  EXPECT_EQ(urls, GetParam().urls);
}

INSTANTIATE_TEST_SUITE_P(
    All, Endpoints,
    testing::Values(Case{"FromInside", [](Scene&) {}, {"http://10.1.2.3:3000"}},
                    Case{"WithoutPort", [](Scene& s) { s.pod.port = 0; }, {"http://10.1.2.3:80"}},
                    Case{"WithPrefix",
                         [](Scene& s) { s.options.webservers.path_prefix = "/dagster"; },
                         {"http://10.1.2.3:3000/dagster"}},
                    Case{"OfVersionSix", [](Scene& s) { s.pod.ip = "fd00:10::3"; }, {"http://[fd00:10::3]:3000"}},
                    Case{"FromOutside",
                         [](Scene& s) {
                           s.options.webservers.proxy = "https://api:6443";
                           s.options.webservers.path_prefix = "/dagster";
                         },
                         {"https://api:6443/api/v1/namespaces/dagster/pods/web-1:3000/proxy/dagster"}},
                    Case{"Named",
                         [](Scene& s) {
                           s.options.webservers.url = "http://web/dagster";
                           s.pod.ready = false;
                         },
                         {"http://web/dagster"}},
                    Case{"NotReady", [](Scene& s) { s.pod.ready = false; }, {}},
                    Case{"Ending", [](Scene& s) { s.pod.ending = true; }, {}},
                    Case{"WithoutAddress", [](Scene& s) { s.pod.ip = ""; }, {}}),
    support::CaseName{});

TEST(EndpointsOfTest, AreThoseOfEveryPod) {
  Scene scene;
  const auto endpoints = EndpointsOf({{"web-1", scene.pod}, {"web-2", scene.pod}}, scene.options);
  EXPECT_EQ(endpoints.size(), 2U);
  EXPECT_TRUE(EndpointsOf({}, scene.options).empty());
}

TEST(SeenWorkspacePatchTest, IsOneAnnotation) {
  EXPECT_EQ(SeenWorkspacePatch("feed"), R"({"metadata":{"annotations":{"dagitops.dev/workspace":"feed"}}})");
}

}  // namespace
}  // namespace dagitops::kubernetes
