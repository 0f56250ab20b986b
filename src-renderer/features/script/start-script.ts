import type { TakenFile } from '../../composables/read-dropped-files.ts'

/** Usual names of the file that starts a training. */
const usualStarts = ['train.py', 'main.py', 'run.py']

/** Whether a file that was dropped or chosen is a script, or a notebook that could become one. */
export function isScriptName(name: string): boolean {
  return /\.(?:py|ipynb)$/i.test(name)
}

/** Whether files that were dropped together are a script with what it needs: one, or a folder of a project. */
export function areOfScript(files: readonly TakenFile[]): boolean {
  return files.some(taken => isScriptName(taken.file.name) && isAtTop(taken))
}

/** Below the folder that was dropped, nothing starts a program. */
function isAtTop({ within }: TakenFile): boolean {
  return within.split('/').length <= 2
}

/** Scripts among files that were dropped together, by their names; the one alone where its name says that it starts the others. */
export function startsOf(files: readonly TakenFile[]): readonly string[] {
  const names = files
    .filter(taken => isScriptName(taken.file.name) && isAtTop(taken))
    .map(({ file }) => file.name)
  const scripts = names.filter(name => name.endsWith('.py'))
  const usual = scripts.filter(name => usualStarts.includes(name))
  if (usual.length === 1) return usual
  return scripts.length > 0 ? scripts : names
}
