import type { Cause } from './cause.ts'

const SERVICE = 'lago-dodo-bridge'

export const restart: Cause = {
  name: 'Postgres restarted',
  async strike({ stack: { postgres }, random }) {
    await postgres.stop('fast')
    const away = random.int(0, 2_000)
    await Bun.sleep(away)
    await postgres.start()
    return `fast, away for ${away} ms`
  },
}

export const crash: Cause = {
  name: 'Postgres crashed',
  async strike({ stack: { postgres }, random }) {
    await postgres.stop('crash')
    const away = random.int(0, 2_000)
    await Bun.sleep(away)
    await postgres.start()
    return `immediate, away for ${away} ms, then recovery from its log`
  },
}

export const killConnections: Cause = {
  name: 'connections killed',
  async strike({ stack: { postgres, name }, random }) {
    const times = random.int(5, 25)
    let killed = 0
    await postgres.admin(async sql => {
      for (let n = 0; n < times; n++) {
        const rows = await sql`
          select pg_terminate_backend(pid) from pg_stat_activity
          where datname = ${name} and application_name = ${SERVICE}`
        killed += rows.length
        await Bun.sleep(random.int(20, 200))
      }
    })
    return `${killed} in ${times} sweeps`
  },
}

export const takeConnections: Cause = {
  name: 'no connection to be had',
  async strike({ stack: { postgres, name }, random }) {
    const most = random.int(1, 3)
    const ms = random.int(2_000, 6_000)
    await postgres.admin(async sql => {
      await sql.unsafe(`alter role ${postgres.role} connection limit ${most}`)
      await sql`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = ${name} and application_name = ${SERVICE}`
      await Bun.sleep(ms)
      await sql.unsafe(`alter role ${postgres.role} connection limit -1`)
    })
    return `${most} for both replicas, for ${ms} ms`
  },
}

export const holdLocks: Cause = {
  name: 'tables locked',
  async strike({ stack: { postgres, name }, random }) {
    const table = random.pick(['payables', 'deliveries', 'intents', 'budgets'])
    const ms = random.int(2_000, 7_000)
    await postgres.admin(async sql => {
      await sql.begin(async tx => {
        await tx.unsafe(`lock table ${table} in access exclusive mode`)
        await Bun.sleep(ms)
      })
    }, name)
    return `${table}, for ${ms} ms`
  },
}

export const fillDisk: Cause = {
  name: 'disk full',
  whyNot: disk => disk.whyNot,
  async strike({ stack: { disk, postgres }, random }) {
    const ms = random.int(2_000, 6_000)
    const logToo = random.next() < 0.5
    const until = performance.now() + ms
    // What gets free meanwhile, such as by a checkpoint, is taken as well.
    while (performance.now() < until) {
      disk.fill()
      // Postgres has made files of its log in advance: it wants a new one when it has used them up.
      if (logToo) await postgres.admin(sql => sql`select pg_switch_wal()`).catch(() => {})
      await Bun.sleep(100)
    }
    disk.free()
    const ended = !postgres.isRunning
    await postgres.start()
    return `for ${ms} ms${logToo ? ', for its log too' : ''}${ended ? ', Postgres ended by itself' : ''}`
  },
}
