import type { Actor } from '../scene.ts'

/** A replica's turn to sweep comes round. */
export const actor: Actor = {
  name: 'a sweep',
  weight: 2,
  act(scene) {
    scene.sweep()
    return 'a sweep begins'
  },
}
