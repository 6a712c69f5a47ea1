{{/* Parts of one code server. Each takes {chart, server}; those that answer a structure do it as JSON. */}}

{{/* "yes" where this version knows digests, images of init containers in parts, and includeInstance. */}}
{{- define "code.knowsDigests" -}}
{{- if semverCompare ">=1.12.0-0" .Chart.Version }}yes{{ end -}}
{{- end -}}

{{- define "code.image" -}}
{{- $image := .server.image -}}
{{- if and $image.digest (include "code.knowsDigests" .chart) -}}
{{ $image.repository }}@{{ $image.digest }}
{{- else -}}
{{ $image.repository }}:{{ include "code.tag" ($image.tag | default .chart.Chart.Version) }}
{{- end -}}
{{- end -}}

{{/* Values hold whole numbers as floating ones, which would be printed as 2.0240131e+07. */}}
{{- define "code.tag" -}}
{{ ternary (int64 .) . (kindIs "float64" .) }}
{{- end -}}

{{/* The command by the kind of arguments; a server that has neither is refused, since no pod of it could start. */}}
{{- define "code.arguments" -}}
{{- $listen := list "-h" "0.0.0.0" "-p" (.server.port | toString) -}}
{{- if .server.dagsterApiGrpcArgs -}}
{{ concat (list "dagster" "api" "grpc") $listen .server.dagsterApiGrpcArgs | toJson }}
{{- else if .server.codeServerArgs -}}
{{ concat (list "dagster" "code-server" "start") $listen .server.codeServerArgs | toJson }}
{{- else -}}
{{ fail (printf "deployment %s needs dagsterApiGrpcArgs or codeServerArgs" .server.name) }}
{{- end -}}
{{- end -}}

{{- define "code.initContainers" -}}
{{- $containers := list -}}
{{- range .server.initContainers -}}
  {{- $container := deepCopy . -}}
  {{- if and (kindIs "map" .image) (include "code.knowsDigests" $.chart) -}}
    {{- $image := .image.repository -}}
    {{- if .image.digest -}}{{- $image = printf "%s@%s" $image .image.digest -}}
    {{- else if .image.tag -}}{{- $image = printf "%s:%s" $image (include "code.tag" .image.tag) -}}
    {{- end -}}
    {{- $_ := set $container "image" $image -}}
    {{- if .image.pullPolicy -}}{{- $_ := set $container "imagePullPolicy" .image.pullPolicy -}}{{- end -}}
  {{- end -}}
  {{- $containers = append $containers $container -}}
{{- end -}}
{{ toJson $containers }}
{{- end -}}

{{- define "code.mountsInstance" -}}
{{- if and .chart.Values.includeInstance (include "code.knowsDigests" .chart) }}yes{{ end -}}
{{- end -}}

{{- define "code.volumes" -}}
{{- $volumes := list -}}
{{- if include "code.mountsInstance" . -}}
  {{- $map := .chart.Values.global.dagsterInstanceConfigMap | default "dagster-instance" -}}
  {{- $volumes = append $volumes (dict "name" "dagster-instance" "configMap" (dict "name" $map)) -}}
{{- end -}}
{{ concat $volumes (.server.volumes | default list) | toJson }}
{{- end -}}

{{- define "code.volumeMounts" -}}
{{- $mounts := list -}}
{{- if include "code.mountsInstance" . -}}
  {{- $file := printf "%s/dagster.yaml" (include "code.dagsterHome" .chart) -}}
  {{- $mounts = append $mounts (dict "name" "dagster-instance" "mountPath" $file "subPath" "dagster.yaml") -}}
{{- end -}}
{{ concat $mounts (.server.volumeMounts | default list) | toJson }}
{{- end -}}

{{/* What the server's configuration means for the pods of its runs: Dagster reads it from one variable. */}}
{{- define "code.runContext" -}}
{{- $pod := dict "automount_service_account_token" true -}}
{{- with .server.initContainers -}}
  {{- $_ := set $pod "init_containers" (include "code.initContainers" $ | fromJsonArray) -}}
{{- end -}}
{{- with .server.sidecarContainers -}}{{- $_ := set $pod "containers" . -}}{{- end -}}
{{- $maps := list (include "code.serverEnvironment" .) -}}
{{- range .server.envConfigMaps -}}{{- $maps = append $maps .name -}}{{- end -}}
{{- $secrets := list -}}
{{- range .server.envSecrets -}}{{- $secrets = append $secrets .name -}}{{- end -}}
{{- $context := dict
      "env_config_maps" $maps
      "image_pull_policy" .server.image.pullPolicy
      "namespace" (.server.deploymentNamespace | default .chart.Release.Namespace)
      "run_k8s_config" (dict "pod_spec_config" $pod)
      "service_account_name" (include "code.serviceAccount" .chart) -}}
{{- if and .server.env (kindIs "slice" .server.env) -}}{{- $_ := set $context "env" .server.env -}}{{- end -}}
{{- with $secrets -}}{{- $_ := set $context "env_secrets" . -}}{{- end -}}
{{- with .chart.Values.imagePullSecrets -}}{{- $_ := set $context "image_pull_secrets" . -}}{{- end -}}
{{- with .server.labels -}}{{- $_ := set $context "labels" . -}}{{- end -}}
{{- with .server.resources -}}{{- $_ := set $context "resources" . -}}{{- end -}}
{{- with .server.schedulerName -}}{{- $_ := set $context "scheduler_name" . -}}{{- end -}}
{{- with .server.volumeMounts -}}{{- $_ := set $context "volume_mounts" . -}}{{- end -}}
{{- with .server.volumes -}}{{- $_ := set $context "volumes" . -}}{{- end -}}
{{ dict "k8s" $context | toJson }}
{{- end -}}

{{/* On unless it is switched off. */}}
{{- define "code.givesContextToRuns" -}}
{{- $include := .server.includeConfigInLaunchedRuns | default dict -}}
{{- if dig "enabled" true $include }}yes{{ end -}}
{{- end -}}

{{- define "code.environment" -}}
{{- $secret := .chart.Values.global.postgresqlSecretName | default .chart.Values.postgresqlSecretName -}}
{{- $password := dict "secretKeyRef" (dict "name" $secret "key" "postgresql-password") -}}
{{- $env := list
      (dict "name" "DAGSTER_CURRENT_IMAGE" "value" (include "code.image" .))
      (dict "name" "DAGSTER_PG_PASSWORD" "valueFrom" $password) -}}
{{- if include "code.givesContextToRuns" . -}}
  {{- $name := ternary "DAGSTER_CLI_API_GRPC_CONTAINER_CONTEXT" "DAGSTER_CONTAINER_CONTEXT" (not (empty .server.dagsterApiGrpcArgs)) -}}
  {{- $env = append $env (dict "name" $name "value" (include "code.runContext" .)) -}}
{{- end -}}
{{- if kindIs "slice" .server.env -}}{{- $env = concat $env .server.env -}}{{- end -}}
{{ toJson $env }}
{{- end -}}

{{- define "code.environmentFrom" -}}
{{- $from := list
      (dict "configMapRef" (dict "name" (include "code.sharedEnvironment" .chart)))
      (dict "configMapRef" (dict "name" (include "code.serverEnvironment" .))) -}}
{{- range .server.envConfigMaps -}}{{- $from = append $from (dict "configMapRef" .) -}}{{- end -}}
{{- range .server.envSecrets -}}{{- $from = append $from (dict "secretRef" .) -}}{{- end -}}
{{- $celery := .chart.Values.global.celeryConfigSecretName | default .chart.Values.celeryConfigSecretName -}}
{{ append $from (dict "secretRef" (dict "name" $celery "optional" true)) | toJson }}
{{- end -}}
