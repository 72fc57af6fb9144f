import { baseAddress, databaseAddress, hostName } from '../kinds/address.ts'
import { wholeNumber } from '../kinds/scalar.ts'
import { setting } from '../setting.ts'

/** Lago keeps an invoice's metadata value to 140 characters, and `/pay/` with a 22-character token follows this. */
const LONGEST_PUBLIC_URL = 100

export const serverSettings = {
  host: setting({
    name: 'HOST',
    group: 'Server',
    kind: hostName,
    default: '0.0.0.0',
    meaning: 'The address it listens on',
    where: '0.0.0.0 for every network interface, 127.0.0.1 for this machine only',
  }),
  port: setting({
    name: 'PORT',
    group: 'Server',
    kind: wholeNumber(1, 65535),
    default: '3000',
    meaning: 'The port it listens on',
    where: 'any free port; most platforms set it themselves',
  }),
  publicUrl: setting({
    name: 'PUBLIC_URL',
    group: 'Server',
    kind: baseAddress(LONGEST_PUBLIC_URL),
    defaultInWords: '`http://localhost:<PORT>` in test mode',
    also: 'required and https in live mode',
    meaning: 'How customers, Lago and Dodo reach it; pay links begin with it',
    where: 'the address your proxy or platform gives this service',
  }),
  databaseUrl: setting({
    name: 'DATABASE_URL',
    group: 'Database',
    kind: databaseAddress,
    secret: true,
    blank: 'unset',
    defaultInWords: 'an embedded Postgres under `./.data`, in test mode',
    also: 'required in live mode',
    meaning: 'Postgres 14 or newer: the only state there is',
    where: 'the connection string your Postgres host shows',
  }),
  databasePool: setting({
    name: 'DATABASE_POOL',
    group: 'Database',
    kind: wholeNumber(2, 500),
    default: '10',
    meaning: 'Most database connections of one process; its sweeps use one more',
    where: "a share of Postgres's `max_connections`, divided by the number of replicas",
  }),
}
