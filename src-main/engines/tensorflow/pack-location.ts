import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import process from 'node:process'
import { dataFolders } from '../../platform/files/data-folders.ts'

/** Folder with the engine packs of this user; `TUNEWRIGHT_ENGINES` names another one. */
export function enginesFolder(): string {
  const system = dataFolders()
  return path.resolve(process.env['TUNEWRIGHT_ENGINES'] ?? path.join(system.data, 'engines'))
}

/**
 * Where TensorFlow's libraries lie: in a pack, or where the package tfjs-node-gpu puts the older ones that its own
 * installer downloads. Inside a pack files lie as in the wheels they come
 * from, because libraries find each other by relative paths.
 * @param stock the folder of tfjs-node-gpu's libraries
 * @returns null if there are none
 */
export function installedTensorflow(engines: string, stock = stockFolder()): string | null {
  const folder = path.join(engines, 'tensorflow', 'tensorflow')
  return [folder, stock].find(directory => existsSync(directory)) ?? null
}

function stockFolder(): string {
  const manifest = createRequire(import.meta.url).resolve('@tensorflow/tfjs-node-gpu/package.json')
  return path.join(path.dirname(manifest), 'deps', 'lib')
}
