import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { _electron, type Browser } from '@playwright/test'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { findElectron } from '../../src-main/hosts/cli/find-electron.ts'
import { buildApplication } from '../helpers/build.ts'
import { findChromium, launchChromium } from '../helpers/chromium.ts'
import { type RunningCommand, runTunewright, startTunewright } from '../helpers/run-tunewright.ts'

const repository = path.resolve(import.meta.dirname, '../..')
let folder: string

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tunewright-start-'))
})

afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

const chromium = findChromium()
if (chromium === null) console.warn('npm start is not tested: no chromium on PATH')

describe.skipIf(chromium === null)('npm start', () => {
  let opened: RunningCommand | null = null
  let browser: Browser | null = null

  afterEach(async () => {
    await browser?.close()
    opened?.child.kill('SIGTERM')
    await opened?.result
  })

  it('without a runtime says so in one line and ends in a usable page', async () => {
    // The two halves of the script, since a build here would empty the folder that other tests serve from.
    const { scripts } = JSON.parse(readFileSync(path.join(repository, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>
    }
    expect(scripts['start']).toBe('npm run build && node bin/tunewright.cjs open')
    buildApplication()
    browser = await launchChromium(chromium ?? '')
    const page = await browser.newPage({ locale: 'en-GB' })

    const running = startTunewright(['open'], folder, {
      XDG_DATA_HOME: folder,
      ELECTRON_OVERRIDE_DIST_PATH: path.join(folder, 'no-runtime'),
    })
    opened = running
    await vi.waitUntil(() => running.stdout().includes('token='), { timeout: 30_000 })
    const [link = ''] = /http:\S+token=\S+/.exec(running.stdout()) ?? []
    await page.goto(link)
    await page.getByRole('heading', { level: 2, name: 'Watch it tune' }).waitFor()

    const lines = running.stdout().split('\n')
    expect(lines[0]).toMatch(/^No window: .*npx install-electron/)
    expect(lines.filter(line => line.startsWith('No window'))).toHaveLength(1)
  })

  it('shows the page of the study that it is told', async () => {
    buildApplication()
    const file = path.join(repository, 'resources/samples/branin.yaml')
    const database = ['--db', path.join(folder, 'a.sqlite')]
    for (const name of ['first', 'second']) {
      const run = await runTunewright([...database, 'run', file, '--name', name], folder)
      expect(run.exitCode).toBe(0)
    }
    const running = startTunewright([...database, 'open', 'second'], folder, {
      ELECTRON_OVERRIDE_DIST_PATH: path.join(folder, 'no-runtime'),
    })
    opened = running
    await vi.waitUntil(() => running.stdout().includes('token='), { timeout: 30_000 })
    const [link = ''] = /http:\S+token=\S+/.exec(running.stdout()) ?? []
    browser = await launchChromium(chromium ?? '')
    const page = await browser.newPage({ locale: 'en-GB' })
    await page.goto(link)
    await page.getByRole('heading', { name: 'second' }).waitFor()
    expect(new URL(page.url()).hash).toMatch(/^#\/studies\/2/)
  })
})

const electron = findElectron()
// A bundle is built below.
const runtime = 'binary' in electron ? electron.binary : null
if (runtime === null) {
  const reason = 'missing' in electron ? electron.missing : ''
  console.warn(`the window of Electron is not tested: ${reason} (npx install-electron)`)
}

/** For whoever has a runtime as new as package.json says; `npm run test:window` shows an older one. */
const pictures = path.join(repository, 'test-results/electron')

describe.skipIf(runtime === null)('the window of Electron', () => {
  async function open() {
    buildApplication()
    return _electron.launch({
      executablePath: runtime ?? '',
      args: [repository, `--db=${path.join(folder, 'window.sqlite')}`, `--user-data-dir=${folder}`],
      env: { ...(process.env as Record<string, string>), TUNEWRIGHT_NODE: process.execPath },
    })
  }

  it('shows the page, sandboxed, under its policy, without a request to anybody', async () => {
    const application = await open()
    const page = await application.firstWindow()
    const complaints: string[] = []
    page.on('console', message => complaints.push(message.text()))
    page.on('request', request => {
      if (!request.url().startsWith('app://bundle/')) complaints.push(request.url())
    })
    await page.getByRole('heading', { level: 2, name: 'Watch it tune' }).waitFor()
    expect(page.url()).toMatch(/^app:\/\/bundle\//)
    const inside = await page.evaluate(() => ({
      hasNode: 'process' in globalThis || 'require' in globalThis,
      bridge: Object.keys((globalThis as unknown as { tunewright: object }).tunewright).sort(),
    }))
    expect(inside).toEqual({ hasNode: false, bridge: ['call', 'subscribe'] })
    await page.screenshot({ path: path.join(pictures, 'first.png') })
    await page
      .getByRole('button', { name: 'Run the sample “A function with a known minimum”' })
      .click()
    await page.getByText('✓ Finished').waitFor({ timeout: 60_000 })
    await page.screenshot({ path: path.join(pictures, 'finished.png') })
    expect(complaints).toEqual([])
    await application.close()
  })

  it('opens once', async () => {
    const first = await open()
    await first.firstWindow()
    const second = await open().catch(() => null)
    expect(second === null || second.windows().length === 0).toBe(true)
    expect(first.windows()).toHaveLength(1)
    await first.close()
  })
})
