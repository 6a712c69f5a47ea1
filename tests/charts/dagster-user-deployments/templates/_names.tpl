{{/* Names of objects and the labels that all of them carry. The context is the chart's own ($). */}}

{{- define "code.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "code.fullname" -}}
{{- $name := .Values.nameOverride | default .Chart.Name -}}
{{- $full := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{- .Values.fullnameOverride | default $full | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "code.selector" -}}
app.kubernetes.io/name: {{ include "code.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "code.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{ include "code.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{/* ConfigMaps have labels of an older kind. */}}
{{- define "code.configMapLabels" -}}
app: {{ include "code.name" . }}
chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
release: {{ .Release.Name }}
heritage: {{ .Release.Service }}
{{- end -}}

{{- define "code.serviceAccount" -}}
{{- $created := printf "%s-user-deployments" (include "code.fullname" .) -}}
{{- $own := .Values.serviceAccount.name | default (ternary $created "default" .Values.serviceAccount.create) -}}
{{- .Values.global.serviceAccountName | default $own -}}
{{- end -}}

{{- define "code.sharedEnvironment" -}}
{{ include "code.fullname" . }}-user-deployments-shared-env
{{- end -}}

{{/* Takes {chart, server}. */}}
{{- define "code.serverEnvironment" -}}
{{ include "code.fullname" .chart }}-{{ .server.name }}-user-env
{{- end -}}

{{/* Takes {chart, server}: what tells the pods of one code server from all others. */}}
{{- define "code.serverSelector" -}}
{{ include "code.selector" .chart }}
component: user-deployments
deployment: {{ .server.name }}
{{- end -}}

{{- define "code.dagsterHome" -}}
{{ .Values.global.dagsterHome | default .Values.dagsterHome }}
{{- end -}}
