import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { forecastCurve } from '../src-main/analysis/curves/forecast-curve.ts'
import { median } from '../src-main/math/statistics/quantile.ts'
import { benchMachine, printTable, writeResults } from './bench-output.ts'
import { findDataFolder } from './search/problems/data-folder.ts'

/**
 * `npm run bench:curves`: forecasts of the last validation loss of TaskSet's learning curves (six recurrent networks × 1,000
 * settings × 51 steps) from their beginnings, beside taking the last value seen. Curves with a value that is not
 * finite are left out. Most of these networks learn nothing, so those that end below 0.68 are told apart.
 */

const STEPS = 51
const LEARNED = 0.68

interface Row {
  readonly error: number
  readonly lastError: number
  readonly covered: boolean
  readonly learned: boolean
}

/** Those of odd place, on which the width of the interval was not chosen, or all. */
function finiteCurves(folder: string, which: 'reported' | 'all'): number[][] {
  return readdirSync(folder)
    .filter(name => name.endsWith('.f32'))
    .sort()
    .filter((_, index) => which === 'all' || index % 2 === 1)
    .flatMap(name => {
      const bytes = readFileSync(path.join(folder, name))
      const all = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4)
      return Array.from({ length: all.length / (3 * STEPS) }, (_, setting) =>
        Array.from(all.subarray((setting * 3 + 1) * STEPS, (setting * 3 + 2) * STEPS)),
      )
    })
    .filter(values => values.every(Number.isFinite))
}

function rowOf(values: readonly number[], knownSteps: number): Row[] {
  const steps = Array.from({ length: knownSteps }, (_, step) => step)
  const forecast = forecastCurve({ steps, values: values.slice(0, knownSteps) }, STEPS - 1)
  if (!forecast.ok) return []
  const truth = values[STEPS - 1]!
  return [
    {
      error: Math.abs(forecast.value - truth),
      lastError: Math.abs(values[knownSteps - 1]! - truth),
      covered: forecast.low <= truth && truth <= forecast.high,
      learned: truth < LEARNED,
    },
  ]
}

function summaryOf(rows: readonly Row[]) {
  return {
    curves: rows.length,
    medianError: median(rows.map(({ error }) => error)),
    medianLastError: median(rows.map(({ lastError }) => lastError)),
    better: rows.filter(({ error, lastError }) => error < lastError).length / rows.length,
    covered: rows.filter(({ covered }) => covered).length / rows.length,
  }
}

const data = findDataFolder()
if (data === null) {
  console.log('no data folder (TUNEWRIGHT_BENCH_DATA): nothing to measure')
} else {
  const curves = finiteCurves(
    path.join(data, 'taskset'),
    process.argv.includes('--all') ? 'all' : 'reported',
  )
  const results = [10, 20, 30].flatMap(knownSteps => {
    const rows = curves.flatMap(values => rowOf(values, knownSteps))
    return [
      { known: knownSteps, which: 'all', ...summaryOf(rows) },
      { known: knownSteps, which: 'learnt', ...summaryOf(rows.filter(({ learned }) => learned)) },
    ]
  })
  printTable(
    ['known', 'curves', 'number', 'median error', 'last value', 'better', 'in 90 % interval'],
    results.map(row => [
      `${row.known} of ${STEPS}`,
      row.which,
      String(row.curves),
      row.medianError.toPrecision(3),
      row.medianLastError.toPrecision(3),
      `${(100 * row.better).toFixed(0)} %`,
      `${(100 * row.covered).toFixed(0)} %`,
    ]),
  )
  writeResults('curves', { machine: benchMachine(), results })
}
