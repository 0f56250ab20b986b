import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { benchMachine, printTable, writeResults } from './bench-output.ts'
import { seedStudy } from './ui/seed-study.ts'

/**
 * How long `tunewright report -o FILE.pdf` of a large study takes, the whole command, Chromium included.
 * `npm run bench:pdf -- [trials] [parameters] [reports]`. Exit code 1 if a figure is missed.
 */
const size = {
  trials: Number(process.argv[2] ?? 10_000),
  parameters: Number(process.argv[3] ?? 4),
  reportsPerTrial: Number(process.argv[4] ?? 3),
}
const repeats = 5
const maxSeconds = 6

const folder = mkdtempSync(path.join(tmpdir(), 'tunewright-bench-'))
try {
  const database = path.join(folder, 'studies.sqlite')
  const pdf = path.join(folder, 'report.pdf')
  const study = await seedStudy(database, size)
  const launcher = path.resolve(import.meta.dirname, '../bin/tunewright.cjs')
  const words = [launcher, '--db', database, 'report', String(study), '-o', pdf, '--force']
  const seconds = Array.from({ length: repeats }, () => {
    const startMs = performance.now()
    const { status } = spawnSync(process.execPath, words, {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    if (status !== 0) throw new Error(`report ended with ${status}`)
    return (performance.now() - startMs) / 1_000
  }).sort((a, b) => a - b)
  const measures = [
    { name: 'size', value: statSync(pdf).size, atMost: null, unit: 'bytes' },
    { name: 'fastest of 5', value: seconds[0] ?? 0, atMost: null, unit: 's' },
    { name: 'median of 5', value: seconds[2] ?? 0, atMost: maxSeconds, unit: 's' },
    { name: 'slowest of 5', value: seconds[4] ?? 0, atMost: null, unit: 's' },
  ]
  const load = loadavg()[0] ?? 0
  console.log(`Load: ${load.toFixed(1)}`)
  printTable(
    ['measurement', 'value', 'at most', 'unit'],
    measures.map(({ name, value, atMost, unit }) => [
      name,
      unit === 's' ? value.toFixed(1) : String(value),
      atMost?.toString() ?? '–',
      unit,
    ]),
  )
  writeResults('pdf', { machine: benchMachine(), load, size, measures })
  if (measures.some(({ value, atMost }) => atMost !== null && value > atMost)) process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
