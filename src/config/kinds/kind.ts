import { z } from 'zod'

/**
 * How the text of a setting becomes a value. An issue's message says what is wrong in words that follow the
 * setting's name and never repeats the text: it may be a secret in the wrong place.
 */
export type Kind<T> = { schema: z.ZodType<T, string>; rule: string }

/** A kind whose parser answers `{ wrong }` with what is wrong, or `{ value }`. */
export function kind<T>(rule: string, parse: (text: string) => { value: T } | { wrong: string }): Kind<T> {
  const schema = z.string().transform((text, context) => {
    const parsed = parse(text)
    if ('value' in parsed) return parsed.value
    context.addIssue({ code: 'custom', message: parsed.wrong })
    return z.NEVER
  })
  return { schema, rule }
}

/** A comma-separated list of one kind; an empty entry is refused, for it could become an empty key. */
export function listOf<T>(entry: Kind<T>, rule: string, most = 20): Kind<T[]> {
  return kind(rule, text => {
    const values: T[] = []
    const wrongs: string[] = []
    const entries = text.split(',').map(part => part.trim())
    if (entries.length > most) return { wrong: `has ${entries.length} entries` }
    entries.forEach((part, index) => {
      const parsed = entry.schema.safeParse(part)
      const inEntry = entries.length === 1 ? '' : ` in entry ${index + 1}`
      if (part === '') wrongs.push(`is empty${inEntry}`)
      else if (parsed.success) values.push(parsed.data)
      else wrongs.push(`${parsed.error.issues.map(issue => issue.message).join(', ')}${inEntry}`)
    })
    return wrongs.length > 0 ? { wrong: wrongs.join(', ') } : { value: values }
  })
}
