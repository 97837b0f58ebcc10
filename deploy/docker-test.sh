#!/usr/bin/env bash
# Proves server mode: builds the image, brings everything up, follows articles to alerts, scales enrich, tears down.
# Needs Docker with Compose 2.20 or newer. Uses a project, ports and volumes of its own; what else runs is left alone.
#   KEEP=1       leave everything running for a look
#   PROFILES=…   compose profiles to switch on too, for example kibana (none by default)
set -euo pipefail
cd "$(dirname "$0")/.."

project=tocsin-test-$$
env_file=$(mktemp)
secret() { head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n'; }
# Later lines win. Port 0: Docker chooses.
{
  cat .env.example
  printf '%s=%s\n' COMPOSE_PROFILES "${PROFILES:-}" \
    ELASTIC_PASSWORD "$(secret)" POSTGRES_PASSWORD "$(secret)" KIBANA_PASSWORD "$(secret)" KIBANA_ENCRYPTION_KEY "$(secret)" \
    INGEST_PORT 0 ALERT_PORT 0 ELASTICSEARCH_PORT 0 KIBANA_PORT 0 PROMETHEUS_PORT 0 \
    TOCSIN_BOOTSTRAP_KEY "tcs_$(secret)" ELASTICSEARCH_HEAP "${ELASTICSEARCH_HEAP:-512m}"
} >"$env_file"
chmod 600 "$env_file"

compose() { docker compose --project-name "$project" --env-file "$env_file" "$@"; }
say() { printf '\n== %s (%d s)\n' "$*" "$SECONDS"; }
follow() { compose run --rm --no-deps -T setup python - "$@" <deploy/docker_test.py; }

finish() {
  local status=$?
  if [ "$status" -ne 0 ]; then
    say "failed; the last lines of every log"
    compose ps --all || true
    compose logs --no-color --tail 30 kafka elasticsearch postgres prometheus || true
    compose logs --no-color --tail 60 setup ingest enrich alert || true
  fi
  if [ "${KEEP:-0}" = 1 ]; then
    say "left running: docker compose --project-name $project --env-file $env_file ps"
  else
    say "tearing down"
    compose --profile '*' down --volumes --remove-orphans --timeout 30 >/dev/null 2>&1 || true
    rm -f "$env_file"
  fi
  exit "$status"
}
trap finish EXIT

# Sets `members` to the number of workers that hold a partition of topic `articles`.
count_members() {
  local table
  table=$(compose exec -T -e KAFKA_HEAP_OPTS=-Xmx128m kafka /opt/kafka/bin/kafka-consumer-groups.sh \
    --bootstrap-server localhost:9092 --describe --group enrich 2>/dev/null)
  members=$(awk '$2 == "articles" && $7 != "-" { print $7 }' <<<"$table" | sort -u | wc -l)
  shares=$(awk '$2 == "articles" && $7 != "-" { print $8 }' <<<"$table" | sort | uniq -c)
}

say "the files are valid with every profile and with none"
COMPOSE_PROFILES='' compose config --quiet
COMPOSE_PROFILES=kibana compose config --quiet

say "build"
compose build --quiet

say "up"
compose up --detach --wait --wait-timeout 600
compose ps

say "the published ports answer"
for service in ingest:8001 alert:8002; do
  curl -fsS "http://$(compose port "${service%:*}" "${service#*:}")/health/ready" >/dev/null
done

say "articles become alerts, and the same articles again become none"
follow articles

say "scale enrich to three"
compose up --detach --wait --wait-timeout 300 --no-recreate --scale enrich=3
deadline=$((SECONDS + 120))
until count_members && [ "$members" -eq 3 ]; do
  [ "$SECONDS" -lt "$deadline" ] || { echo "only $members workers hold partitions" >&2; exit 1; }
  sleep 2
done
printf 'partitions and the worker that holds them:\n%s\n' "$shares"

say "three workers handle many articles, each once"
follow many

say "Prometheus sees every process and knows the rules"
compose exec -T prometheus promtool check config /etc/prometheus/prometheus.yml
compose exec -T prometheus promtool test rules /etc/prometheus/rules.test.yml
follow prometheus

say "a worker that is killed while articles come in costs nothing"
workers=$(compose ps --quiet enrich)
victim=${workers%%$'\n'*}
follow send killing
docker kill "$victim" >/dev/null
follow await killing
docker start "$victim" >/dev/null

say "what comes in while Elasticsearch is away is accepted, and found when it is back"
compose stop elasticsearch >/dev/null 2>&1
follow send outage
compose start elasticsearch >/dev/null 2>&1
follow await outage

say "everything comes back after a restart, with its data"
compose down --timeout 60 >/dev/null 2>&1
compose up --detach --wait --wait-timeout 600
follow kept

say "passed"
