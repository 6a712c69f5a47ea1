{{/*
The pod of the webserver or the daemon. Takes {chart, part, name, command, ports}: `part` is their values, `name` the end of
the name of their ConfigMap of variables.
*/}}
{{- define "dagster.pod" -}}
{{- $values := .chart.Values -}}
{{- $part := .part -}}
{{- $hasWorkspace := index $values "dagster-user-deployments" "enabled" -}}
metadata:
  labels:
    {{- include "dagster.selector" .chart | nindent 4 }}
    component: {{ .component }}
    {{- with $part.labels }}{{ toYaml . | nindent 4 }}{{ end }}
  annotations:
    # Another workspace or instance is a new pod; an outside workspace is not ours to look at.
    checksum/dagster-workspace: {{ include (print .chart.Template.BasePath "/configmap-workspace.yaml") .chart | sha256sum }}
    checksum/dagster-instance: {{ include (print .chart.Template.BasePath "/configmap-instance.yaml") .chart | sha256sum }}
    {{- with $part.annotations }}{{ toYaml . | nindent 4 }}{{ end }}
spec:
  {{- with $values.imagePullSecrets }}
  imagePullSecrets: {{ toJson . }}
  {{- end }}
  serviceAccountName: {{ include "dagster.serviceAccount" .chart }}
  automountServiceAccountToken: true
  securityContext: {{ toJson $part.podSecurityContext }}
  {{- with include "dagster.initContainers" . | fromJsonArray }}
  initContainers: {{ toJson . }}
  {{- end }}
  containers:
    - name: dagster
      securityContext: {{ toJson $part.securityContext }}
      imagePullPolicy: {{ $part.image.pullPolicy }}
      image: {{ include "dagster.image" (dict "chart" .chart "image" $part.image) | quote }}
      command: [/bin/bash, -c, {{ .command | quote }}]
      env: {{ include "dagster.environment" . }}
      envFrom: {{ include "dagster.environmentFrom" . }}
      volumeMounts:
        - name: dagster-instance
          mountPath: {{ printf "%s/dagster.yaml" $values.global.dagsterHome | quote }}
          subPath: dagster.yaml
        {{- if $hasWorkspace }}
        # Whole, without subPath: only then does the file follow its ConfigMap while the pod runs.
        - {name: dagster-workspace-yaml, mountPath: /dagster-workspace/}
        {{- end }}
        {{- with $part.volumeMounts }}{{ toYaml . | nindent 8 }}{{ end }}
      {{- with .ports }}
      ports: {{ toJson . }}
      {{- end }}
      resources: {{ toJson $part.resources }}
      {{- range $name := list "readinessProbe" "livenessProbe" "startupProbe" }}
      {{- $probe := index $part $name }}
      {{- if and $probe (dig "enabled" true $probe) }}
      {{ $name }}: {{ omit $probe "enabled" | toJson }}
      {{- end }}
      {{- end }}
    {{- with $part.extraContainers }}{{ toYaml . | nindent 4 }}{{ end }}
  {{- with $part.nodeSelector }}
  nodeSelector: {{ toJson . }}
  {{- end }}
  {{- with $part.affinity }}
  affinity: {{ toJson . }}
  {{- end }}
  {{- with $part.tolerations }}
  tolerations: {{ toJson . }}
  {{- end }}
  {{- with $part.schedulerName }}
  schedulerName: {{ . }}
  {{- end }}
  volumes:
    - name: dagster-instance
      configMap: {name: {{ include "dagster.fullname" .chart }}-instance}
    {{- if $hasWorkspace }}
    - name: dagster-workspace-yaml
      configMap: {name: {{ include "dagster.workspaceMap" .chart }}}
    {{- end }}
    {{- with $part.volumes }}{{ toYaml . | nindent 4 }}{{ end }}
{{- end -}}

{{- define "dagster.initContainers" -}}
{{- $containers := .part.extraPrependedInitContainers | default list -}}
{{- if .part.checkDbReadyInitContainer -}}
  {{- $postgres := .chart.Values.postgresql -}}
  {{- $image := printf "%s/%s:%v" $postgres.image.registry $postgres.image.repository $postgres.image.tag -}}
  {{- $wait := printf "until pg_isready -h %s -p %v -U %s; do echo waiting for database; sleep 2; done;"
        (include "dagster.postgresHost" .chart | quote) $postgres.service.port $postgres.postgresqlUsername -}}
  {{- $check := dict "name" "check-db-ready" "image" $image "imagePullPolicy" $postgres.image.pullPolicy
        "command" (list "sh" "-c" $wait) "securityContext" .part.securityContext -}}
  {{- with .part.initContainerResources -}}{{- $_ := set $check "resources" . -}}{{- end -}}
  {{- $containers = append $containers $check -}}
{{- end -}}
{{ toJson $containers }}
{{- end -}}

{{/* Variables are a list; a mapping, as older values have it, goes into the ConfigMap instead. */}}
{{- define "dagster.environment" -}}
{{- $secret := dict "name" .chart.Values.global.postgresqlSecretName "key" "postgresql-password" -}}
{{- $env := list (dict "name" "DAGSTER_PG_PASSWORD" "valueFrom" (dict "secretKeyRef" $secret)) -}}
{{- if kindIs "slice" .part.env -}}{{- $env = concat $env .part.env -}}{{- end -}}
{{ toJson $env }}
{{- end -}}

{{- define "dagster.environmentFrom" -}}
{{- $own := printf "%s-%s-env" (include "dagster.fullname" .chart) .name -}}
{{- $from := list (dict "configMapRef" (dict "name" $own)) -}}
{{- range .part.envConfigMaps -}}{{- $from = append $from (dict "configMapRef" .) -}}{{- end -}}
{{- range .part.envSecrets -}}{{- $from = append $from (dict "secretRef" .) -}}{{- end -}}
{{ toJson $from }}
{{- end -}}
