/** A request whose body was read once, for all who need it. */
export interface Incoming {
  readonly request: Request
  readonly method: string
  readonly url: URL
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Headers
  /** The raw body; empty when there is none. */
  readonly text: string
  /** The parsed JSON body; undefined when empty or not JSON. */
  readonly json: unknown
  readonly params: Readonly<Record<string, string>>
}

type Answer = Response | Promise<Response>
export type Route = (incoming: Incoming) => Answer

interface Node {
  literal: Map<string, Node>
  parameter: { name: string; node: Node } | undefined
  routes: Map<string, { route: Route; pattern: string }>
}

export interface Match {
  route: Route
  /** The pattern with every parameter written `*`. */
  pattern: string
  params: Record<string, string>
}

const node = (): Node => ({ literal: new Map(), parameter: undefined, routes: new Map() })

/** Finds the route of a method and path: one map look-up per segment. A literal segment wins over a `:parameter`. */
export class Router {
  private readonly root = node()

  on(method: string, pattern: string, route: Route): this {
    let at = this.root
    for (const part of pattern.split('/').slice(1)) {
      if (part.startsWith(':')) {
        at.parameter ??= { name: part.slice(1), node: node() }
        at = at.parameter.node
      } else {
        const next = at.literal.get(part) ?? node()
        at.literal.set(part, next)
        at = next
      }
    }
    at.routes.set(method, { route, pattern: pattern.replace(/:[^/]+/g, '*') })
    return this
  }

  find(method: string, path: string): Match | undefined {
    const params: Record<string, string> = {}
    const found = this.walk(this.root, path.split('/'), 1, method, params)
    return found && { ...found, params }
  }

  private walk(
    at: Node,
    parts: string[],
    index: number,
    method: string,
    params: Record<string, string>,
  ): { route: Route; pattern: string } | undefined {
    const part = parts[index]
    if (part === undefined) return at.routes.get(method)
    const literal = at.literal.get(part)
    const found = literal && this.walk(literal, parts, index + 1, method, params)
    if (found || !at.parameter || part === '') return found
    params[at.parameter.name] = decode(part)
    return this.walk(at.parameter.node, parts, index + 1, method, params)
  }
}

function decode(part: string): string {
  if (!part.includes('%')) return part
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
