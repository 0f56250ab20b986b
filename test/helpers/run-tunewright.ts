import { spawn, type ChildProcess } from 'node:child_process'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { ownGroup } from './process-group.ts'

const entry = fileURLToPath(new URL('../../bin/tunewright.cjs', import.meta.url))

export interface CommandResult {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunningCommand {
  readonly child: ChildProcess
  readonly result: Promise<CommandResult>
  /** Everything printed so far. */
  stdout(): string
}

/** Starts `tunewright` as a person does, through its launcher, without a terminal. */
export function startTunewright(
  parameters: readonly string[],
  folder: string,
  variables: NodeJS.ProcessEnv = {},
): RunningCommand {
  const child = spawn(process.execPath, [entry, ...parameters], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LANG: 'en_US.UTF-8', LC_ALL: '', NO_COLOR: '1', ...variables },
    ...ownGroup,
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const result = new Promise<CommandResult>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (exitCode, signal) => {
      resolve({ exitCode, signal, stdout, stderr })
    })
  })
  return { child, result, stdout: () => stdout }
}

export async function runTunewright(
  parameters: readonly string[],
  folder: string,
): Promise<CommandResult> {
  return startTunewright(parameters, folder).result
}

/** The objects of `--json` output, one a line. */
export function jsonObjects(text: string): Record<string, unknown>[] {
  return text
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as Record<string, unknown>)
}
