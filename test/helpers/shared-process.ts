import process from 'node:process'
import { afterAll, vi } from 'vitest'

/** Test files that share a process leave it as they got it. */
const folder = process.cwd()
afterAll(() => {
  vi.useRealTimers()
  vi.unstubAllEnvs()
  vi.unstubAllGlobals()
  process.chdir(folder)
})
