{{/* The three probes of a code server, as JSON; each takes {chart, server} and answers {} where there is none. */}}

{{- define "code.healthCheck" -}}
{{ dict "command" (list "dagster" "api" "grpc-health-check" "-p" (.server.port | toString)) | toJson }}
{{- end -}}

{{/* Readiness is on unless it is switched off, and always by a command: another kind of check is replaced by ours. */}}
{{- define "code.readinessProbe" -}}
{{- $given := .server.readinessProbe | default dict -}}
{{- $probe := dict -}}
{{- if dig "enabled" true $given -}}
  {{- $probe = dict "periodSeconds" 20 "timeoutSeconds" 10 "successThreshold" 1 "failureThreshold" 15 -}}
  {{- $probe = merge (omit (deepCopy $given) "enabled" "httpGet" "tcpSocket" "grpc") $probe -}}
  {{- if not $probe.exec -}}{{- $_ := set $probe "exec" (include "code.healthCheck" . | fromJson) -}}{{- end -}}
{{- end -}}
{{ toJson $probe }}
{{- end -}}

{{/* Takes {server, given}: another probe as given, by our command where it names no check of its own. */}}
{{- define "code.otherProbe" -}}
{{- $probe := omit (deepCopy .given) "enabled" -}}
{{- if not (or $probe.exec $probe.httpGet $probe.tcpSocket $probe.grpc) -}}
  {{- $_ := set $probe "exec" (include "code.healthCheck" . | fromJson) -}}
{{- end -}}
{{ toJson $probe }}
{{- end -}}

{{- define "code.livenessProbe" -}}
{{- $given := .server.livenessProbe | default dict -}}
{{- if and $given (dig "enabled" true $given) -}}
{{ include "code.otherProbe" (dict "server" .server "given" $given) }}
{{- else -}}{}{{- end -}}
{{- end -}}

{{- define "code.startupProbe" -}}
{{- $given := .server.startupProbe | default dict -}}
{{- if $given.enabled -}}
{{ include "code.otherProbe" (dict "server" .server "given" $given) }}
{{- else -}}{}{{- end -}}
{{- end -}}
