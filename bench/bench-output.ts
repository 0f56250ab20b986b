import { mkdirSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import { fileURLToPath } from 'node:url'

/** What every benchmark shares: a table on the terminal, a JSON file in bench/results. */

export interface BenchMachine {
  readonly cpu: string
  readonly cores: number
  readonly platform: string
  readonly node: string
  readonly measuredAt: string
}

export function benchMachine(): BenchMachine {
  return {
    cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
    cores: os.availableParallelism(),
    platform: `${os.type()} ${os.release()} ${os.arch()}`,
    node: process.version,
    measuredAt: new Date().toISOString(),
  }
}

/** Of a study that is stored for a measurement; the same on every machine. */
export const benchEnvironment = {
  tunewright: 'bench',
  node: process.versions.node,
  sqlite: '',
  platform: process.platform,
  cpu: '',
  cores: 1,
  memoryBytes: 1,
}

export function printTable(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map(row => (row[column] ?? '').length)),
  )
  for (const cells of [head, ...rows]) {
    console.log(cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
  }
}

/** Writes `bench/results/<name>.json` and says where. */
export function writeResults(name: string, results: unknown): void {
  const directory = new URL('./results/', import.meta.url)
  mkdirSync(directory, { recursive: true })
  const file = fileURLToPath(new URL(`${name}.json`, directory))
  writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`)
  console.log(`\n${file}`)
}
