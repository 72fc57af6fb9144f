type Reviver = (key: string, value: unknown, context: { source?: string }) => unknown

/** JSON with access to a number's source text (ECMAScript 2026), which TypeScript's library does not describe yet. */
type JsonWithSource = {
  parse(text: string, reviver: Reviver): unknown
  rawJSON(text: string): object
  stringify(value: unknown): string
}

export const jsonWithSource = JSON as unknown as JsonWithSource
