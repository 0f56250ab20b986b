import process from 'node:process'
import { isMainThread } from 'node:worker_threads'

/** The mask that a person has set, for child processes: they inherit the narrow one. */
const maskVariable = 'TUNEWRIGHT_UMASK'

/**
 * From now on nobody else can read or list what this process and its child processes make (POSIX: files 0600, folders 0700): databases, locks,
 * weights, copies of data. What is made for others has a mode of its own: see {@link sharedMode} and {@link withUserMask}. To be called
 * once, before anything is written; Windows has no masks.
 */
export function makeFilesPrivate(): void {
  // A thread cannot change the mask of its process.
  if (process.platform === 'win32' || !isMainThread) return
  const mask = process.umask(0o077)
  // A child process inherits the narrow mask, not that of the person.
  process.env[maskVariable] ??= mask.toString(8)
}

/** The mask that a person has set; 0…0o777. */
export function userMask(): number {
  const text = process.env[maskVariable] ?? ''
  return /^[0-7]{1,3}$/.test(text) ? Number.parseInt(text, 8) : process.umask()
}

/** The variables of a process without what only processes of ours need. */
export function withoutMaskVariable(variables: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { [maskVariable]: _, ...others } = variables
  return others
}

/** Starts a program of the user, whose files are to have the rights that they have elsewhere. */
export function withUserMask<Result>(start: () => Result): Result {
  if (process.platform === 'win32') return start()
  const mask = process.umask(userMask())
  try {
    return start()
  } finally {
    process.umask(mask)
  }
}

/**
 * The mode of a file that a person names: whoever may read its folder may read it, as far as the person's mask allows.
 * @param folderMode of the folder that it lies in
 */
export function sharedMode(folderMode: number, mask: number = userMask()): number {
  return 0o600 | (0o666 & folderMode & ~mask)
}
