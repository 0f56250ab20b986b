import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { studyFile } from '../test/helpers/study-file.ts'
import { buildApplication } from '../test/helpers/build.ts'
import { findChromium, launchChromium } from '../test/helpers/chromium.ts'
import { goTo } from '../test/helpers/go-to.ts'
import { startTunewright } from '../test/helpers/run-tunewright.ts'
import { pictureSize } from './pictures/album.ts'
import { live } from './pictures/studies.ts'
import { servedLink } from './served-link.ts'

/**
 * Takes the moving picture of a study that runs, docs/images/live.webp, from the real application: one picture of the
 * monitor every 0.8 s, shown four times as fast. Needs Chromium, and img2webp of Debian's package webp.
 * `node bin/run.cjs bench/live-picture.ts [file]`
 */
const target =
  process.argv[2] ?? fileURLToPath(new URL('../docs/images/live.webp', import.meta.url))
const frames = 40
const intervalMs = 800
const shownMs = 200
const lastShownMs = 2_500

const executable = findChromium()
if (executable === null) throw new Error('no chromium on PATH')
buildApplication()
const scratch = mkdtempSync(path.join(tmpdir(), 'tunewright-'))
mkdirSync(path.join(scratch, 'frames'))
const frame = (index: number): string => path.join(scratch, 'frames', `${index + 100}.png`)
const served = startTunewright(['--json', '--db', 'tunewright.sqlite', 'serve'], scratch, {
  XDG_DATA_HOME: path.join(scratch, 'data'),
  XDG_CACHE_HOME: path.join(scratch, 'cache'),
})
const browser = await launchChromium(executable)
try {
  // As wide as a page of docs shows it: a file that moves is large enough.
  const page = await browser.newPage({
    locale: 'en-GB',
    viewport: pictureSize,
    deviceScaleFactor: 0.8,
  })
  await page.goto(await servedLink(served))
  await page.getByRole('heading', { level: 2, name: 'Watch it tune' }).waitFor()
  await goTo(page, '#/studies/new')
  await studyFile(page).fill(live)
  await page.getByRole('button', { name: 'Create and start' }).click()
  await page.getByRole('tab', { name: 'Monitor' }).waitFor()
  await page
    .getByText(/^([3-9]|1\d) \/ 60|^([3-9]|1\d)$/)
    .first()
    .waitFor({ timeout: 120_000 })
  for (let index = 0; index < frames; index++) {
    const nextMs = performance.now() + intervalMs
    await page.screenshot({ path: frame(index) })
    await page.waitForTimeout(Math.max(0, nextMs - performance.now()))
  }
  execFileSync('img2webp', [
    '-loop',
    '0',
    '-lossy',
    '-q',
    '45',
    '-m',
    '6',
    '-d',
    String(shownMs),
    ...Array.from({ length: frames - 1 }, (_, index) => frame(index)),
    '-d',
    String(lastShownMs),
    frame(frames - 1),
    '-o',
    target,
  ])
  console.log(`${target}: ${Math.round(statSync(target).size / 1024)} KiB`)
} finally {
  await browser.close()
  served.child.kill('SIGTERM')
  await served.result
  rmSync(scratch, { recursive: true, force: true })
}
