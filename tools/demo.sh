#!/bin/sh
# A database cluster in the sandbox, from a copy of the example: up, then its outputs. `demo.sh clean` undoes it.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
demo="$root/.demo"
PATH="$root/bin:$PATH"

use_demo_home() {
  PLANTON_HOME="$demo/home"
  export PLANTON_HOME
}

if [ "${1:-}" = clean ]; then
  use_demo_home
  if [ -d "$demo" ]; then
    planton sandbox stop
    rm -rf "$demo"
    echo "the demo is gone: its sandbox, its state and its copy of the example; open a new shell to forget its variables"
  else
    echo "there is no demo to undo"
  fi
  exit 0
fi

step() { printf '\n== %s\n' "$*"; }

step "copy examples/digitalocean-database-cluster to .demo/database"
mkdir -p "$demo/database"
cp "$root/examples/digitalocean-database-cluster/stack-input.yaml" "$demo/database/"
cd "$demo/database"
cat stack-input.yaml

step "get the Pulumi CLI: the one on PATH, a download, or a build that takes some minutes, once"
engine=$(planton engine path)
PATH="$(dirname "$engine"):$PATH"
echo "$engine"

step "start the sandbox (no account is used)"
use_demo_home
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

  cd .demo/database
  export PLANTON_HOME="$PLANTON_HOME" PATH="$root/bin:\$PATH"
  eval "\$(planton sandbox env)"
  pulumi stack output connection_uri --show-secrets
  pulumi preview --expect-no-changes
  planton pulumi destroy --stack-input stack-input.yaml --allow-data-loss

make demo-clean undoes all of it.
END
