import { statSync } from 'node:fs'
import path from 'node:path'
import type { App } from 'electron'

/** A person makes this folder beside the application. */
const NAME = 'tunewright-data'

/**
 * The folder of a portable installation: beside the AppImage, the `.exe` or the `.app`.
 * @returns null where there is none
 */
export function portableFolder(
  platform: NodeJS.Platform,
  installation: { readonly binary: string; readonly appImage: string | null },
): string | null {
  // …/Tunewright.app/Contents/MacOS/Tunewright
  const application =
    platform === 'darwin'
      ? path.resolve(installation.binary, '../../..')
      : (installation.appImage ?? installation.binary)
  const folder = path.join(path.dirname(application), NAME)
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true ? folder : null
}

/** The window's own files go there, too. Before anything of it is read or locked. */
export function keepIn(folder: string, app: Pick<App, 'setPath'>): void {
  const windowFolder = path.join(folder, 'window')
  for (const name of ['userData', 'sessionData'] as const) app.setPath(name, windowFolder)
  app.setPath('logs', path.join(windowFolder, 'logs'))
  app.setPath('crashDumps', path.join(windowFolder, 'crashes'))
}
