import { accessSync, constants } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { AppError } from '../../../core/errors/errors.ts'
import { foldersOfPath } from '../../../platform/processes/executable-on-path.ts'

const variable = 'TUNEWRIGHT_BROWSER'

const names = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'msedge',
  'microsoft-edge',
]

/** Where installers put a browser of the Chromium family that is not on the path. */
const browserPaths: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ],
  win32: [
    String.raw`C:\Program Files\Google\Chrome\Application\chrome.exe`,
    String.raw`C:\Program Files (x86)\Google\Chrome\Application\chrome.exe`,
    String.raw`C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe`,
  ],
}

/**
 * An installed browser that prints pages: `TUNEWRIGHT_BROWSER`, else the path, else the usual places.
 * @throws AppError `browser.missing`, `file.notFound` where the variable names no program
 */
export function findBrowser(environment: NodeJS.ProcessEnv = process.env): string {
  const configured = environment[variable]
  if (configured !== undefined && configured !== '') {
    if (isProgram(configured)) return configured
    throw new AppError('file.notFound', { path: configured, field: variable })
  }
  const endings = process.platform === 'win32' ? ['.exe'] : ['']
  const folders = foldersOfPath(environment['PATH'] ?? '').filter(folder => path.isAbsolute(folder))
  const candidates = [
    ...names.flatMap(name =>
      folders.flatMap(folder => endings.map(ending => path.join(folder, name + ending))),
    ),
    ...(browserPaths[process.platform] ?? []),
  ]
  const browser = candidates.find(isProgram)
  if (browser !== undefined) return browser
  throw new AppError('browser.missing', { variable })
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
