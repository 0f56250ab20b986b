import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { executableOnPath } from '../processes/executable-on-path.ts'

/** A driver answers within a second, or hangs. */
const LIMIT_MS = 5_000

/** A part of a GPU, with memory and processors of its own. */
export interface MigInstance {
  readonly uuid: string
  readonly parent: string
}

/** Asked once: whoever divides a GPU ends what runs on it before. None where there is no driver. */
export async function listMigInstances(): Promise<readonly MigInstance[]> {
  try {
    const { stdout } = await promisify(execFile)(executableOnPath('nvidia-smi'), ['-L'], {
      timeout: LIMIT_MS,
      windowsHide: true,
    })
    return parseMigList(stdout)
  } catch {
    return []
  }
}

/** `GPU 0: NVIDIA A100 (UUID: GPU-…)` and below it `  MIG 3g.20gb Device 0: (UUID: MIG-…)`. */
export function parseMigList(list: string): MigInstance[] {
  let parent = ''
  return list.split('\n').flatMap(line => {
    const uuid = /\(UUID: (\S+)\)/.exec(line)?.[1]
    if (uuid === undefined) return []
    if (/^\s+MIG /.test(line)) return parent === '' ? [] : [{ uuid, parent }]
    parent = uuid
    return []
  })
}
