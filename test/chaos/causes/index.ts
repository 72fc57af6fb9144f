import type { Cause } from './cause.ts'
import { crash, fillDisk, holdLocks, killConnections, restart, takeConnections } from './database.ts'
import { killAfterAnswer, killAnyTime, killAtCall, killAtStatement, terminate } from './kills.ts'
import { silentDodo, silentLago, silentPostgres } from './silence.ts'

export const CAUSES: readonly Cause[] = [
  killAtCall,
  killAfterAnswer,
  killAtStatement,
  killAnyTime,
  terminate,
  restart,
  crash,
  killConnections,
  takeConnections,
  holdLocks,
  silentPostgres,
  silentLago,
  silentDodo,
  fillDisk,
]
