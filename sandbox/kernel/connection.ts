/** What `fetch` throws when the peer closes the connection; the same class name and code as Bun's own error. */
export class ConnectionReset extends TypeError {
  readonly code = 'ECONNRESET'
  constructor() {
    super('The socket connection was closed unexpectedly.')
  }
}
