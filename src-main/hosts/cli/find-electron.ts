import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

/** Why there is no window: each has a text of its own. */
type NoElectron = 'notInstalled' | 'noRuntime' | 'notBuilt' | 'noDisplay'

export type FoundElectron =
  | {
      readonly binary: string
      /** Goes before all other words; null: the application has its own beside it. */
      readonly project: string | null
    }
  | { readonly missing: NoElectron }

/** The package or checkout that this program is. */
export const projectFolder = fileURLToPath(new URL('../../../', import.meta.url))

/** The bundle that Electron loads. */
const mainBundle = new URL('../../../dist/main/main.cjs', import.meta.url)

/**
 * Looks for what a window needs, without starting anything and without any download: Electron's package holds a
 * launcher that would fetch its runtime when asked for it, so only its files are read.
 */
export function findElectron(
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
  packageFolder: string | null = electronFolder(),
  project: string = projectFolder,
): FoundElectron {
  const hasDisplay = platform !== 'linux' || environment.DISPLAY || environment.WAYLAND_DISPLAY
  const installed = installedWindow(platform, project)
  if (installed !== null)
    return hasDisplay ? { binary: installed, project: null } : { missing: 'noDisplay' }
  if (packageFolder === null) return { missing: 'notInstalled' }
  const runtime = electronRuntime(
    environment.ELECTRON_OVERRIDE_DIST_PATH ?? '',
    packageFolder,
    platform,
  )
  if (runtime === null) return { missing: 'noRuntime' }
  if (!existsSync(mainBundle)) return { missing: 'notBuilt' }
  return hasDisplay ? { binary: runtime.binary, project } : { missing: 'noDisplay' }
}

/** Beside an installed application's command line lies its window. @returns null where nothing was installed */
function installedWindow(platform: NodeJS.Platform, project: string): string | null {
  if (path.basename(project) !== 'app.asar.unpacked') return null
  const name =
    platform === 'darwin'
      ? 'MacOS/Tunewright'
      : platform === 'win32'
        ? 'Tunewright.exe'
        : 'tunewright'
  return path.resolve(project, '../..', name)
}

function electronFolder(): string | null {
  try {
    return path.dirname(createRequire(import.meta.url).resolve('electron/package.json'))
  } catch {
    return null
  }
}

export interface ElectronRuntime {
  /** Folder of the unpacked runtime. */
  readonly folder: string
  readonly binary: string
}

/** As Electron's package notes them in `path.txt` once a runtime is installed. */
const runtimeNames: Partial<Record<NodeJS.Platform, string>> = {
  win32: 'electron.exe',
  darwin: 'Electron.app/Contents/MacOS/Electron',
}

/**
 * The runtime of an installed package, or the one that `ELECTRON_OVERRIDE_DIST_PATH` names; null if it is not there or
 * not complete (`path.txt` is written last).
 */
export function electronRuntime(
  override: string | undefined = process.env.ELECTRON_OVERRIDE_DIST_PATH,
  packageFolder: string | null = electronFolder(),
  platform: NodeJS.Platform = process.platform,
): ElectronRuntime | null {
  if (packageFolder === null) return null
  const pathFile = path.join(packageFolder, 'path.txt')
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8').trim() : null
  const folder = override || path.join(packageFolder, 'dist')
  const binary = path.join(folder, name ?? runtimeNames[platform] ?? 'electron')
  return (name !== null || override) && existsSync(binary) ? { folder, binary } : null
}
