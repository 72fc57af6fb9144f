/** What a caller did wrong, or what stands in the way: `code` never changes, `message` is for people. */
export class Refusal extends Error {
  override name = 'Refusal'

  constructor(
    readonly status: 400 | 401 | 403 | 404 | 408 | 409 | 413 | 422 | 500 | 502 | 503,
    readonly code: string,
    message: string,
    /** What stands beside the error in the answer. */
    readonly more: Readonly<Record<string, string>> = {},
  ) {
    super(message)
  }
}
