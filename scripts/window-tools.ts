import { accessSync, constants, existsSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'

/** Programs that a test of the window drives or looks with, by the Debian package of each. */
const programs: Readonly<Record<string, string>> = {
  Xvfb: 'xvfb',
  openbox: 'openbox',
  'dbus-daemon': 'dbus',
  trayer: 'trayer',
  dunst: 'dunst',
  xdotool: 'xdotool',
  import: 'imagemagick',
}

/** What `npm run test:window` lacks here, in words; empty where it can run. `npm run test:tools -- window` installs it. */
export function missingForWindow(environment: NodeJS.ProcessEnv = process.env): string[] {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return ["Electron's runtime for a system other than Linux on x64"]
  const runtime = environment['TUNEWRIGHT_WINDOW_RUNTIME'] ?? ''
  const hasRuntime = runtime !== '' && existsSync(path.join(runtime, 'electron'))
  return [
    ...(hasRuntime ? [] : ["Electron's runtime (TUNEWRIGHT_WINDOW_RUNTIME)"]),
    ...Object.keys(programs)
      .filter(name => !isOnPath(name, environment['PATH'] ?? ''))
      .map(name => `${name} (package ${programs[name] ?? ''})`),
  ]
}

function isOnPath(name: string, searchPath: string): boolean {
  return searchPath.split(path.delimiter).some(folder => {
    try {
      accessSync(path.join(folder, name), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}
