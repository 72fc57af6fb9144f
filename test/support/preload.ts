import { setDefaultTimeout } from 'bun:test'

// A shared machine may be slow; a promise that is kept late is still kept.
setDefaultTimeout(30_000)
