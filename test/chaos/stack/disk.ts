import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A disk so small that it can be filled: a file system of its own, where one may be made. */
export type Disk = {
  directory: string
  /** Why it cannot be filled; null if it can. */
  whyNot: string | null
  fill(): void
  free(): void
  remove(): void
}

const SIZE = '384m'
const PIECE = Buffer.alloc(64 * 1024, 1)

export function makeDisk(house: string): Disk {
  const directory = join(house, 'disk')
  const ballast = join(directory, 'ballast')
  mkdirSync(directory, { mode: 0o755 })
  const mount = `mount -t tmpfs -o size=${SIZE},mode=755 tmpfs '${directory}'`
  const { status, stderr, error } = spawnSync('sh', ['-c', mount])
  const mounted = status === 0
  const said = error?.message ?? String(stderr ?? '').trim()
  return {
    directory,
    whyNot: mounted ? null : `a small file system cannot be mounted here: ${said}`,
    fill() {
      for (let piece = 0; room(directory) > 0; piece++) {
        try {
          writeFileSync(ballast, PIECE.subarray(0, Math.min(PIECE.length, room(directory))), { flag: 'a' })
        } catch {
          // The last bytes are taken by somebody else.
          if (piece > 1_000_000 || room(directory) < PIECE.length) return
        }
      }
    },
    free: () => rmSync(ballast, { force: true }),
    remove() {
      if (mounted) spawnSync('sh', ['-c', `umount -l '${directory}'`])
    },
  }
}

function room(directory: string): number {
  const { bavail, bsize } = statfsSync(directory)
  return bavail * bsize
}
