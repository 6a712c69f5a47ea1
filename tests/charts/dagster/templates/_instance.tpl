{{/* dagster.yaml: what an instance of Dagster on Kubernetes is made of. */}}
{{- define "dagster.instance" -}}
{{- $daemon := .Values.dagsterDaemon -}}
{{- $parts := dict
      "storage" (dict "postgres" (dict "postgres_db" (include "dagster.instancePostgres" . | fromJson)))
      "scheduler" (include "dagster.instanceScheduler" . | fromJson)
      "run_launcher" (include "dagster.instanceLauncher" . | fromJson)
      "compute_logs" (include "dagster.instanceLogs" . | fromJson)
      "telemetry" (dict "enabled" .Values.telemetry.enabled) -}}
{{- with .Values.pythonLogs -}}{{- $_ := set $parts "python_logs" . -}}{{- end -}}
{{- if $daemon.enabled -}}
  {{- $_ := merge $parts (include "dagster.instanceDaemon" . | fromJson) -}}
{{- end -}}
{{ mergeOverwrite $parts .Values.additionalInstanceConfig | toYaml }}
{{- end -}}

{{- define "dagster.instancePostgres" -}}
{{- with .Values.postgresql -}}
{{- $db := dict "username" .postgresqlUsername "password" (dict "env" "DAGSTER_PG_PASSWORD")
      "hostname" (include "dagster.postgresHost" $) "db_name" .postgresqlDatabase "port" (int .service.port)
      "params" .postgresqlParams -}}
{{- with .postgresqlScheme -}}{{- $_ := set $db "scheme" . -}}{{- end -}}
{{ toJson $db }}
{{- end -}}
{{- end -}}

{{- define "dagster.instanceScheduler" -}}
{{- if eq .Values.scheduler.type "CustomScheduler" -}}
{{ toJson .Values.scheduler.config.customScheduler }}
{{- else -}}
{{ dict "module" "dagster.core.scheduler" "class" "DagsterDaemonScheduler" | toJson }}
{{- end -}}
{{- end -}}

{{- define "dagster.instanceLogs" -}}
{{- with .Values.computeLogManager -}}
{{- if eq .type "NoOpComputeLogManager" -}}
{{ dict "module" "dagster.core.storage.noop_compute_log_manager" "class" .type | toJson }}
{{- else if eq .type "LocalComputeLogManager" -}}
{{ dict "module" "dagster.core.storage.local_compute_log_manager" "class" .type "config" .config.localComputeLogManager | toJson }}
{{- else if eq .type "CustomComputeLogManager" -}}
{{ toJson .config.customComputeLogManager }}
{{- else -}}
{{ fail (printf "computeLogManager.type %s is not one of this chart; use CustomComputeLogManager" .type) }}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "dagster.instanceLauncher" -}}
{{- with .Values.runLauncher -}}
{{- if eq .type "K8sRunLauncher" -}}
{{- $given := .config.k8sRunLauncher -}}
{{- $config := dict
      "load_incluster_config" $given.loadInclusterConfig
      "job_namespace" ($given.jobNamespace | default $.Release.Namespace)
      "image_pull_policy" $given.imagePullPolicy
      "service_account_name" (include "dagster.serviceAccount" $)
      "dagster_home" (dict "env" "DAGSTER_HOME")
      "instance_config_map" (dict "env" "DAGSTER_K8S_INSTANCE_CONFIG_MAP")
      "postgres_password_secret" (dict "env" "DAGSTER_K8S_PG_PASSWORD_SECRET")
      "env_config_maps" (prepend $given.envConfigMaps (dict "env" "DAGSTER_K8S_PIPELINE_RUN_ENV_CONFIGMAP")) -}}
{{- range $key, $name := dict "kubeconfig_file" "kubeconfigFile" "env_secrets" "envSecrets" "env_vars" "envVars" "volumes" "volumes"
      "volume_mounts" "volumeMounts" "labels" "labels" "resources" "resources" "security_context" "securityContext"
      "run_k8s_config" "runK8sConfig" "fail_pod_on_run_failure" "failPodOnRunFailure" -}}
  {{- with index $given $name -}}{{- $_ := set $config $key . -}}{{- end -}}
{{- end -}}
{{ dict "module" "dagster_k8s" "class" .type "config" $config | toJson }}
{{- else if eq .type "CustomRunLauncher" -}}
{{ toJson .config.customRunLauncher }}
{{- else -}}
{{ fail (printf "runLauncher.type %s is not one of this chart; use K8sRunLauncher or CustomRunLauncher" .type) }}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "dagster.instanceDaemon" -}}
{{- with .Values.dagsterDaemon -}}
{{- $parts := dict
      "sensors" (dict "use_threads" .sensors.useThreads "num_workers" (int .sensors.numWorkers))
      "schedules" (dict "use_threads" .schedules.useThreads "num_workers" (int .schedules.numWorkers))
      "run_monitoring" (dict "enabled" false) -}}
{{- if .runRetries.enabled -}}
  {{- $_ := set $parts "run_retries" (dict "enabled" true "max_retries" (int .runRetries.maxRetries)) -}}
{{- end -}}
{{- with .runMonitoring -}}
  {{- if .enabled -}}
    {{- $_ := set $parts "run_monitoring" (dict "enabled" true "start_timeout_seconds" (int .startTimeoutSeconds)
          "poll_interval_seconds" (int .pollIntervalSeconds) "max_resume_run_attempts" (int .maxResumeRunAttempts)
          "free_slots_after_run_end_seconds" (int .freeSlotsAfterRunEndSeconds)) -}}
  {{- end -}}
{{- end -}}
{{- if .runCoordinator.enabled -}}
  {{- $_ := set $parts "run_coordinator" (include "dagster.instanceCoordinator" .runCoordinator | fromJson) -}}
{{- end -}}
{{ toJson $parts }}
{{- end -}}
{{- end -}}

{{- define "dagster.instanceCoordinator" -}}
{{- if eq .type "QueuedRunCoordinator" -}}
{{- $given := .config.queuedRunCoordinator -}}
{{- $config := dict "dequeue_use_threads" $given.dequeueUseThreads "dequeue_num_workers" (int $given.dequeueNumWorkers) -}}
{{- range $key, $name := dict "max_concurrent_runs" "maxConcurrentRuns" "tag_concurrency_limits" "tagConcurrencyLimits"
      "dequeue_interval_seconds" "dequeueIntervalSeconds" -}}
  {{- with index $given $name -}}{{- $_ := set $config $key . -}}{{- end -}}
{{- end -}}
{{ dict "module" "dagster.core.run_coordinator" "class" .type "config" $config | toJson }}
{{- else -}}
{{ toJson .config.customRunCoordinator }}
{{- end -}}
{{- end -}}
