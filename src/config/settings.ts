import type { Setting } from './setting.ts'
import { dodoSettings } from './settings/dodo.ts'
import { lagoSettings } from './settings/lago.ts'
import { operationsSettings } from './settings/operations.ts'
import { serverSettings } from './settings/server.ts'
import { topupSettings } from './settings/topup.ts'
import { collectingSettings, workSettings } from './settings/work.ts'

/** Every setting, declared once. */
export const settings = {
  ...serverSettings,
  ...lagoSettings,
  ...dodoSettings,
  ...collectingSettings,
  ...workSettings,
  ...operationsSettings,
  ...topupSettings,
}

type Settings = typeof settings

/** The values of all settings; null where an optional one is unset. */
export type Values = { [K in keyof Settings]: Settings[K] extends Setting<infer T> ? T : never }

export const allSettings: readonly Setting<unknown>[] = Object.values(settings)
