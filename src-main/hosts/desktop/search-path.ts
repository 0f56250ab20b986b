import { execFile } from 'node:child_process'
import { userInfo } from 'node:os'
import path from 'node:path'

/** A shell whose start-up files ask something would never answer. */
const LIMIT_MS = 5_000
/** Start-up files may print anything before it. */
const MARK = 'tunewright-path:'

/**
 * The search path of the user's login shell: an application that was started from Finder or a menu has the system's only, and
 * would find neither a `python3` of the user's nor `nvidia-smi`. Windows gives every program the same one.
 * @returns the path of this process where the shell does not say one in time
 */
export async function searchPath(
  platform: NodeJS.Platform,
  environment: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const inheritedPath = withoutMount(environment['PATH'], environment)
  const shell = environment['SHELL'] || userInfo().shell
  if (platform === 'win32' || !shell) return inheritedPath
  return new Promise(resolve => {
    // Interactive too, for many set the path in the files of interactive shells. `env` says it alike in every shell.
    const command = `printf '\\n${MARK}\\n'; /usr/bin/env`
    const options = {
      timeout: LIMIT_MS,
      killSignal: 'SIGKILL',
      env: { ...environment, PATH: inheritedPath },
    } as const
    // eslint-disable-next-line programs/program-paths -- the path of the login shell
    const child = execFile(shell, ['-ilc', command], options, (_error, output) => {
      const shellOutput = output.slice(output.lastIndexOf(`${MARK}\n`))
      resolve(/^PATH=(.+)$/m.exec(shellOutput)?.[1] ?? inheritedPath)
    })
    child.stdin?.end()
  })
}

/** An AppImage puts its own folder first, where `tunewright` is the window and not the command line. */
export function withoutMount(
  searchPath: string | undefined,
  environment: NodeJS.ProcessEnv,
): string | undefined {
  const mount = environment['APPDIR'] || null
  if (mount === null || environment['APPIMAGE'] === undefined) return searchPath
  const isOutside = (folder: string): boolean =>
    folder !== mount && !folder.startsWith(`${mount}${path.sep}`)
  return searchPath?.split(path.delimiter).filter(isOutside).join(path.delimiter)
}
