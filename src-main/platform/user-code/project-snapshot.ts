import { execFile } from 'node:child_process'
import process from 'node:process'
import { promisify } from 'node:util'
import type { ProjectSnapshot, UserCode } from '../../core/study/user-code.ts'
import { executableOnPath } from '../processes/executable-on-path.ts'
import { redactVariables } from './redact.ts'

const GIT_LIMIT_MS = 5_000

/** Where trusted code stands and what it is, for the record of its study. */
export async function projectSnapshot(
  code: UserCode,
  studyDirectory: string,
): Promise<ProjectSnapshot> {
  return {
    directory: code.directory,
    studyDirectory,
    fingerprint: code.fingerprint,
    git: await readGitState(code.directory),
    files: code.files,
    environment: redactVariables({ ...process.env, ...code.environment }),
  }
}

/** Null where there is no repository or no git. Nothing that the repository configures is run. */
async function readGitState(directory: string): Promise<ProjectSnapshot['git']> {
  const run = async (...parameters: string[]): Promise<string> => {
    const { stdout } = await promisify(execFile)(
      executableOnPath('git'),
      [
        '--no-optional-locks',
        '-c',
        'core.fsmonitor=false',
        '-c',
        'core.hooksPath=/dev/null',
        ...parameters,
      ],
      {
        cwd: directory,
        timeout: GIT_LIMIT_MS,
        windowsHide: true,
        maxBuffer: 64 * 1024 * 1024,
      },
    )
    return stdout.trim()
  }
  try {
    const revision = await run('rev-parse', 'HEAD')
    const status = await run(
      'status',
      '--porcelain',
      '--untracked-files=no',
      '--ignore-submodules=all',
    )
    return { revision, changed: status !== '' }
  } catch {
    return null
  }
}
