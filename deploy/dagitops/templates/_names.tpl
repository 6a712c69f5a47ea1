{{- define "dagitops.name" -}}
{{- if contains "dagitops" .Release.Name }}{{ .Release.Name }}{{ else }}{{ .Release.Name }}-dagitops{{ end }}
{{- end }}

{{- define "dagitops.serviceAccount" -}}
{{- .Values.serviceAccount.name | default (include "dagitops.name" .) }}
{{- end }}

{{- define "dagitops.selector" -}}
app.kubernetes.io/name: dagitops
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "dagitops.labels" -}}
{{ include "dagitops.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- /* The settings file: what was given, with what the chart knows better. */ -}}
{{- define "dagitops.settings" -}}
{{- range $name, $environment := .Values.settings.environments }}
{{- if ne (default "" $environment.target) "kubernetes" }}
{{- fail (printf "settings.environments.%s.target must be kubernetes: nothing else runs in a pod" $name) }}
{{- end }}
{{- if not (dig "kubernetes" "namespace" "" $environment) }}
{{- fail (printf "settings.environments.%s.kubernetes.namespace is not set" $name) }}
{{- end }}
{{- end }}
{{- $own := dict "stateDir" "/var/lib/dagitops" "server" (dict "listen" (printf ":%d" (int .Values.server.port))) }}
{{- toYaml (mergeOverwrite (deepCopy .Values.settings) $own) }}
{{- end }}
