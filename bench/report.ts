import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import type { Browser } from '@playwright/test'
import { buildHtmlReport } from '../test/helpers/html-report.ts'
import { writeOutput } from '../src-main/platform/files/write-output.ts'
import { buildSampleSnapshot } from '../test/helpers/build-sample-snapshot.ts'
import { findChromium, launchChromium } from '../test/helpers/chromium.ts'
import { benchMachine, printTable, writeResults } from './bench-output.ts'

/**
 * How long the HTML report of a large study takes to write and to open, in a real Chromium without its cache.
 * `node bin/run.cjs bench/report.ts [trials] [epochs]`. Exit code 1 if a figure is missed.
 */
const size = { trials: Number(process.argv[2] ?? 1_000), epochs: Number(process.argv[3] ?? 20) }
const repeats = 5
const maxBytes = 3_000_000
const maxMs = 2_000

const executable = findChromium()
if (executable === null) throw new Error('no chromium on PATH')
const folder = mkdtempSync(path.join(tmpdir(), 'tunewright-bench-'))
const browser = await launchChromium(executable)
try {
  const snapshot = buildSampleSnapshot({ name: 'large', ...size })
  const writing: number[] = []
  let html = ''
  for (let run = 0; run < repeats; run++) {
    const startMs = performance.now()
    html = buildHtmlReport(snapshot, { language: 'en', generatedAtMs: 0, version: 'bench' })
    writing.push(performance.now() - startMs)
  }
  const file = await writeOutput(path.join(folder, 'report.html'), html)
  const bytes = Buffer.byteLength(html)
  const opening: number[] = []
  for (let run = 0; run < repeats; run++) opening.push(await open(browser, file))
  const load = loadavg()[0] ?? 0
  const measures = [
    { name: 'size', value: bytes, atMost: maxBytes, unit: 'bytes' },
    { name: 'written, median of 5', value: median(writing), atMost: null, unit: 'ms' },
    { name: 'opened and painted, median of 5', value: median(opening), atMost: maxMs, unit: 'ms' },
    {
      name: 'opened and painted, slowest of 5',
      value: Math.max(...opening),
      atMost: null,
      unit: 'ms',
    },
  ]
  console.log(`Load: ${load.toFixed(1)} on ${availableParallelism()} cores`)
  printTable(
    ['measurement', 'value', 'at most', 'unit'],
    measures.map(({ name, value, atMost, unit }) => [
      name,
      value.toFixed(0),
      atMost?.toString() ?? '–',
      unit,
    ]),
  )
  writeResults('report', { machine: benchMachine(), load, size, measures })
  if (measures.some(({ value, atMost }) => atMost !== null && value > atMost)) process.exitCode = 1
} finally {
  await browser.close()
  rmSync(folder, { recursive: true, force: true })
}

/** From the beginning of the navigation until the whole page is loaded, laid out and painted. */
async function open(browser: Browser, file: string): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 1360, height: 860 } })
  try {
    const page = await context.newPage()
    await page.goto(pathToFileURL(file).href)
    return await page.evaluate(async () => {
      // The second frame begins when the first has been painted.
      for (let frame = 0; frame < 2; frame++)
        await new Promise(resolve => requestAnimationFrame(resolve))
      return performance.now()
    })
  } finally {
    await context.close()
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
