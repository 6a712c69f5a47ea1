{{/* One Deployment of the webserver. Takes {chart, readOnly}. */}}
{{- define "dagster.webserver" -}}
{{- $part := .chart.Values.dagsterWebserver -}}
{{- $component := ternary "dagster-webserver-read-only" "dagster-webserver" .readOnly -}}
{{- $command := include "dagster.webserverCommand" . -}}
{{- $ports := list (dict "name" "http" "containerPort" $part.service.port "protocol" "TCP") -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "dagster.webserverName" .chart }}{{ ternary "-read-only" "" .readOnly }}
  labels:
    {{- include "dagster.labels" .chart | nindent 4 }}
    component: {{ $component }}
    {{- with $part.deploymentLabels }}{{ toYaml . | nindent 4 }}{{ end }}
  {{- with $part.annotations }}
  annotations: {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  replicas: {{ $part.replicaCount }}
  selector:
    matchLabels:
      {{- include "dagster.selector" .chart | nindent 6 }}
      component: {{ $component }}
  template:
    {{- include "dagster.pod" (dict "chart" .chart "part" $part "name" "webserver" "component" $component
          "command" $command "ports" $ports) | nindent 4 }}
{{- end -}}

{{- define "dagster.webserverCommand" -}}
{{- $part := .chart.Values.dagsterWebserver -}}
dagster-webserver -h 0.0.0.0 -p {{ $part.service.port }}
{{- if index .chart.Values "dagster-user-deployments" "enabled" }} -w /dagster-workspace/workspace.yaml{{ end }}
{{- range $flag, $key := dict "db-statement-timeout" "dbStatementTimeout" "db-pool-recycle" "dbPoolRecycle"
      "db-pool-max-overflow" "dbPoolMaxOverflow" "path-prefix" "pathPrefix" "uvicorn-log-level" "logLevel" }}
{{- with index $part $key }} --{{ $flag }} {{ . }}{{ end }}
{{- end }}
{{- if .readOnly }} --read-only{{ end }}
{{- end -}}

{{- define "dagster.webserverService" -}}
{{- $part := .chart.Values.dagsterWebserver -}}
{{- $component := ternary "dagster-webserver-read-only" "dagster-webserver" .readOnly -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ include "dagster.webserverName" .chart }}{{ ternary "-read-only" "" .readOnly }}
  labels:
    {{- include "dagster.labels" .chart | nindent 4 }}
    component: {{ $component }}
  {{- with $part.service.annotations }}
  annotations: {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  type: {{ $part.service.type }}
  ports: [{name: http, port: {{ $part.service.port }}, protocol: TCP}]
  selector:
    {{- include "dagster.selector" .chart | nindent 4 }}
    component: {{ $component }}
{{- end -}}
