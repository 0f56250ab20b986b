import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { buildApplication } from '../test/helpers/build.ts'
import { findChromium, launchChromium } from '../test/helpers/chromium.ts'
import { startTunewright } from '../test/helpers/run-tunewright.ts'

/**
 * `npm run bench:start`: from `tunewright open` on a built application, without a desktop runtime, to a page that can be used.
 * Exits with 1 where that takes longer than 10 s.
 */
const MAX_SECONDS = 10

const executable = findChromium()
if (executable === null) {
  console.log('skipped: no Chromium on PATH')
} else {
  buildApplication()
  const folder = mkdtempSync(path.join(tmpdir(), 'tunewright-bench-'))
  const browser = await launchChromium(executable)
  const page = await browser.newPage({ locale: 'en-GB' })
  const startMs = performance.now()
  const { child, result, stdout } = startTunewright(['open'], folder, {
    XDG_DATA_HOME: folder,
    ELECTRON_OVERRIDE_DIST_PATH: path.join(folder, 'no-runtime'),
  })
  const link = await new Promise<string>(resolve => {
    child.stdout?.on('data', () => {
      const [printed] = /http:\S+token=\S+/.exec(stdout()) ?? []
      if (printed !== undefined) resolve(printed)
    })
  })
  await page.goto(link)
  await page.getByRole('heading', { level: 2, name: 'Watch it tune' }).waitFor()
  const seconds = (performance.now() - startMs) / 1_000
  console.log(`${seconds.toFixed(1)} s to a usable page, ≤ ${MAX_SECONDS} s`)
  if (seconds > MAX_SECONDS) process.exitCode = 1
  await browser.close()
  child.kill('SIGTERM')
  await result
  rmSync(folder, { recursive: true, force: true })
}
