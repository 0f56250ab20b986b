import Module from 'module'
import path from 'path'
import { asNewer, type OldContents, type OldElectron } from './old-electron.ts'
import { fillNode, newerModules } from './old-node.ts'

/*
 * The main file of the application under Electron 9: makes Electron and Node as the product expects them, then starts the product's own
 * bundle. What it says begins with `[shim]`, and ends in the log of a test.
 */

interface Loader {
  _load: (this: unknown, request: string, ...rest: unknown[]) => unknown
}

function say(text: string): void {
  process.stderr.write(`[shim] ${text}\n`)
}

process.on('unhandledRejection', error => {
  say(`unhandled: ${String((error as Error | null)?.stack ?? error)}`)
})
const loader = Module as unknown as Loader
const load = loader._load
load.call(null, path.join(__dirname, 'polyfills.cjs'), module, false)
fillNode()
const real = load.call(null, 'electron', module, false) as OldElectron
const electron = asNewer(real, member => {
  say(`stands in for ${member}`)
})
real.app.on('web-contents-created', (_event: object, contents: OldContents) => {
  contents.on('preload-error', (_e: object, file: string, error: Error) => {
    say(`preload ${file}: ${String(error.stack)}`)
  })
  contents.on('console-message', (_e: object, level: number, text: string) => {
    if (level > 1) say(`page: ${text}`)
  })
})
loader._load = function loadNewer(request, ...rest) {
  const name = request.replace(/^node:/u, '')
  if (name === 'electron') return electron
  return newerModules[name]?.() ?? load.call(this, name, ...rest)
}
load.call(null, path.join(__dirname, '../main/main.cjs'), module, false)
