#!/bin/sh
# A database cluster in the sandbox, from a copy of the example: up, then its outputs. `demo.sh clean` undoes it.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
demo="$root/.demo"
PLANTON_HOME="${PLANTON_HOME:-$demo/home}"
export PLANTON_HOME
PATH="$root/bin:$PATH"

if [ "${1:-}" = clean ]; then
  if [ -d "$demo" ]; then
    planton sandbox stop
    rm -rf "$demo"
    echo "the demo is gone: its sandbox, its state and its copy of the example"
  else
    echo "there is no demo to undo"
  fi
  exit 0
fi

step() { printf '\n== %s\n' "$*"; }

step "copy the example to .demo/digitalocean-database-cluster"
mkdir -p "$demo/digitalocean-database-cluster"
cp "$root/examples/digitalocean-database-cluster/stack-input.yaml" "$demo/digitalocean-database-cluster/"
cd "$demo/digitalocean-database-cluster"
cat stack-input.yaml

step "get the Pulumi CLI and start the sandbox (no account is used)"
if ! planton sandbox start; then
  echo "trying again on any free port"
  planton sandbox start --port 0
fi
environment=$(planton sandbox env)
eval "$environment"

step "planton pulumi up --stack-input stack-input.yaml --yes"
planton pulumi up --stack-input stack-input.yaml --yes

step "pulumi stack output"
pulumi stack output
printf 'connection_uri: '
pulumi stack output connection_uri

cat <<END

Done. To go on in this shell:

  cd .demo/digitalocean-database-cluster
  export PLANTON_HOME=$PLANTON_HOME PATH="$root/bin:\$PATH"
  eval "\$(planton sandbox env)"
  pulumi stack output connection_uri --show-secrets
  pulumi preview --expect-no-changes
  planton pulumi destroy --stack-input stack-input.yaml --allow-data-loss

make demo-clean undoes all of it.
END
