import type { Random } from '../kernel/random.ts'

const HEX = Array.from({ length: 65_536 }, (_, value) => value.toString(16).padStart(4, '0'))

/** RFC 9562 version 4 ids from eight draws: 100,000 invoices need half a million of them. */
export function uuidSource(random: Random): () => string {
  const quad = () => HEX[Math.floor(random.next() * 65_536)] ?? '0000'
  return () => {
    const version = `4${quad().slice(1)}`
    const variant = `${'89ab'[Math.floor(random.next() * 4)]}${quad().slice(1)}`
    return `${quad()}${quad()}-${quad()}-${version}-${variant}-${quad()}${quad()}${quad()}`
  }
}
