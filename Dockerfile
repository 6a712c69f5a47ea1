# The dagitops program in a small image. BASE is any image of Debian 12; the same one compiles and runs.
#   docker build -t dagitops .
#   docker build -t dagitops --build-arg BASE=registry.example.com/debian:12-slim .
# With helm, which the target kubernetes and deploy/dagitops need: any image that has helm 3.17 or newer at HELM_PATH.
#   docker build -t dagitops --target kubernetes --build-arg HELM=registry.example.com/helm:3.19.2 .
ARG BASE=debian:12-slim
ARG HELM=alpine/helm:3.19.0

FROM ${BASE} AS build
WORKDIR /src
COPY . .
RUN ./scripts/build && strip build/dagitops

FROM ${BASE} AS run
COPY scripts/lib/packages.sh /tmp/packages.sh
RUN bash -c '. /tmp/packages.sh \
    && apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${packages_run[@]}"' \
    && rm -rf /var/lib/apt/lists/* /tmp/packages.sh \
    && useradd --uid 10001 --user-group --home-dir /var/lib/dagitops --create-home --shell /usr/sbin/nologin dagitops
COPY --from=build /src/build/dagitops /usr/local/bin/dagitops
COPY --from=build /src/LICENSE /usr/share/doc/dagitops/LICENSE
# Numbers, so that Kubernetes can see that it is not root.
USER 10001:10001
WORKDIR /var/lib/dagitops
ENTRYPOINT ["dagitops"]

FROM ${HELM} AS helm

FROM run AS kubernetes
ARG HELM_PATH=/usr/bin/helm
COPY --from=helm ${HELM_PATH} /usr/local/bin/helm

# The last one is what is built where no target is named: without helm.
FROM run
