{{/* Names of objects, labels, and what webserver and daemon both need. The context is the chart's own ($). */}}

{{- define "dagster.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "dagster.fullname" -}}
{{- $name := .Values.nameOverride | default .Chart.Name -}}
{{- $full := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{- .Values.fullnameOverride | default $full | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "dagster.selector" -}}
app.kubernetes.io/name: {{ include "dagster.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "dagster.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{ include "dagster.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "dagster.configMapLabels" -}}
app: {{ include "dagster.name" . }}
chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
release: {{ .Release.Name }}
heritage: {{ .Release.Service }}
{{- end -}}

{{- define "dagster.serviceAccount" -}}
{{- $own := .Values.serviceAccount.name | default (ternary (include "dagster.fullname" .) "default" .Values.serviceAccount.create) -}}
{{- .Values.global.serviceAccountName | default $own -}}
{{- end -}}

{{- define "dagster.webserverName" -}}
{{ include "dagster.fullname" . }}-{{ .Values.dagsterWebserver.nameOverride }}
{{- end -}}

{{- define "dagster.workspaceMap" -}}
{{- $workspace := .Values.dagsterWebserver.workspace -}}
{{- $own := printf "%s-workspace-yaml" (include "dagster.fullname" .) -}}
{{ ternary $workspace.externalConfigmap $own (and $workspace.enabled (not (empty $workspace.externalConfigmap))) }}
{{- end -}}

{{/* A tag that is not given is the chart's version. */}}
{{- define "dagster.image" -}}
{{- $tag := .image.tag | default .chart.Chart.Version -}}
{{ .image.repository }}:{{ ternary (int64 $tag) $tag (kindIs "float64" $tag) }}
{{- end -}}

{{- define "dagster.postgresHost" -}}
{{ .Values.postgresql.postgresqlHost | default (printf "%s-postgresql" .Release.Name) }}
{{- end -}}
