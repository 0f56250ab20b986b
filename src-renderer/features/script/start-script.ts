import { interpreterFor, isRead } from '../../../src-main/features/script/common/program-kinds.ts'
import type { TakenFile } from '../../composables/read-dropped-files.ts'

/** Usual names of the file that starts a training. */
const usualStarts = ['train.py', 'main.py', 'run.py']

/** Whether a file that was dropped or chosen is a script, or a notebook that could become one. */
function isScriptName(name: string): boolean {
  return isRead(name) || interpreterFor(name) !== null
}

/** Whether files that were dropped together are a script with what it needs: one, or a folder of a project. */
export function areOfScript(files: readonly TakenFile[]): boolean {
  // A folder of data may have a script beside them that fetches them.
  return files.some(
    taken =>
      isAtTop(taken) &&
      (taken.within === '' ? isScriptName(taken.file.name) : isRead(taken.file.name)),
  )
}

/** Below the folder that was dropped, nothing starts a program. */
function isAtTop({ within }: TakenFile): boolean {
  return within.split('/').length <= 2
}

/** A script among files that were dropped together. */
interface Start {
  readonly name: string
  /** Its path in the folder that all of them are sent to. */
  readonly below: string
}

/** Scripts among files that were dropped together; the one alone whose name says that it starts the others. */
export function startsOf(files: readonly TakenFile[]): readonly Start[] {
  const tops = new Set(files.map(({ within }) => within.split('/')[0]))
  const starts = files
    .filter(taken => isScriptName(taken.file.name) && isAtTop(taken))
    .map(({ file: { name }, within }): Start => {
      const isInFolder = tops.size === 1 || within === ''
      return { name, below: isInFolder ? name : within }
    })
  const python = starts.filter(({ name }) => name.endsWith('.py'))
  const programs = starts.filter(({ name }) => !isRead(name))
  const scripts = python.length > 0 ? python : programs
  const usual = scripts.filter(({ name }) => usualStarts.includes(name))
  if (usual.length === 1) return usual
  return scripts.length > 0 ? scripts : starts
}
