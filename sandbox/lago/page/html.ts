/** Markup that needs no escaping any more. */
export interface Html {
  readonly markup: string
}

type Piece = string | number | Html | readonly Piece[] | null | undefined | false

/** Escapes every value that is not markup itself. */
export function html(strings: TemplateStringsArray, ...values: Piece[]): Html {
  let markup = strings[0] ?? ''
  values.forEach((value, index) => {
    markup += render(value) + (strings[index + 1] ?? '')
  })
  return { markup }
}

function render(value: Piece): string {
  if (value === null || value === undefined || value === false) return ''
  if (typeof value === 'string') return escapeText(value)
  if (typeof value === 'number') return String(value)
  if ('markup' in value) return value.markup
  return value.map(render).join('')
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escapeText = (text: string): string => text.replace(/[&<>"']/g, character => ENTITIES[character] ?? '')
