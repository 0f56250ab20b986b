import { spawnSync } from 'node:child_process'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

/** Environment variables that name a Python with the packages of another program; `npm run test:tools` makes them. */
export type PeerVariable =
  | 'TUNEWRIGHT_PEERS_PYTHON'
  | 'TUNEWRIGHT_OPTUNA4_PYTHON'
  | 'TUNEWRIGHT_OPTUNA42_PYTHON'
  | 'TUNEWRIGHT_INTEROP_PYTHON'
  | 'TUNEWRIGHT_BOOSTING_PYTHON'
  | 'TUNEWRIGHT_CLIENT_PYTHON'
  | 'TUNEWRIGHT_LOGGERS_PYTHON'

/** The Python of a peer; null, with the reason printed, where nobody named one. */
export function findPeer(variable: PeerVariable): string | null {
  const python = process.env[variable]
  if (python !== undefined && python !== '') return python
  process.stdout.write(`skipped: ${variable} names no Python with the other program\n`)
  return null
}

/** Runs a script of test/fixtures/interop with JSON in and JSON out. */
export function askPeer(python: string, script: string, parameters: readonly string[]): unknown {
  const file = fileURLToPath(new URL(`../fixtures/interop/${script}`, import.meta.url))
  const result = spawnSync(python, ['-W', 'ignore', file, ...parameters], {
    encoding: 'utf8',
    timeout: 90_000,
    maxBuffer: 64 * 1024 * 1024,
  })
  if (result.status !== 0) throw new Error(`${script}: ${result.error?.message ?? result.stderr}`)
  const last = result.stdout.trim().split('\n').at(-1) ?? ''
  return JSON.parse(last) as unknown
}
