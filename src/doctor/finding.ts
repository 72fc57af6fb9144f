import { asCallError, isRefusal } from '../calls/call-error.ts'

/** What one look came to. `todo` says what to do about it; empty when nothing is wrong. */
export type Finding = { level: 'ok' | 'hint' | 'wrong'; about: string; say: string; todo: string }

export const ok = (about: string, say: string): Finding => ({ level: 'ok', about, say, todo: '' })
export const hint = (about: string, say: string, todo: string): Finding => ({
  level: 'hint',
  about,
  say,
  todo,
})
export const wrong = (about: string, say: string, todo: string): Finding => ({
  level: 'wrong',
  about,
  say,
  todo,
})

/** A look that failed, in words: it could not reach the other side, or was not let in. */
export function unreachable(about: string, error: unknown, settings: { url: string; key: string }): Finding {
  const failed = asCallError(error) ?? error
  const message = failed instanceof Error ? failed.message : String(failed)
  if (isRefusal(error, 401) || isRefusal(error, 403))
    return wrong(
      about,
      message,
      `${settings.key} is not accepted: check that it is whole and belongs to ${settings.url}`,
    )
  return wrong(about, message, `check ${settings.url}, and that it can be reached from here`)
}
