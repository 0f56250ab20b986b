import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import {
  prepareApplication,
  type Prepared,
  RunningWindow,
  type StartOptions,
} from './application.ts'
import { Desktop } from './desktop.ts'

/** Pictures for whoever looks. */
export const pictures = path.resolve(import.meta.dirname, '../../../test-results/window')

/** What a test of the window has: a desktop with an empty home, and the application. */
export interface WindowBench {
  readonly desktop: Desktop
  readonly prepared: Prepared
  /** Ends with the test. */
  start(options?: StartOptions): RunningWindow
}

export function useWindow(): () => WindowBench {
  let folder = ''
  let prepared: Prepared | null = null
  let desktop: Desktop | null = null
  const running: RunningWindow[] = []

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'tunewright-window-'))
    chmodSync(folder, 0o755)
    prepared = prepareApplication(folder)
  })
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  beforeEach(async () => {
    desktop = await Desktop.start()
  })
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') {
      desktop?.picture(path.join(pictures, `failed ${task.name.replaceAll('/', ' ')}.png`))
      console.error(running.map(({ log }) => log).join('\n'))
    }
    for (const application of running.splice(0)) await application.kill()
    desktop?.stop()
    desktop = null
  })

  return () => {
    const present = { desktop, prepared }
    if (present.desktop === null || present.prepared === null) throw new Error('no desktop')
    const bench = { desktop: present.desktop, prepared: present.prepared }
    return {
      ...bench,
      start: options => {
        const application = new RunningWindow(bench.desktop, bench.prepared, options)
        running.push(application)
        return application
      },
    }
  }
}

/** The application's window, as the screen has it. */
export const mainWindow = ['--name', '^Tunewright$'] as const

/** A study of some seconds, begun on the first page. */
export const sample = 'Run the sample “A function with a known minimum”'
