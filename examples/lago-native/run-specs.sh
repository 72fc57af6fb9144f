#!/bin/sh
# Checks the syntax of every Ruby file and runs the specs of the Rails-free core. Installs Debian's rspec if it is missing.
set -eu
cd "$(dirname "$0")/lago-api"

if ! command -v rspec >/dev/null 2>&1; then
  as_root=''
  [ "$(id -u)" -eq 0 ] || as_root='sudo'
  $as_root apt-get update -qq
  $as_root apt-get install -y -qq ruby-rspec
fi

count=0
for file in $(find . -name '*.rb' | sort); do
  ruby -wc "$file" >/dev/null
  count=$((count + 1))
done
echo "$count Ruby files: syntax OK"

rspec spec/lib/dodo
