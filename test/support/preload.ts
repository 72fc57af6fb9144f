import { afterAll } from 'bun:test'
import { stopDatabase } from './database.ts'

afterAll(stopDatabase)
