import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import type { Browser, Page } from '@playwright/test'
import { buildApplication } from '../../test/helpers/build.ts'
import { findChromium, launchChromium } from '../../test/helpers/chromium.ts'
import { startTunewright } from '../../test/helpers/run-tunewright.ts'
import { benchMachine, printTable, writeResults } from '../bench-output.ts'
import { servedLink } from '../served-link.ts'
import type { Measure } from './measures.ts'

interface PageBench<Seeded> {
  /** Of the file with the results. */
  readonly name: string
  readonly size: Readonly<Record<string, number>>
  readonly seed: (database: string) => Promise<Seeded>
  /** A word of the list of studies: the page is there once it is shown. */
  readonly readyText: string
  readonly measure: (
    page: Page,
    context: {
      readonly browser: Browser
      readonly database: string
      /** Of the web host, whose children do the work. */
      readonly hostPid: number
      readonly seeded: Seeded
    },
  ) => Promise<readonly Measure[]>
}

/** Measures the page over a database of its own, in a real Chromium, from the real web host. Exit code 1 if a figure is missed. */
export async function runPageBench<Seeded>(bench: PageBench<Seeded>): Promise<void> {
  const executable = findChromium()
  if (executable === null) throw new Error('no chromium on PATH')
  buildApplication()
  const folder = mkdtempSync(path.join(tmpdir(), 'tunewright-bench-'))
  const database = path.join(folder, 'ui.sqlite')
  const seeded = await bench.seed(database)
  const served = startTunewright(['--json', '--db', database, 'serve'], folder)
  const hostPid = served.child.pid
  if (hostPid === undefined) throw new Error('the host does not start')
  const browser = await launchChromium(executable)
  try {
    const page = await browser.newPage({ locale: 'en-GB', viewport: { width: 1440, height: 900 } })
    await page.goto(await servedLink(served))
    await page.getByText(bench.readyText).first().waitFor()
    reportMeasures(bench, await bench.measure(page, { browser, database, hostPid, seeded }))
  } finally {
    await browser.close()
    served.child.kill('SIGTERM')
    await served.result
    rmSync(folder, { recursive: true, force: true })
  }
}

function reportMeasures(
  { name, size }: Pick<PageBench<unknown>, 'name' | 'size'>,
  measures: readonly Measure[],
): void {
  const missed = measures.filter(({ value, atMost }) => atMost !== null && value > atMost)
  // Times of frames mean little on a machine that others use; the main thread's own time does not depend on them.
  const load = loadavg()[0] ?? 0
  console.log(`Load: ${load.toFixed(1)} on ${availableParallelism()} cores`)
  printTable(
    ['measurement', 'value', 'at most', 'unit', ''],
    measures.map(measure => [
      measure.name,
      measure.value.toFixed(1),
      measure.atMost?.toString() ?? '–',
      measure.unit,
      missed.includes(measure) ? 'MISSED' : '',
    ]),
  )
  writeResults(name, { machine: benchMachine(), load, size, measures })
  if (missed.length > 0) process.exitCode = 1
}
