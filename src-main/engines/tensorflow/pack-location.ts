import { existsSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import envPaths from 'env-paths'

/** Folder with the engine packs of this user; `TUNEWRIGHT_ENGINES` names another one. */
export function enginesFolder(): string {
  const system = envPaths('tunewright', { suffix: '' })
  return path.resolve(process.env['TUNEWRIGHT_ENGINES'] ?? path.join(system.data, 'engines'))
}

/**
 * Where an installed TensorFlow has its libraries. Inside a pack files lie as in the wheels they come
 * from, because libraries find each other by relative paths.
 * @returns null if no pack is installed
 */
export function installedTensorflow(engines: string): string | null {
  const folder = path.join(engines, 'tensorflow', 'tensorflow')
  return existsSync(folder) ? folder : null
}
