import { existsSync } from 'node:fs'
import path from 'node:path'

/**
 * Where the tables and surrogates lie: `TUNEWRIGHT_BENCH_DATA`, or a folder `shared/bench-data` beside the
 * checkout or further up; null if there is none.
 */
export function findDataFolder(): string | null {
  const named = process.env['TUNEWRIGHT_BENCH_DATA']
  if (named !== undefined) return existsSync(named) ? named : null
  let folder = path.resolve(import.meta.dirname, '../../..')
  for (;;) {
    const candidate = path.join(folder, 'shared', 'bench-data')
    if (existsSync(candidate)) return candidate
    const parent = path.dirname(folder)
    if (parent === folder) return null
    folder = parent
  }
}
